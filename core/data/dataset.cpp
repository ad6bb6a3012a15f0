// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <cmath>

namespace tandem::data {

namespace {

float at(const std::vector<float>& perChannel, std::size_t channel, float absent) {
    return perChannel.empty() ? absent : perChannel.at(channel);
}

} // namespace

std::size_t Dataset::size() const {
    const std::size_t elements = std::visit([](const auto& stored) { return stored.size(); }, images);
    return elements / std::max<std::size_t>(1, static_cast<std::size_t>(nn::elementCount(sampleShape)));
}

nn::Tensor Dataset::batch(std::span<const std::size_t> indices) const {
    return batchFor({1, sampleShape.at(0), sampleShape.at(1), sampleShape.at(2)}, indices);
}

nn::Tensor Dataset::batchFor(const nn::Shape& inputShape, std::span<const std::size_t> indices) const {
    nn::Shape shape = inputShape;
    if (!shape.empty()) {
        shape[0] = static_cast<std::int64_t>(indices.size());
    }
    nn::Tensor tensor = nn::Tensor::zeros(nn::ElementType::Float32, std::move(shape));
    fillBatch(inputShape, indices, tensor.floats());
    return tensor;
}

void Dataset::fillBatch(const nn::Shape& inputShape, std::span<const std::size_t> indices,
                        std::span<float> elements) const {
    if (inputShape.empty() || inputShape[0] != 1 ||
        nn::elementCount(inputShape) != nn::elementCount(sampleShape)) {
        throw inputError("data set '{}': its {} samples do not fit the network's {} input", name,
                         nn::toString(sampleShape), nn::toString(inputShape));
    }
    const bool channelsLast = inputShape.size() == 4 && inputShape[1] == sampleShape[1] &&
                              inputShape[2] == sampleShape[2] && inputShape[3] == sampleShape[0] &&
                              sampleShape[0] != 1 && inputShape[1] != sampleShape[0];
    const auto channels = static_cast<std::size_t>(sampleShape.at(0));
    const auto area = static_cast<std::size_t>(sampleShape.at(1) * sampleShape.at(2));
    const std::size_t cellStride = channelsLast ? channels : 1, channelStride = channelsLast ? 1 : area;
    std::visit(
        [&](const auto& stored) {
            float* to = elements.data();
            for (const std::size_t index : indices) {
                const auto* from = stored.data() + index * channels * area;
                for (std::size_t c = 0; c < channels; ++c, from += area) {
                    const float factor = 1.0F / at(normalization.deviation, c, 1.0F);
                    const float scale = normalization.scale * factor;
                    const float offset = at(normalization.mean, c, 0.0F) * factor;
                    for (std::size_t i = 0; i < area; ++i) {
                        to[c * channelStride + i * cellStride] = static_cast<float>(from[i]) * scale - offset;
                    }
                }
                to += channels * area;
            }
        },
        images);
}

std::vector<int> Dataset::labelsOf(std::span<const std::size_t> indices) const {
    std::vector<int> result;
    result.reserve(indices.size());
    for (const std::size_t index : indices) {
        result.push_back(labels.at(index));
    }
    return result;
}

Normalization measuredNormalization(const Dataset& dataset, std::span<const std::size_t> indices) {
    const auto channels = static_cast<std::size_t>(dataset.sampleShape.at(0));
    const auto area = static_cast<std::size_t>(dataset.sampleShape[1] * dataset.sampleShape[2]);
    Normalization result{dataset.normalization.scale, {}, {}};
    const double count = static_cast<double>(indices.size() * area);
    std::visit(
        [&](const auto& stored) {
            for (std::size_t c = 0; c < channels; ++c) {
                double sum = 0.0;
                double squares = 0.0;
                for (const std::size_t index : indices) {
                    const auto* from = stored.data() + (index * channels + c) * area;
                    for (std::size_t i = 0; i < area; ++i) {
                        const double element =
                            static_cast<double>(from[i]) * static_cast<double>(result.scale);
                        sum += element;
                        squares += element * element;
                    }
                }
                const double mean = sum / count;
                const double variance = std::max(squares / count - mean * mean, 1e-12);
                result.mean.push_back(static_cast<float>(mean));
                result.deviation.push_back(static_cast<float>(std::sqrt(variance)));
            }
        },
        dataset.images);
    return result;
}

Split split(const Dataset& dataset, double validationShare, std::uint64_t seed) {
    if (!(validationShare >= 0.0 && validationShare < 0.5)) {
        throw inputError("a validation share of {} was asked for; it must be at least 0 and below 0.5",
                         validationShare);
    }
    std::vector<std::size_t> order(dataset.trainingCount);
    std::iota(order.begin(), order.end(), std::size_t{0});
    Random random(seed);
    for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[random.below(i)]);
    }
    const auto held =
        static_cast<std::size_t>(std::llround(validationShare * static_cast<double>(order.size())));
    Split result{seed, {}, {}, {}};
    auto next = order.begin();
    const auto take = [&](std::vector<std::size_t>& part, std::size_t count) {
        part.assign(next, next + static_cast<std::ptrdiff_t>(count));
        std::ranges::sort(part);
        next += static_cast<std::ptrdiff_t>(count);
    };
    take(result.validation, held);
    if (dataset.size() > dataset.trainingCount) {
        result.test.resize(dataset.size() - dataset.trainingCount);
        std::iota(result.test.begin(), result.test.end(), dataset.trainingCount);
    } else {
        take(result.test, held);
    }
    take(result.training, static_cast<std::size_t>(order.end() - next));
    return result;
}

} // namespace tandem::data

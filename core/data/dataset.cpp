// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"

#include "core/base/error.h"

#include <fmt/ranges.h>

#include <cmath>

namespace tandem::data {

namespace {

float at(const std::vector<float>& perChannel, std::size_t channel, float absent) {
    return perChannel.empty() ? absent : perChannel.at(channel);
}

/// The normalized samples, one after the other.
void fill(const Dataset& dataset, Layout layout, std::span<const std::size_t> indices,
          std::span<float> elements) {
    const Normalization& normalization = dataset.normalization;
    const bool channelsLast = layout == Layout::ChannelsLast;
    const auto channels = static_cast<std::size_t>(dataset.sampleShape.at(0));
    const auto area = static_cast<std::size_t>(dataset.sampleShape.at(1) * dataset.sampleShape.at(2));
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
        dataset.images);
}

} // namespace

Layout layoutFor(const nn::Shape& inputShape, const nn::Shape& sampleShape) {
    const bool isLast = inputShape.size() == 4 && inputShape[1] == sampleShape.at(1) &&
                        inputShape[2] == sampleShape.at(2) && inputShape[3] == sampleShape.at(0) &&
                        inputShape[1] != sampleShape[0];
    return isLast ? Layout::ChannelsLast : Layout::ChannelsFirst;
}

void SkippedSamples::add(std::string reason) {
    ++count;
    if (reasons.size() < kNamed) {
        reasons.push_back(std::move(reason));
    }
}

void SkippedSamples::add(const SkippedSamples& others) {
    count += others.count;
    const std::size_t room = std::min(others.reasons.size(), kNamed - reasons.size());
    reasons.insert(reasons.end(), others.reasons.begin(),
                   others.reasons.begin() + static_cast<std::ptrdiff_t>(room));
}

std::string toString(const SkippedSamples& skipped) {
    if (skipped.count == 0) {
        return {};
    }
    const std::size_t unnamed = skipped.count - skipped.reasons.size();
    return fmt::format("{} {} skipped: {}{}", skipped.count,
                       skipped.count == 1 ? "sample was" : "samples were", fmt::join(skipped.reasons, "; "),
                       unnamed > 0 ? fmt::format("; and {} more", unnamed) : "");
}

std::string classReport(const Dataset& dataset) {
    constexpr std::size_t kShown = 10;
    const std::vector<std::string>& names = dataset.classNames;
    if (names.empty()) {
        return {};
    }
    std::string text = dataset.classOrder == ClassOrder::Numbers ? "classes in the order of their numbers"
                       : dataset.classOrder == ClassOrder::Names ? "classes in the order of their names"
                                                                 : "classes";
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i < kShown || i + 1 == names.size()) {
            text += fmt::format("{} {} '{}'", i == 0 ? ":" : i > kShown ? ", ...," : ",", i, names[i]);
        }
    }
    return text;
}

std::size_t Dataset::size() const {
    const std::size_t elements = std::visit([](const auto& stored) { return stored.size(); }, images);
    return elements / std::max<std::size_t>(1, static_cast<std::size_t>(nn::elementCount(sampleShape)));
}

nn::Tensor Dataset::batch(std::span<const std::size_t> indices) const {
    nn::Tensor tensor = nn::Tensor::zeros(
        nn::ElementType::Float32,
        {static_cast<std::int64_t>(indices.size()), sampleShape.at(0), sampleShape.at(1), sampleShape.at(2)});
    fill(*this, Layout::ChannelsFirst, indices, tensor.floats());
    return tensor;
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
    fill(*this, layout.value_or(layoutFor(inputShape, sampleShape)), indices, elements);
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

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
// Data sets that come as arrays.
#include "core/base/error.h"
#include "core/data/formats.h"
#include "core/data/labels.h"

#include <algorithm>
#include <cmath>

namespace tandem::data {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostClasses = 1'000'000;

bool isChannelCount(std::int64_t size) {
    return size == 1 || size == 3 || size == 4;
}

/// Whether an [N,...] array has channels in its last dimension.
bool hasChannelsLast(const nn::Shape& shape) {
    return shape.size() == 4 && isChannelCount(shape[3]) && !isChannelCount(shape[1]);
}

/// Channels, height, width of one sample of an [N,...] array.
nn::Shape sampleShapeOf(const nn::Shape& shape, const fs::path& name) {
    if (shape.size() == 2) {
        return {1, 1, shape[1]};
    }
    if (shape.size() == 3) {
        return {1, shape[1], shape[2]};
    }
    if (shape.size() != 4) {
        throw inputError("{}: holds a {} array; inputs are NxCxHxW, NxHxWxC, NxHxW or NxF", name.string(),
                         nn::toString(shape));
    }
    return hasChannelsLast(shape) ? nn::Shape{shape[3], shape[1], shape[2]}
                                  : nn::Shape{shape[1], shape[2], shape[3]};
}

/// [cells, channels] to [channels, cells], appended.
template <typename From, typename To>
void appendSample(const From* from, const nn::Shape& shape, bool channelsLast, std::vector<To>& to) {
    const auto channels = static_cast<std::size_t>(shape[0]),
               cells = static_cast<std::size_t>(shape[1] * shape[2]);
    if (!channelsLast) {
        to.insert(to.end(), from, from + channels * cells);
        return;
    }
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t cell = 0; cell < cells; ++cell) {
            to.push_back(static_cast<To>(from[cell * channels + c]));
        }
    }
}

/// Whole numbers as bytes; 0 and 255 of bool. Throws Error (Input) saying what was found when they are no
/// bytes.
std::vector<std::int64_t> bytesOf(const nn::Tensor& inputs, const fs::path& name) {
    std::vector<std::int64_t> bytes = inputs.integers();
    if (inputs.type == nn::ElementType::Bool) {
        std::ranges::for_each(bytes, [](std::int64_t& value) { value = value != 0 ? 255 : 0; });
    }
    const auto [lowest, highest] = std::ranges::minmax_element(bytes);
    if (!bytes.empty() && (*lowest < 0 || *highest > 255)) {
        throw inputError("{}: holds {} elements from {} to {}; inputs are floats (float16, float32, "
                         "float64), or bytes: bool, uint8, or whole numbers from 0 to 255 of int8 to int64 "
                         "and uint16 to uint64",
                         name.string(), nn::toString(inputs.type), *lowest, *highest);
    }
    return bytes;
}

} // namespace

Part partOf(const nn::Tensor& inputs, const std::optional<nn::Tensor>& labels, const fs::path& name) {
    Part part{sampleShapeOf(inputs.shape, name), {}, {}, {}};
    const auto size = static_cast<std::size_t>(nn::elementCount(part.sampleShape));
    const bool channelsLast = hasChannelsLast(inputs.shape);
    if (size == 0) {
        throw inputError("{}: holds a {} array; its samples are without elements", name.string(),
                         nn::toString(inputs.shape));
    }
    const ArrayLabels given = labels ? arrayLabels(*labels, inputs.shape[0], name) : ArrayLabels{};
    const std::vector<std::int64_t>& classes = given.values;
    part.classes = given.classes;
    const auto isWhole = [&](const auto* sample, std::size_t index) {
        if (!std::all_of(sample, sample + size,
                         [](auto x) { return std::isfinite(static_cast<float>(x)); })) {
            part.skipped.add(
                fmt::format("{}: sample {} holds numbers that are not finite", name.string(), index));
            return false;
        }
        if (labels && (classes[index] < 0 || classes[index] >= kMostClasses)) {
            part.skipped.add(fmt::format("{}: sample {} has label {}; labels are 0 to {}", name.string(),
                                         index, classes[index], kMostClasses - 1));
            return false;
        }
        return true;
    };
    const auto take = [&](const auto& elements, auto kept) {
        kept.reserve(elements.size());
        for (std::size_t i = 0; i < static_cast<std::size_t>(inputs.shape[0]); ++i) {
            if (isWhole(elements.data() + i * size, i)) {
                appendSample(elements.data() + i * size, part.sampleShape, channelsLast, kept);
                if (labels) {
                    part.labels.push_back(static_cast<int>(classes[i]));
                }
            }
        }
        part.images = std::move(kept);
    };
    if (nn::isFloat(inputs.type)) {
        take(inputs.floats(), std::vector<float>{});
    } else {
        take(bytesOf(inputs, name), std::vector<std::uint8_t>{});
    }
    return part;
}

} // namespace tandem::data

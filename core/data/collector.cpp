// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/collector.h"

#include "core/base/error.h"

#include <algorithm>

namespace tandem::data {

namespace {

std::size_t sampleCount(const Part& part) {
    const std::size_t elements = std::visit([](const auto& stored) { return stored.size(); }, part.images);
    return elements / std::max<std::size_t>(1, static_cast<std::size_t>(nn::elementCount(part.sampleShape)));
}

/// Byte images in another size or with other channels.
void bringTo(Part& part, const ImageSize& wanted) {
    auto* bytes = std::get_if<std::vector<std::uint8_t>>(&part.images);
    const bool isPicture = bytes != nullptr && part.sampleShape.size() == 3 &&
                           (part.sampleShape[0] == 1 || part.sampleShape[0] == 3);
    if (!isPicture) {
        return;
    }
    const auto given = [](int asked, std::int64_t otherwise) {
        return asked > 0 ? asked : static_cast<int>(otherwise);
    };
    const ImageSize size{given(wanted.channels, part.sampleShape[0]),
                         given(wanted.height, part.sampleShape[1]), given(wanted.width, part.sampleShape[2])};
    const nn::Shape shape{size.channels, size.height, size.width};
    if (shape == part.sampleShape || bytes->empty()) {
        return;
    }
    const auto stored = static_cast<std::ptrdiff_t>(nn::elementCount(part.sampleShape));
    std::vector<std::uint8_t> changed;
    for (auto from = bytes->begin(); from != bytes->end(); from += stored) {
        Image image{static_cast<int>(part.sampleShape[0]),
                    static_cast<int>(part.sampleShape[1]),
                    static_cast<int>(part.sampleShape[2]),
                    {from, from + stored}};
        const Image fitted = resized(withChannels(image, size.channels), size.height, size.width);
        changed.insert(changed.end(), fitted.pixels.begin(), fitted.pixels.end());
    }
    *bytes = std::move(changed);
    part.sampleShape = shape;
}

template <typename Elements>
void append(Elements& all, const Elements& more) {
    all.insert(all.end(), more.begin(), more.end());
}

} // namespace

void Collector::add(std::size_t place, Part part, const std::string& origin) {
    bringTo(part, wanted_);
    dataset_.skipped.add(part.skipped);
    if (sampleCount(part) == 0) {
        return;
    }
    for (const std::vector<Part>& known : parts_) {
        if (known.empty()) {
            continue;
        }
        const Part& other = known.front();
        if (part.sampleShape != other.sampleShape || part.images.index() != other.images.index()) {
            throw inputError("{}: holds {} images where the files before it hold {} ones, or elements of "
                             "another type",
                             origin, nn::toString(part.sampleShape), nn::toString(other.sampleShape));
        }
        if (part.labels.empty() != other.labels.empty()) {
            throw inputError("{}: some of its samples have labels and some have none", origin);
        }
    }
    parts_[place].push_back(std::move(part));
}

Dataset Collector::finish(std::vector<std::string> classNames) {
    std::array<std::size_t, 3> counts{};
    for (std::size_t place = 0; place < parts_.size(); ++place) {
        for (Part& part : parts_[place]) {
            dataset_.classes = std::max(dataset_.classes, part.classes);
            counts[place] += sampleCount(part);
            append(dataset_.labels, part.labels);
            if (dataset_.sampleShape.empty()) {
                dataset_.sampleShape = part.sampleShape;
                dataset_.images = std::move(part.images);
                continue;
            }
            std::visit([&](auto& all) { append(all, std::get<std::decay_t<decltype(all)>>(part.images)); },
                       dataset_.images);
        }
    }
    if (dataset_.size() == 0 || nn::elementCount(dataset_.sampleShape) == 0) {
        throw inputError("data set '{}': holds no samples{}{}", dataset_.name,
                         dataset_.skipped.count > 0 ? " that can be read; " : "", toString(dataset_.skipped));
    }
    if (counts[0] == 0) {
        throw inputError("data set '{}': has samples, but none for training", dataset_.name);
    }
    dataset_.trainingCount = counts[0];
    dataset_.validationCount = counts[1];
    if (!dataset_.labels.empty()) {
        const int most = *std::ranges::max_element(dataset_.labels) + 1;
        dataset_.classes = std::max({dataset_.classes, most, static_cast<int>(classNames.size())});
    }
    dataset_.classNames = std::move(classNames);
    return std::move(dataset_);
}

Normalization normalizationOf(const DataSpec& spec, const Dataset& dataset) {
    const bool isBytes = dataset.images.index() == 0;
    if (spec.range && !isBytes) {
        throw inputError(
            "data set '{}': a range is given for bytes, but it holds floats; give mean and deviation",
            dataset.name);
    }
    const ByteRange range = spec.range.value_or(ByteRange{});
    const auto channels = static_cast<std::size_t>(dataset.sampleShape[0]);
    const auto perChannel = [&](const std::vector<float>& given, std::string_view name) {
        if (given.size() > 1 && given.size() != channels) {
            throw inputError("data set '{}': {} numbers are given as {}, its samples have {} channel(s)",
                             dataset.name, given.size(), name, channels);
        }
        return given.size() == 1 ? std::vector<float>(channels, given[0]) : given;
    };
    Normalization result{isBytes ? (range.high - range.low) / 255.0F : 1.0F, perChannel(spec.mean, "mean"),
                         perChannel(spec.deviation, "deviation")};
    if (isBytes && range.low != 0.0F) {
        result.mean.resize(channels, 0.0F);
        std::ranges::for_each(result.mean, [&](float& mean) { mean -= range.low; });
    }
    return result;
}

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/input_format.h"

#include "core/base/error.h"
#include "core/data/collector.h"
#include "core/data/input_range.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tandem::data {

namespace {

constexpr std::size_t kTried = 256;

/// Samples whose mean and deviation are tried first; where that is best, those of all samples are taken.
constexpr std::size_t kMeasured = 4096;

struct Candidate {
    Normalization normalization;
    std::string name;
    bool isMeasured = false;
};

std::span<const std::size_t> firstOf(std::span<const std::size_t> samples, std::size_t most) {
    return samples.first(std::min(samples.size(), most));
}

/// By the samples' own mean and deviation, on top of the usual normalization.
Normalization ownNormalization(Dataset dataset, std::span<const std::size_t> samples,
                               const Normalization& usual) {
    dataset.normalization = usual;
    return measuredNormalization(dataset, samples);
}

std::vector<std::size_t> allOf(const Dataset& dataset) {
    std::vector<std::size_t> samples(dataset.size());
    std::iota(samples.begin(), samples.end(), std::size_t{0});
    return samples;
}

/// Some samples as a set of their own.
Dataset taken(const Dataset& dataset, std::span<const std::size_t> samples) {
    Dataset few;
    few.name = dataset.name;
    few.sampleShape = dataset.sampleShape;
    few.classes = dataset.classes;
    few.layout = dataset.layout;
    few.trainingCount = samples.size();
    few.labels = dataset.labels.empty() ? std::vector<int>() : dataset.labelsOf(samples);
    std::visit(
        [&](const auto& elements) {
            const auto size = static_cast<std::ptrdiff_t>(nn::elementCount(dataset.sampleShape));
            std::decay_t<decltype(elements)> kept;
            for (const std::size_t sample : samples) {
                const auto first = elements.begin() + static_cast<std::ptrdiff_t>(sample) * size;
                kept.insert(kept.end(), first, first + size);
            }
            few.images = std::move(kept);
        },
        dataset.images);
    return few;
}

/// The usual ways to feed a network, the commonest first.
std::vector<Candidate> candidates(const Dataset& dataset, std::span<const std::size_t> training) {
    std::vector<Candidate> result;
    if (dataset.images.index() != 0) {
        result.push_back({Normalization{}, "as they are"});
    } else {
        for (const ByteRange range : {ByteRange{0, 1}, ByteRange{-1, 1}, ByteRange{0, 255}}) {
            DataSpec spec;
            spec.range = range;
            result.push_back(
                {normalizationOf(spec, dataset), fmt::format("{:g}..{:g}", range.low, range.high)});
        }
    }
    const Dataset few = taken(dataset, firstOf(training, kMeasured));
    result.push_back({ownNormalization(few, allOf(few), result.front().normalization),
                      "by their own mean and deviation", true});
    if (dataset.images.index() == 0 && dataset.sampleShape[0] == 3) {
        result.push_back({{1.0F / 255.0F, {0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}},
                          "by ImageNet's mean and deviation"});
    }
    return result;
}

/// The best candidate, if it beats the first by more than two standard errors of the first's accuracy.
InputFormat measuredFormat(const Dataset& dataset, Layout layout, std::span<const std::size_t> training,
                           const AccuracyOf& accuracyOf) {
    const std::vector<Candidate> all = candidates(dataset, training);
    if (dataset.labels.empty() || !accuracyOf || training.empty()) {
        return {all.front().normalization, {}, "the usual; nothing in the network says more"};
    }
    Dataset few = taken(dataset, firstOf(training, kTried));
    few.layout = layout;
    const std::vector<std::size_t> tried = allOf(few);
    std::vector<double> accuracies;
    for (const Candidate& candidate : all) {
        few.normalization = candidate.normalization;
        accuracies.push_back(accuracyOf(few, tried));
    }
    const std::size_t best =
        static_cast<std::size_t>(std::ranges::max_element(accuracies) - accuracies.begin());
    const double deviation =
        std::sqrt(std::max(accuracies[0] * (1.0 - accuracies[0]), 0.01) / static_cast<double>(tried.size()));
    if (best == 0 || accuracies[best] < accuracies[0] + 2.0 * deviation) {
        return {
            all.front().normalization,
            {},
            fmt::format("the usual; {:.1f} % right on {} training samples, nothing else is clearly better",
                        100.0 * accuracies[0], tried.size())};
    }
    return {all[best].isMeasured ? ownNormalization(dataset, training, all.front().normalization)
                                 : all[best].normalization,
            {},
            fmt::format("{}: {:.1f} % right on {} training samples, {:.1f} % with the usual", all[best].name,
                        100.0 * accuracies[best], tried.size(), 100.0 * accuracies[0])};
}

bool saysNormalization(const DataSpec& spec) {
    return spec.range || !spec.mean.empty() || !spec.deviation.empty();
}

/// Refuses labels that are beyond the first output's scores.
void checkLabels(const nn::Graph& imported, const Dataset& dataset) {
    if (dataset.labels.empty() || imported.outputs.empty()) {
        return;
    }
    const nn::Shape& scores = imported.value(imported.outputs[0]).shape;
    const std::int64_t classes =
        nn::elementCount(scores) / std::max<std::int64_t>(1, scores.empty() ? 1 : scores[0]);
    const auto [lowest, highest] = std::ranges::minmax_element(dataset.labels);
    if (*highest < classes) {
        return;
    }
    throw inputError(
        "data set '{}': its labels go from {} to {}, but the network's {} outputs stand for labels 0 "
        "to {}{}",
        dataset.name, *lowest, *highest, classes, classes - 1,
        *lowest > 0 && *highest - *lowest < classes ? "; labels count from 0" : "");
}

} // namespace

InputFormat findInputFormat(const nn::Graph& imported, const Dataset& dataset, const DataSpec& spec,
                            std::span<const std::size_t> training, const AccuracyOf& accuracyOf) {
    if (imported.inputs.size() != 1) {
        throw inputError("network '{}' has {} inputs; a data set feeds networks with one", imported.name,
                         imported.inputs.size());
    }
    const nn::Shape& shape = imported.value(imported.inputs[0]).shape;
    if (nn::elementCount(shape) != nn::elementCount(dataset.sampleShape)) {
        throw inputError("data set '{}': its {} samples do not fit the network's {} input", dataset.name,
                         nn::toString(dataset.sampleShape), nn::toString(shape));
    }
    checkLabels(imported, dataset);
    const Layout layout = spec.layout.value_or(layoutFor(shape, dataset.sampleShape));
    InputFormat format;
    if (saysNormalization(spec)) {
        format = {normalizationOf(spec, dataset), {}, "as given"};
    } else if (const auto range = dataset.images.index() == 0 ? inputRange(imported) : std::nullopt) {
        DataSpec found;
        found.range = range->range;
        format = {normalizationOf(found, dataset), {}, range->reason};
    } else {
        format = measuredFormat(dataset, layout, training, accuracyOf);
    }
    format.layout = layout;
    return format;
}

std::string toString(const InputFormat& format, const Dataset& dataset) {
    const Normalization& n = format.normalization;
    std::string text = fmt::format("{}, channels {}; ", nn::toString(dataset.sampleShape),
                                   format.layout == Layout::ChannelsFirst ? "first" : "last");
    text += dataset.images.index() == 0 ? fmt::format("bytes as 0..{:.4g}", n.scale * 255.0F)
                                        : "numbers as they are";
    if (!n.mean.empty()) {
        text += fmt::format(", minus {:.4g}", fmt::join(n.mean, "/"));
    }
    if (!n.deviation.empty()) {
        text += fmt::format(", over {:.4g}", fmt::join(n.deviation, "/"));
    }
    return text + " (" + format.reason + ")";
}

nlohmann::ordered_json toJson(const InputFormat& format) {
    return {{"scale", format.normalization.scale},
            {"mean", format.normalization.mean},
            {"deviation", format.normalization.deviation},
            {"layout", format.layout == Layout::ChannelsFirst ? "nchw" : "nhwc"},
            {"reason", format.reason}};
}

InputFormat inputFormatFromJson(const nlohmann::ordered_json& json) {
    try {
        InputFormat format;
        json.at("scale").get_to(format.normalization.scale);
        json.at("mean").get_to(format.normalization.mean);
        json.at("deviation").get_to(format.normalization.deviation);
        format.layout = json.at("layout") == "nhwc" ? Layout::ChannelsLast : Layout::ChannelsFirst;
        json.at("reason").get_to(format.reason);
        return format;
    } catch (const nlohmann::json::exception& error) {
        throw inputError("the input format cannot be read: {}", error.what());
    }
}

} // namespace tandem::data

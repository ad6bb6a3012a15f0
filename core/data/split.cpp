// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/split.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tandem::data {

namespace {

using Samples = std::vector<std::size_t>;

void shuffle(Samples& samples, Random& random) {
    for (std::size_t i = samples.size(); i > 1; --i) {
        std::swap(samples[i - 1], samples[random.below(i)]);
    }
}

/// Samples [first, last) by class, each class in random order; one class where there are no labels.
std::vector<Samples> byClass(const Dataset& dataset, std::size_t first, std::size_t last, Random& random) {
    std::vector<Samples> classes(static_cast<std::size_t>(std::max(1, dataset.classes)));
    for (std::size_t sample = first; sample < last; ++sample) {
        classes[dataset.labels.empty() ? 0 : static_cast<std::size_t>(dataset.labels[sample])].push_back(
            sample);
    }
    for (Samples& members : classes) {
        shuffle(members, random);
    }
    return classes;
}

/// Takes `share` of the samples, as nearly as whole samples allow the same share of every class (largest
/// remainders). Counts refer to `sizes`, the classes before anything was taken.
Samples drawn(std::vector<Samples>& classes, const std::vector<std::size_t>& sizes, double share,
              Random& random) {
    const auto total = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
    std::vector<std::size_t> counts;
    for (const std::size_t size : sizes) {
        counts.push_back(static_cast<std::size_t>(share * static_cast<double>(size)));
    }
    std::vector<std::size_t> order(sizes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t label) {
        return share * static_cast<double>(sizes[label]) - static_cast<double>(counts[label]);
    });
    const auto wanted = static_cast<std::size_t>(share * static_cast<double>(total));
    std::size_t missing =
        wanted - std::min(wanted, std::accumulate(counts.begin(), counts.end(), std::size_t{0}));
    for (const std::size_t label : order) {
        if (missing > 0 && counts[label] < classes[label].size()) {
            ++counts[label];
            --missing;
        }
    }
    Samples taken;
    for (std::size_t label = 0; label < classes.size(); ++label) {
        const auto first = classes[label].end() - static_cast<std::ptrdiff_t>(counts[label]);
        taken.insert(taken.end(), first, classes[label].end());
        classes[label].erase(first, classes[label].end());
    }
    shuffle(taken, random);
    return taken;
}

Samples fromTo(std::size_t first, std::size_t last) {
    Samples samples(last - first);
    std::iota(samples.begin(), samples.end(), first);
    return samples;
}

/// FNV-1a (Fowler, Noll and Vo) over the parts' samples and all labels.
std::string fingerprint(const Split& split, const Dataset& dataset) {
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto mix = [&hash](std::uint64_t number) {
        for (int byte = 0; byte < 8; ++byte) {
            hash = (hash ^ (number >> (8 * byte) & 0xFF)) * 0x100000001b3;
        }
    };
    for (const Samples* part : {&split.training, &split.validation, &split.test}) {
        mix(part->size());
        std::ranges::for_each(*part, mix);
    }
    std::ranges::for_each(dataset.labels, [&](int label) { mix(static_cast<std::uint64_t>(label)); });
    std::ranges::for_each(dataset.sampleShape,
                          [&](std::int64_t size) { mix(static_cast<std::uint64_t>(size)); });
    return fmt::format("{:016x}", hash);
}

} // namespace

Split split(const Dataset& dataset, double validationShare, std::uint64_t seed) {
    if (!(validationShare >= 0.0 && validationShare < 0.5)) {
        throw inputError("a validation share of {} was asked for; it must be at least 0 and below 0.5",
                         validationShare);
    }
    Random random(seed);
    Split result{seed, validationShare, {}, {}, {}};
    std::vector<Samples> classes = byClass(dataset, 0, dataset.trainingCount, random);
    std::vector<std::size_t> sizes;
    std::ranges::transform(classes, std::back_inserter(sizes),
                           [](const Samples& members) { return members.size(); });
    const std::size_t validationEnd = dataset.trainingCount + dataset.validationCount;
    if (dataset.validationCount > 0) {
        result.validation = fromTo(dataset.trainingCount, validationEnd);
        shuffle(result.validation, random);
    } else {
        result.validation = drawn(classes, sizes, validationShare, random);
    }
    if (dataset.size() > validationEnd) {
        result.test = fromTo(validationEnd, dataset.size());
    } else {
        result.test = drawn(classes, sizes, validationShare, random);
    }
    for (const Samples& members : classes) {
        result.training.insert(result.training.end(), members.begin(), members.end());
    }
    shuffle(result.training, random);
    return result;
}

nlohmann::ordered_json toJson(const Split& split, const Dataset& dataset) {
    return {{"seed", split.seed},
            {"validation_share", split.validationShare},
            {"training", split.training.size()},
            {"validation", split.validation.size()},
            {"test", split.test.size()},
            {"fingerprint", fingerprint(split, dataset)}};
}

Split splitFromJson(const nlohmann::ordered_json& json, const Dataset& dataset) {
    try {
        Split result =
            split(dataset, json.at("validation_share").get<double>(), json.at("seed").get<std::uint64_t>());
        if (json.at("fingerprint").get<std::string>() != fingerprint(result, dataset)) {
            throw inputError(
                "data set '{}' is not the one that was split before: it now gives {} training, {} "
                "validation and {} test samples, then {}, {} and {}, or other labels",
                dataset.name, result.training.size(), result.validation.size(), result.test.size(),
                json.at("training").get<std::size_t>(), json.at("validation").get<std::size_t>(),
                json.at("test").get<std::size_t>());
        }
        return result;
    } catch (const nlohmann::json::exception& error) {
        throw inputError("the split of data set '{}' cannot be read: {}", dataset.name, error.what());
    }
}

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/registry.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/search/algorithms/nsga2.h"
#include "core/search/algorithms/random_search.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tandem::search {

namespace {

template <class Kind>
std::unique_ptr<Algorithm> made(const Setting& setting) {
    return std::make_unique<Kind>(setting);
}

const AlgorithmKind& kindOf(std::string_view name) {
    const auto found = std::ranges::find(algorithms(), name, &AlgorithmKind::name);
    if (found == algorithms().end()) {
        throw inputError("there is no search algorithm '{}'; the algorithms are {}", name,
                         fmt::join(algorithmNames(), ", "));
    }
    return *found;
}

const OptionKind& optionOf(const AlgorithmKind& kind, std::string_view name) {
    const auto found = std::ranges::find(kind.options, name, &OptionKind::name);
    if (found == kind.options.end()) {
        std::vector<std::string_view> names;
        std::ranges::transform(kind.options, std::back_inserter(names), &OptionKind::name);
        throw inputError("the algorithm {} has no option '{}'; {}", kind.name, name,
                         names.empty() ? std::string("it has none")
                                       : fmt::format("its options are {}", fmt::join(names, ", ")));
    }
    return *found;
}

std::string rangeText(const OptionKind& option) {
    return fmt::format("a {}number from {} to {}", option.isWhole ? "whole " : "", option.least, option.most);
}

Error wrongOption(const AlgorithmKind& kind, const OptionKind& option, std::string_view found) {
    return inputError("the option {} of {} is '{}'; it takes {}", option.name, kind.name, found,
                      rangeText(option));
}

/// A value for each option of the algorithm.
Options allOptions(const AlgorithmKind& kind, const Options& given) {
    Options all;
    for (const OptionKind& option : kind.options) {
        all.emplace(option.name, option.standard);
    }
    for (const auto& [name, value] : given) {
        const OptionKind& option = optionOf(kind, name);
        const bool inside = value >= option.least && value <= option.most; // not for NaN
        if (!inside || (option.isWhole && value != std::floor(value))) {
            throw wrongOption(kind, option, fmt::format("{}", value));
        }
        all[name] = value;
    }
    return all;
}

} // namespace

std::span<const AlgorithmKind> algorithms() {
    static const std::array kAlgorithms = {
        AlgorithmKind{1, "nsga2", "a population evolves: tournaments, crossover, mutation (NSGA-II)",
                      Nsga2::options(), made<Nsga2>},
        AlgorithmKind{2, "random", "draws from the ranges, without repeats", {}, made<RandomSearch>},
    };
    return kAlgorithms;
}

std::vector<std::string> algorithmNames() {
    std::vector<std::string> names;
    std::ranges::transform(algorithms(), std::back_inserter(names),
                           [](const AlgorithmKind& kind) { return std::string(kind.name); });
    return names;
}

std::string_view algorithmName(std::uint8_t number) {
    const auto found = std::ranges::find(algorithms(), number, &AlgorithmKind::number);
    return found == algorithms().end() ? std::string_view() : found->name;
}

AlgorithmChoice parseAlgorithm(std::string_view text) {
    const std::size_t colon = text.find(':');
    const AlgorithmKind& kind = kindOf(trimmed(text.substr(0, colon)));
    AlgorithmChoice choice{std::string(kind.name), {}};
    if (colon == std::string_view::npos) {
        return choice;
    }
    for (const std::string_view part : split(text.substr(colon + 1), ',')) {
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos) {
            throw inputError("'{}' is no option of {}; options are written NAME=NUMBER", part, kind.name);
        }
        const OptionKind& option = optionOf(kind, trimmed(part.substr(0, equals)));
        const std::string_view number = trimmed(part.substr(equals + 1));
        double value = 0.0;
        const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
        if (error != std::errc() || end != number.data() + number.size()) {
            throw wrongOption(kind, option, number);
        }
        if (!choice.options.emplace(option.name, value).second) {
            throw inputError("the option {} of {} is given twice", option.name, kind.name);
        }
    }
    allOptions(kind, choice.options);
    return choice;
}

std::string toString(const AlgorithmChoice& choice) {
    std::string text = choice.name;
    for (const auto& [name, value] : choice.options) {
        text += fmt::format("{}{}={}", text == choice.name ? ":" : ",", name, value);
    }
    return text;
}

std::string algorithmHelp() {
    std::string text;
    for (const AlgorithmKind& kind : algorithms()) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", kind.name, kind.text);
        for (const OptionKind& option : kind.options) {
            text += fmt::format("\n  {}={}: {}, {}", option.name, option.standard, option.text,
                                rangeText(option));
        }
    }
    return text;
}

std::unique_ptr<Algorithm> makeAlgorithm(const AlgorithmChoice& choice, const point::Space& space,
                                         const Rules& rules, std::uint64_t seed) {
    const AlgorithmKind& kind = kindOf(choice.name);
    return kind.make({space, rules, seed, kind.number, allOptions(kind, choice.options)});
}

} // namespace tandem::search

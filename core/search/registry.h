// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/setting.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::search {

/// A search algorithm that can be chosen.
struct AlgorithmKind {
    std::uint8_t number = 0; ///< what origins in files call it: never given to another one
    std::string_view name;
    std::string_view text; ///< what it does, for help and lists: a phrase without a full stop
    std::span<const OptionKind> options;
    std::unique_ptr<Algorithm> (*make)(const Setting& setting) = nullptr;
};

/// All of them, the one to begin with first.
std::span<const AlgorithmKind> algorithms();
std::vector<std::string> algorithmNames();
/// The name behind a number of point::Origin; empty for 0 and for what this version does not know.
std::string_view algorithmName(std::uint8_t number);

/// An algorithm and the options that are not left at their standard values.
struct AlgorithmChoice {
    std::string name = "nsga2";
    Options options;
    bool operator==(const AlgorithmChoice&) const = default;
};

/// "nsga2", "nsga2:population=400,crossover=0.8", and back. Throws Error (Input) that names what was found
/// and what is accepted.
AlgorithmChoice parseAlgorithm(std::string_view text);
std::string toString(const AlgorithmChoice& choice);
/// Every algorithm and every option with its range and standard value, a line each.
std::string algorithmHelp();

/// Throws Error (Input) that lists the names where there is no such algorithm, or says what an option takes.
std::unique_ptr<Algorithm> makeAlgorithm(const AlgorithmChoice& choice, const point::Space& space,
                                         const Rules& rules, std::uint64_t seed);

} // namespace tandem::search

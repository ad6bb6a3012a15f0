// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::point {

/// One legal value of a parameter: the number that is compared and bounded, and how it is written.
struct Choice {
    double value = 0.0;
    std::string label; ///< "8", "3x3", "pipeline"
};

/// One searched choice. Its name is a dotted path: `model.b3.width`, `hw.pipeline.interval`, `hw.clock_mhz`.
struct Parameter {
    std::string name;
    std::string description;     ///< one sentence for a tooltip, unit included
    std::vector<Choice> choices; ///< ordered by value; never empty, at most 255
    int imported = 0;            ///< the choice that leaves the imported network as it is, or the default
};

/// One choice index per parameter, in the order of Space::parameters.
using Encoding = std::vector<std::uint8_t>;

/// All parameters of a study, model and accelerator side by side.
struct Space {
    std::vector<Parameter> parameters;

    /// Index of the parameter of that name. Throws Error (Input) that names the nearest known names.
    std::size_t indexOf(std::string_view name) const;
    /// Natural logarithm of the number of points.
    double logSize() const;
    /// The imported network with default accelerator choices.
    Encoding importedPoint() const;
};

/// The choice of `parameter` written as `text` (a label, or a number equal to a choice's value).
/// Throws Error (Input) that lists the legal values.
std::uint8_t choiceOf(const Parameter& parameter, std::string_view text);

/// The inclusive range of choice indices that a parameter may take; a pin has low == high.
struct Range {
    std::uint8_t low = 0, high = 0;
    bool contains(std::uint8_t choice) const { return low <= choice && choice <= high; }
    bool operator==(const Range&) const = default;
};

/// Every parameter's allowed range, in the order of Space::parameters.
using Ranges = std::vector<Range>;

/// The whole space.
Ranges fullRanges(const Space& space);

/// Whether every choice lies in its range.
bool contains(const Ranges& ranges, const Encoding& encoding);

} // namespace tandem::point

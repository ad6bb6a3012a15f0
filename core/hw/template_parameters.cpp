// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/template_parameters.h"

#include "core/hw/device/technology.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace tandem::hw {

point::Parameter numberParameter(std::string name, std::string description, std::span<const int> values,
                                 int imported) {
    point::Parameter parameter{std::move(name), std::move(description), {}, imported};
    for (const int value : values) {
        parameter.choices.push_back({static_cast<double>(value), fmt::format("{}", value)});
    }
    return parameter;
}

std::vector<Multiplier> multipliersOn(const Device& device) {
    const bool asic = device.family == DeviceFamily::Asic;
    const bool shares = technologyOf(device.family).dspOperandBits >= kDspOperandBits;
    std::vector<Multiplier> possible;
    std::ranges::copy_if(kMultipliers, std::back_inserter(possible), [&](Multiplier multiplier) {
        return multiplier == Multiplier::Fabric ||
               (multiplier == Multiplier::Dsp ? device.dsp > 0.0 || asic : device.dsp > 0.0 && shares);
    });
    return possible;
}

point::Parameter multiplierParameter(std::string name, std::string description, const Device& device) {
    point::Parameter parameter{std::move(name), std::move(description), {}, 0};
    for (const Multiplier multiplier : multipliersOn(device)) {
        parameter.choices.push_back({static_cast<double>(multiplier), toString(multiplier)});
    }
    return parameter;
}

ParameterValues::ParameterValues(const point::Space& space, const std::string& name)
    : place_(space.indexOf(name)) {
    std::ranges::transform(space.parameters[place_].choices, std::back_inserter(values_),
                           &point::Choice::value);
}

} // namespace tandem::hw

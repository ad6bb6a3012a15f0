// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/device/resources.h"
#include "core/point/parameter.h"

#include <span>
#include <string>
#include <vector>

/// What templates write their parameters with, and read them.
namespace tandem::hw {

/// A parameter whose choices are numbers. `imported`: a place in them.
point::Parameter numberParameter(std::string name, std::string description, std::span<const int> values,
                                 int imported);

/// What can multiply on a device: sharing needs DSPs that hold two products.
std::vector<Multiplier> multipliersOn(const Device& device);
/// A parameter with these choices; the first one is the imported one.
point::Parameter multiplierParameter(std::string name, std::string description, const Device& device);

/// The values of one parameter of a space, found by its name.
class ParameterValues {
  public:
    ParameterValues() = default;
    /// Throws Error (Input) where the space has no such parameter.
    ParameterValues(const point::Space& space, const std::string& name);

    std::size_t place() const { return place_; }
    double of(const point::Encoding& encoding) const { return values_[encoding[place_]]; }
    int integerOf(const point::Encoding& encoding) const { return static_cast<int>(of(encoding)); }

  private:
    std::size_t place_ = 0;
    std::vector<double> values_;
};

} // namespace tandem::hw

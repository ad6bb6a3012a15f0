// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/formats.h"

#include <array>

namespace tandem::data {

/// Joins parts of one data set. Pictures take the size and the channels that are wanted.
class Collector {
  public:
    Collector(std::string name, const ImageSize& wanted) : wanted_(wanted) {
        dataset_.name = std::move(name);
    }

    /// Adds to training (0), validation (1) or test (2). Throws Error (Input) naming `origin` when the
    /// samples are of another shape or type, or have labels where the others have none.
    void add(std::size_t place, Part part, const std::string& origin);
    /// Throws Error (Input) when nothing was added or all of it was broken.
    Dataset finish(std::vector<std::string> classNames);

  private:
    ImageSize wanted_;
    Dataset dataset_;
    std::array<std::vector<Part>, 3> parts_;
};

/// What the spec says about bytes (or floats), and 0..1 (or the floats as they are) otherwise. Throws Error
/// (Input) when there are not as many means or deviations as channels.
Normalization normalizationOf(const DataSpec& spec, const Dataset& dataset);

} // namespace tandem::data

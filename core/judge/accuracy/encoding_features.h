// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/parameter.h"

#include <functional>
#include <vector>

namespace tandem::judge {

/// What a predictor of accuracy sees of a point: every choice of the model (parameters `model.`; those of the
/// accelerator change no result) as its place between 0, the first, and 1, the last of its parameter's
/// choices; what changes nothing in the point at hand can be taken out by a Reading.
class EncodingFeatures {
  public:
    /// An accuracy in percent that is expected before anything was evaluated, such as the sensitivities'.
    using Prior = std::function<double(const point::Encoding&)>;

    /// Makes points of the same network equal, such as space::JointSpace::networkPoint.
    using Reading = std::function<point::Encoding(const point::Encoding&)>;

    /// `prior` and `reading` may be empty.
    explicit EncodingFeatures(const point::Space& space, Prior prior = {}, Reading reading = {});

    /// Number of choices that are seen.
    std::size_t count() const { return seen_.size(); }
    std::vector<double> of(const point::Encoding& encoding) const;
    /// Null without one.
    const Prior& prior() const { return prior_; }

  private:
    struct Seen {
        std::size_t place;
        double last;
    };
    std::vector<Seen> seen_;
    Prior prior_;
    Reading reading_;
};

} // namespace tandem::judge

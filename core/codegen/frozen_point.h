// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/judge/cost/layer_details.h"
#include "core/judge/evaluator.h"
#include "core/point/point.h"
#include "core/quant/arithmetic/integer_network.h"
#include "core/space/joint_space.h"

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::codegen {

/// What a figure was measured on.
struct MeasuredOn {
    std::string inputs; ///< "validation samples", "test samples", "generated inputs"
    std::size_t count = 0;
};

/// Of a measured share: "512 validation samples, 95 % interval 91.2 to 95.6".
std::string toText(const MeasuredOn& on, double percent);

/// A point with its network and its accelerator settled, as they are written: what an export holds, and what
/// manifest, report, study and screen show of it.
struct FrozenPoint {
    /// Its metrics are those of this network on this accelerator: cycles replayed, resources with what the
    /// memories hold, agreement and accuracy measured.
    point::Point point;
    quant::IntegerNetwork network;
    space::Design design;
    std::vector<judge::LayerDetails> layers;
    MeasuredOn agreement, accuracy;

    /// Of a measured agreement or accuracy.
    std::optional<MeasuredOn> measuredOn(point::Metric metric) const;
    /// Where a figure comes from, in words: "modelled", "measured on 512 validation samples, 95 %
    /// interval 91.2 to 95.6".
    std::string sourceText(point::Metric metric) const;
};

/// Settles a point: makes its accelerator for exactly this network, replays it, and measures the network.
/// Takes seconds. Throws Error (Input) where the accelerator cannot be built, Error (Cancelled) where it was
/// asked to stop.
FrozenPoint freeze(const judge::Evaluator& evaluator, point::Point point, quant::IntegerNetwork network,
                   const std::stop_token& cancel = {});

} // namespace tandem::codegen

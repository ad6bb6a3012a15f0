// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/frozen_point.h"
#include "core/point/point.h"
#include "core/quant/arithmetic/integer_network.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace tandem::judge {
class Evaluator;
}

namespace tandem::engine {

/// What is made of single points of a study: exact figures, integers, exports. From any thread.
class ArtefactSession {
  public:
    virtual ~ArtefactSession() = default;

    /// What judges the points. Where nothing was measured yet, the first call does that and takes seconds.
    virtual const judge::Evaluator& evaluator() const = 0;

    /// The point settled with all that can be found out at once: exact cycles from the event model, measured
    /// agreement or accuracy of its integer network. The better figures replace the point's own and are
    /// stored; they do not change which points are searched next. Throws Error (Input) where there is no such
    /// point, or where its accelerator cannot be built; Error (Cancelled) where it was asked to stop. Takes
    /// seconds.
    virtual codegen::FrozenPoint freeze(point::PointId id, const std::stop_token& cancel = {}) = 0;

    /// The layers of the point's accelerator: as it was frozen, where it was since the study was opened, else
    /// as the search has it; none where it cannot be built. Throws Error (Input) where there is no such
    /// point.
    virtual std::vector<judge::LayerDetails> layers(point::PointId id) const = 0;

    /// What a point's measured agreement or accuracy was measured on; nothing where it was not, or where the
    /// study is older than that record.
    virtual std::optional<codegen::MeasuredOn> measuredOn(point::PointId id, point::Metric metric) const = 0;

    /// The point's integers: the trained ones where it was trained, else those of its changed network,
    /// quantized on the calibration inputs. Throws Error (Input) where there is no such point.
    virtual quant::IntegerNetwork integerNetwork(point::PointId id) const = 0;

    /// Records an export or a verification on a point, for the report and the journal. Without a
    /// study file nothing is kept.
    virtual void recordArtefact(point::PointId id, const std::string& kind,
                                const nlohmann::ordered_json& record) = 0;
};

} // namespace tandem::engine

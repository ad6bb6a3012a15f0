// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/frozen_point.h"
#include "core/engine/accuracy/trained_networks.h"
#include "core/engine/study/study_judge.h"
#include "core/point/point.h"
#include "core/quant/arithmetic/integer_network.h"

namespace tandem::engine {

/// What stands for a point: the trained integers where it was trained, else those of its changed network,
/// quantized on the calibration inputs. From any thread.
quant::IntegerNetwork integerNetwork(StudyJudge& judge, const TrainedNetworks& trained,
                                     const point::Point& point, const std::stop_token& cancel = {});

/// The point settled with that network; of a trained point the accuracy is that on the test samples. Takes
/// seconds; from any thread. Throws Error (Cancelled) where it was asked to stop.
codegen::FrozenPoint freeze(StudyJudge& judge, const TrainedNetworks& trained, const point::Point& point,
                            const std::stop_token& cancel = {});

} // namespace tandem::engine

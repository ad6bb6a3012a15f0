// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/train/trainer.h"

#include <cstdint>
#include <span>
#include <vector>

/// What trainings by mini-batches have in common.
namespace tandem::train {

/// Throws Error (Input) where these options cannot train on `samples` samples of the data set.
void checkTraining(const TrainingOptions& options, const data::Dataset& dataset, std::size_t samples);

/// The samples in the order of an epoch, which depends on the seed and the epoch only.
std::vector<std::size_t> orderOfEpoch(std::span<const std::size_t> samples, std::uint64_t seed,
                                      std::int64_t epoch);

/// What the schedule leaves of the rates in step `step` of `steps`.
double scheduleShare(const TrainingOptions& options, std::int64_t step, std::int64_t steps,
                     std::int64_t stepsPerEpoch);

/// What tells trainings apart: two whose numbers differ cannot go on from each other's checkpoints.
std::vector<std::uint64_t> identityOf(const TrainingOptions& options);

} // namespace tandem::train

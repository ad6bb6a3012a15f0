// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/input_format.h"
#include "core/data/split.h"
#include "core/nn/graph.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

namespace tandem::engine {

/// A data set as it serves one study: normalized for its network and split.
struct StudyData {
    data::Dataset dataset;
    data::Split split;
    data::InputFormat format;
};

/// Opens the data set of a spec (data::openDataset()) for an imported network. `record` is what toJson() gave
/// when the study was made: the same format and the same split come out. Where it is null the format is
/// found, by measuring the network where need be, and the split drawn with the spec's seed or `seed`. Throws
/// Error (Input) when the samples do not fit the network or are no longer those that were recorded.
StudyData openStudyData(const std::string& spec, const nn::Graph& imported, std::uint64_t seed,
                        const nlohmann::ordered_json& record);

/// Split, input format, sound settings and what was skipped, for the study file.
nlohmann::ordered_json toJson(const StudyData& data);

/// What a record says, for people: one line each about the samples, their format, sounds, and what was
/// skipped.
std::string dataReport(const nlohmann::ordered_json& record);

} // namespace tandem::engine

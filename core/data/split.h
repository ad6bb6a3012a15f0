// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <vector>

namespace tandem::data {

/// Which samples serve what: training fits weights, validation judges points while they are searched, and the
/// test part is for final measurements only. No sample is in two parts. Each part is in the order it was
/// drawn in, so that its first n samples are a fair choice.
struct Split {
    std::uint64_t seed = 0;
    double validationShare = 0.0;
    std::vector<std::size_t> training, validation, test;
    bool operator==(const Split&) const = default;
};

/// The set's own parts where it has them. Where it has no validation part, `validationShare` of the training
/// part is drawn for it, the same share of every class; likewise for the test part. The same set, share and
/// seed give the same split. Throws Error (Input) unless the share is in [0, 0.5).
Split split(const Dataset& dataset, double validationShare, std::uint64_t seed);

/// The split as JSON: seed, share, how many samples each part has, and a fingerprint of which and of all
/// labels.
nlohmann::ordered_json toJson(const Split& split, const Dataset& dataset);

/// The split that toJson() wrote down, drawn again from the same set. Throws Error (Input) when it is
/// something else or the set is no longer the one that was split.
Split splitFromJson(const nlohmann::ordered_json& json, const Dataset& dataset);

} // namespace tandem::data

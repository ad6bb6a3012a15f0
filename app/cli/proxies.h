// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/run/snapshot.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tandem::judge {
class Evaluator;
}

namespace tandem::cli {

/// How well a proxy ranks networks whose accuracy with the supernet's weights is known.
struct ProxyRanking {
    double kendall = 0.0, spearman = 0.0;
    std::size_t networks = 0;
};

/// A zero-cost proxy of a point's network.
struct Proxy {
    std::string name;
    double value = 0.0;
    std::optional<ProxyRanking> ranking; ///< where the study's supernet judged enough networks
};

/// Those of the network as it stands, with the weights that it has, on the study's first inputs. `snapshot`:
/// the points that the study knows.
std::vector<Proxy> proxiesOf(const judge::Evaluator& evaluator, const engine::Snapshot& snapshot,
                             const point::Encoding& encoding);

nlohmann::ordered_json toJson(const std::vector<Proxy>& proxies);
std::string toText(const std::vector<Proxy>& proxies);

} // namespace tandem::cli

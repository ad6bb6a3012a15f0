// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/proxies.h"

#include "app/cli/table.h"
#include "core/judge/accuracy/rank_correlation.h"
#include "core/judge/accuracy/zero_cost_proxies.h"
#include "core/judge/evaluator.h"

#include <nlohmann/json.hpp>

namespace tandem::cli {

namespace {

constexpr std::size_t kMostInputs = 32;
constexpr std::size_t kFewestRanked = 8, kMostRanked = 32; // networks

std::vector<Proxy> valuesOf(const judge::Evaluator& evaluator, const point::Encoding& encoding) {
    const nn::Graph network = evaluator.jointSpace().network(encoding);
    const judge::JudgingInputs& given = evaluator.inputs();
    const std::vector<nn::Tensor> inputs = given.judged().some(0, kMostInputs);
    std::vector<Proxy> proxies{{"synflow", judge::synFlow(network), {}},
                               {"naswot", judge::activationOverlap(network, inputs), {}}};
    if (!given.labels.empty()) {
        const double norm =
            judge::gradientNorm(network, inputs, std::span(given.labels).first(inputs.size()));
        proxies.push_back({"gradient_norm", norm, {}});
    }
    return proxies;
}

/// Points that the supernet judged, at most kMostRanked of them, evenly spread.
std::vector<point::Point> judgedPoints(const engine::Snapshot& snapshot) {
    std::vector<point::Point> judged;
    for (std::size_t id = 0; id < snapshot.points.size(); ++id) {
        if (snapshot.points[id].metrics.source(point::Metric::Accuracy) == point::Source::Supernet) {
            judged.push_back(snapshot.points[id]);
        }
    }
    std::vector<point::Point> taken;
    const std::size_t count = std::min(kMostRanked, judged.size());
    for (std::size_t i = 0; i < count; ++i) {
        taken.push_back(judged[i * judged.size() / count]);
    }
    return taken;
}

void rank(const judge::Evaluator& evaluator, const engine::Snapshot& snapshot, std::vector<Proxy>& proxies) {
    const std::vector<point::Point> judged = judgedPoints(snapshot);
    if (judged.size() < kFewestRanked) {
        return;
    }
    std::vector<double> accuracies;
    std::vector<std::vector<double>> values(proxies.size());
    for (const point::Point& point : judged) {
        accuracies.push_back(static_cast<double>(point.metrics.value(point::Metric::Accuracy)));
        const std::vector<Proxy> own = valuesOf(evaluator, point.encoding);
        for (std::size_t i = 0; i < own.size(); ++i) {
            values[i].push_back(own[i].value);
        }
    }
    for (std::size_t i = 0; i < proxies.size(); ++i) {
        proxies[i].ranking = ProxyRanking{judge::kendallTau(values[i], accuracies),
                                          judge::spearman(values[i], accuracies), judged.size()};
    }
}

} // namespace

std::vector<Proxy> proxiesOf(const judge::Evaluator& evaluator, const engine::Snapshot& snapshot,
                             const point::Encoding& encoding) {
    std::vector<Proxy> proxies = valuesOf(evaluator, encoding);
    rank(evaluator, snapshot, proxies);
    return proxies;
}

nlohmann::ordered_json toJson(const std::vector<Proxy>& proxies) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const Proxy& proxy : proxies) {
        json[proxy.name] = {{"value", proxy.value}, {"source", "proxy"}};
        if (proxy.ranking) {
            json[proxy.name]["ranking"] = {{"kendall_tau", proxy.ranking->kendall},
                                           {"spearman_rho", proxy.ranking->spearman},
                                           {"networks", proxy.ranking->networks}};
        }
    }
    return json;
}

std::string toText(const std::vector<Proxy>& proxies) {
    Table table({"proxy", "value", "source", "Kendall tau", "Spearman rho"});
    std::size_t networks = 0;
    for (const Proxy& proxy : proxies) {
        table.add({proxy.name, fmt::format("{:.6g}", proxy.value), "proxy",
                   proxy.ranking ? fmt::format("{:.3f}", proxy.ranking->kendall) : "-",
                   proxy.ranking ? fmt::format("{:.3f}", proxy.ranking->spearman) : "-"});
        networks = proxy.ranking ? proxy.ranking->networks : networks;
    }
    return "\nZero-cost proxies, which only rank points of one study:\n" + table.text() +
           (networks > 0
                ? fmt::format("Ranks against the accuracy with the supernet's weights of {} networks.\n",
                              networks)
                : "No ranks: a trained supernet has to judge at least 8 networks first.\n");
}

} // namespace tandem::cli

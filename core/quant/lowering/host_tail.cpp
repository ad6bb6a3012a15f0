// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering/host_tail.h"

#include "core/base/error.h"
#include "core/nn/network_size.h"
#include "core/quant/lowering/rules.h"

#include <algorithm>
#include <set>

namespace tandem::quant {

namespace {

using Nodes = std::set<nn::NodeId>;

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// Finds what the host computes where only maps of certain rows and columns leave the accelerator.
class Cut {
  public:
    Cut(const nn::Graph& graph, nn::Extent size)
        : graph_(graph), size_(size), producers_(graph.producers()) {}

    /// From what the host computes anyway; nothing where the cut would go back to the network's input.
    std::optional<Nodes> behind(Nodes host) const {
        for (std::size_t before = host.size() + 1; before != host.size();) {
            before = host.size();
            addReaders(host);
            for (const nn::ValueId value : leaving(host)) {
                const nn::NodeId producer = producers_[at(value)];
                if (producer < 0) {
                    return std::nullopt;
                }
                if (!fits(value)) {
                    host.insert(producer);
                }
            }
        }
        return host;
    }

  private:
    bool fits(nn::ValueId value) const {
        const auto map = mapOf(graph_.value(value).shape);
        return map && nn::Extent{map->height, map->width} == size_;
    }

    bool isOf(const Nodes& host, nn::ValueId value) const { return host.contains(producers_[at(value)]); }

    void addReaders(Nodes& host) const {
        for (std::size_t id = 0; id < graph_.nodes.size(); ++id) {
            const bool reads = std::ranges::any_of(graph_.nodes[id].inputs, [&](nn::ValueId value) {
                return value != nn::kNoValue && isOf(host, value);
            });
            if (reads) {
                host.insert(static_cast<nn::NodeId>(id));
            }
        }
    }

    std::vector<nn::ValueId> leaving(const Nodes& host) const {
        std::vector<nn::ValueId> values = graph_.outputs;
        for (const nn::NodeId id : host) {
            values.insert(values.end(), graph_.node(id).inputs.begin(), graph_.node(id).inputs.end());
        }
        std::erase_if(values, [&](nn::ValueId value) {
            return value == nn::kNoValue || isConstant(graph_, value) || isOf(host, value);
        });
        return values;
    }

    const nn::Graph& graph_;
    nn::Extent size_;
    std::vector<nn::NodeId> producers_;
};

template <typename Ids>
double shareOf(const nn::Graph& graph, const Ids& nodes) {
    double products = 0.0;
    for (const nn::NodeId id : nodes) {
        products += static_cast<double>(nn::multiplyAccumulates(graph, graph.node(id)));
    }
    const auto all = static_cast<double>(nn::sizeOf(graph).operations);
    return all > 0.0 ? products / all : 0.0;
}

template <typename Ids>
nn::Graph marked(nn::Graph graph, const Ids& nodes) {
    for (const nn::NodeId id : nodes) {
        graph.nodes[at(id)].onHost = true;
    }
    return graph;
}

struct Candidate {
    double share = 0.0;
    Nodes nodes;
};

/// Cuts behind which values of one size leave, the smallest share first.
std::vector<Candidate> candidates(const nn::Graph& graph, const Attempt& made) {
    std::vector<nn::Extent> sizes;
    for (const nn::Node& node : graph.nodes) {
        const auto map = mapOf(graph.value(node.outputs.at(0)).shape);
        const nn::Extent size = map ? nn::Extent{map->height, map->width} : nn::Extent{};
        if (map && std::ranges::find(sizes, size) == sizes.end()) {
            sizes.push_back(size);
        }
    }
    std::vector<Candidate> found;
    for (const nn::Extent size : sizes) {
        Nodes host(made.moved.begin(), made.moved.end());
        host.insert(made.own.begin(), made.own.end());
        if (auto nodes = Cut(graph, size).behind(std::move(host))) {
            found.push_back({shareOf(graph, *nodes), std::move(*nodes)});
        }
    }
    std::ranges::stable_sort(found, [](const Candidate& a, const Candidate& b) {
        return std::pair(a.share, a.nodes.size()) < std::pair(b.share, b.nodes.size());
    });
    return found;
}

bool isWhole(const nn::Graph& graph) {
    try {
        const Attempt made = attemptToLower(graph);
        return !made.refusal && !made.between;
    } catch (const Error&) { // nothing is left for the accelerator
        return false;
    }
}

[[noreturn]] void refuse(const Attempt& made, std::optional<double> share) {
    std::string text = made.between ? *made.between : *made.refusal;
    if (share) {
        text += fmt::format("; what the host would have to compute behind is {:.3g} % of the network's "
                            "multiply-accumulates, at most {:.0f} % is accepted",
                            100.0 * *share, 100.0 * kMostHostShare);
    }
    throw inputError("{}", text);
}

} // namespace

bool hasMarks(const nn::Graph& graph) {
    return std::ranges::any_of(graph.nodes, &nn::Node::onHost);
}

nn::Graph markedForHost(nn::Graph graph, const Attempt& made) {
    if (hasMarks(graph)) {
        refuse(made, std::nullopt);
    }
    if (!made.refusal) {
        const double share = shareOf(graph, made.behind);
        if (share > kMostHostShare) {
            refuse(made, share);
        }
        return marked(std::move(graph), made.moved);
    }
    for (const Candidate& candidate : candidates(graph, made)) {
        if (candidate.share > kMostHostShare) {
            refuse(made, candidate.share);
        }
        Nodes moved = candidate.nodes;
        std::ranges::for_each(made.own, [&](nn::NodeId node) { moved.erase(node); });
        nn::Graph cut = marked(graph, moved);
        if (isWhole(cut)) {
            return cut;
        }
    }
    refuse(made, std::nullopt);
}

} // namespace tandem::quant

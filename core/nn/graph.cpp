// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/graph.h"

#include "core/base/error.h"

namespace tandem::nn {

ValueId Graph::addValue(Value added) {
    values.push_back(std::move(added));
    return static_cast<ValueId>(values.size()) - 1;
}

ValueId Graph::addConstant(std::string constantName, Tensor tensor) {
    Value added{std::move(constantName), tensor.type, tensor.shape, {}, {}};
    added.constant = std::move(tensor);
    return addValue(std::move(added));
}

std::vector<NodeId> Graph::producers() const {
    std::vector<NodeId> result(values.size(), -1);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        for (const ValueId output : nodes[i].outputs) {
            result[static_cast<std::size_t>(output)] = static_cast<NodeId>(i);
        }
    }
    return result;
}

std::vector<std::vector<NodeId>> Graph::consumers() const {
    std::vector<std::vector<NodeId>> result(values.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        for (const ValueId input : nodes[i].inputs) {
            if (input == kNoValue) {
                continue;
            }
            auto& readers = result[static_cast<std::size_t>(input)];
            if (readers.empty() || readers.back() != static_cast<NodeId>(i)) {
                readers.push_back(static_cast<NodeId>(i));
            }
        }
    }
    return result;
}

void Graph::check() const {
    std::vector<bool> known(values.size(), false);
    const auto inRange = [&](ValueId id) { return id >= 0 && static_cast<std::size_t>(id) < values.size(); };
    for (const ValueId input : inputs) {
        if (!inRange(input)) {
            throw workError("network '{}': an input refers to value {} of {}", name, input, values.size());
        }
        known[static_cast<std::size_t>(input)] = true;
    }
    for (const Node& checked : nodes) {
        for (const ValueId input : checked.inputs) {
            if (input == kNoValue) {
                continue;
            }
            if (!inRange(input) || !(known[static_cast<std::size_t>(input)] || value(input).constant)) {
                throw inputError("node '{}' ({}) reads a value that nothing before it computes; the network "
                                 "must be acyclic",
                                 checked.name, checked.sourceOperator);
            }
        }
        for (const ValueId output : checked.outputs) {
            if (!inRange(output) || known[static_cast<std::size_t>(output)]) {
                throw inputError("node '{}' ({}) computes a value that is already computed elsewhere",
                                 checked.name, checked.sourceOperator);
            }
            known[static_cast<std::size_t>(output)] = true;
        }
    }
    for (const ValueId output : outputs) {
        if (!inRange(output) || !(known[static_cast<std::size_t>(output)] || value(output).constant)) {
            throw inputError("network '{}': an output is computed by no node", name);
        }
    }
}

} // namespace tandem::nn

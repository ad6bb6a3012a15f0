// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/batching.h"

namespace tandem::train {

namespace {

/// Decides for one node whether it keeps the samples of dimension 0 apart, and settles its attributes.
class Batcher {
  public:
    Batcher(nn::Graph& graph, std::vector<bool>& scaled, int batch)
        : graph_(graph), scaled_(scaled), batch_(batch) {}

    bool operator()(nn::Node& node) {
        node_ = &node;
        return std::visit(*this, node.op);
    }

    // Operators that only work inside a sample: the first input is scaled, the rest are parameters.
    template <typename SampleWise>
    bool operator()(SampleWise&) {
        return isScaled(0) && noneScaledFrom(1);
    }

    bool operator()(nn::MatrixProduct&) {
        const std::size_t a = shape(0).size();
        const std::size_t b = shape(1).size();
        if (isScaled(0) && isScaled(1)) {
            return a == b && a >= 3;
        }
        if (isScaled(0)) {
            return a >= 2 && (b <= 2 || (a >= b && (a > b || shape(1)[0] == 1)));
        }
        return b >= 3 && (b > a || (a == b && shape(0)[0] == 1));
    }

    bool operator()(nn::Gemm& op) {
        const bool addend = node_->inputs.size() < 3 || node_->inputs[2] == nn::kNoValue || isScaled(2) ||
                            shape(2).size() < 2 || shape(2)[0] == 1;
        return isScaled(0) && !isScaled(1) && !op.transposeA && addend &&
               (node_->inputs.size() < 3 || !isScaled(2) || shape(2).size() == 2);
    }

    bool operator()(nn::Softmax& op) { return axisOf(op.axis) != 0; }
    bool operator()(nn::Binary&) { return broadcasts(); }
    bool operator()(nn::ParametricRelu&) { return broadcasts(); }

    bool operator()(nn::ReduceMean& op) {
        return !op.axes.empty() && std::ranges::none_of(op.axes, [&](int axis) { return axisOf(axis) == 0; });
    }

    bool operator()(nn::Concat& op) {
        for (std::size_t i = 0; i < node_->inputs.size(); ++i) {
            if (!isScaled(i)) {
                return false;
            }
        }
        return axisOf(op.axis) != 0;
    }

    bool operator()(nn::Split& op) { return axisOf(op.axis) != 0; }

    bool operator()(nn::Slice& op) {
        const bool whole =
            !op.starts.empty() && op.starts[0] == 0 && op.steps[0] == 1 && op.ends[0] >= shape(0)[0];
        if (whole) {
            op.ends[0] = shape(0)[0] * batch_;
        }
        return whole;
    }

    bool operator()(nn::Gather& op) { return axisOf(op.axis) != 0; }

    bool operator()(nn::Reshape&) {
        const nn::Shape& result = graph_.value(node_->outputs.at(0)).shape;
        return isScaled(0) && !shape(0).empty() && !result.empty() && shape(0)[0] == result[0];
    }

    bool operator()(nn::Transpose& op) { return !op.permutation.empty() && op.permutation[0] == 0; }
    bool operator()(nn::Pad& op) { return !op.before.empty() && op.before[0] == 0 && op.after[0] == 0; }
    bool operator()(nn::Resize& op) { return !op.scales.empty() && op.scales[0] == 1.0F; }
    bool operator()(nn::Quantize& op) { return isScaled(0) && perTensorOrInside(op.axis); }
    bool operator()(nn::Dequantize& op) { return isScaled(0) && perTensorOrInside(op.axis); }

  private:
    nn::ValueId input(std::size_t index) const { return node_->inputs.at(index); }
    const nn::Shape& shape(std::size_t index) const { return graph_.value(input(index)).shape; }

    bool isScaled(std::size_t index) const {
        return input(index) != nn::kNoValue && scaled_[static_cast<std::size_t>(input(index))];
    }

    bool noneScaledFrom(std::size_t first) const {
        for (std::size_t i = first; i < node_->inputs.size(); ++i) {
            if (isScaled(i)) {
                return false;
            }
        }
        return true;
    }

    int axisOf(int axis) const { return axis < 0 ? axis + static_cast<int>(shape(0).size()) : axis; }

    bool perTensorOrInside(int axis) const { return nn::elementCount(shape(1)) == 1 || axisOf(axis) != 0; }

    /// Every scaled input has the result's rank, every other one repeats along dimension 0.
    bool broadcasts() const {
        const std::size_t rank = graph_.value(node_->outputs.at(0)).shape.size();
        for (std::size_t i = 0; i < node_->inputs.size(); ++i) {
            const bool apart =
                isScaled(i) ? shape(i).size() == rank : shape(i).size() < rank || shape(i)[0] == 1;
            if (!apart) {
                return false;
            }
        }
        return true;
    }

    nn::Graph& graph_;
    std::vector<bool>& scaled_;
    int batch_;
    nn::Node* node_ = nullptr;
};

} // namespace

std::optional<nn::Graph> batched(nn::Graph graph, int batch) {
    std::vector<bool> scaled(graph.values.size(), false);
    for (const nn::ValueId input : graph.inputs) {
        if (graph.value(input).shape.empty()) {
            return std::nullopt;
        }
        scaled[static_cast<std::size_t>(input)] = true;
    }
    Batcher batcher(graph, scaled, batch);
    for (nn::Node& node : graph.nodes) {
        const bool depends = std::ranges::any_of(node.inputs, [&](nn::ValueId input) {
            return input != nn::kNoValue && scaled[static_cast<std::size_t>(input)];
        });
        if (depends && !batcher(node)) {
            return std::nullopt;
        }
        for (const nn::ValueId output : node.outputs) {
            scaled[static_cast<std::size_t>(output)] = depends;
        }
    }
    for (const nn::ValueId output : graph.outputs) {
        if (!scaled[static_cast<std::size_t>(output)]) {
            return std::nullopt;
        }
    }
    // Shapes change only now: the decisions above compare the batch-1 shapes.
    for (std::size_t id = 0; id < scaled.size(); ++id) {
        if (scaled[id]) {
            graph.values[id].shape.at(0) *= batch;
        }
    }
    return graph;
}

} // namespace tandem::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"

namespace tandem::nn::passes {

namespace {

/// How one axis of the transposed convolution becomes an axis of a convolution on the spread map, in which a
/// cell is followed by stride - 1 zeros.
struct Axis {
    int kernel = 1; ///< grown by taps of zero at the end where the output is smaller than the spread map asks
    int before = 0, after = 0;
};

std::optional<Axis> axisOf(int kernel, int stride, int dilation, int before, int after, int added) {
    // The output has (H - 1) * stride + extent + added - before - after cells, the convolution
    // H * stride + its pads + 1 - extent.
    const int reach = dilation * (kernel - 1);
    Axis axis{kernel, reach - before, reach + 1 - stride + added - after};
    if (axis.before < 0 || stride > (1 << 16)) {
        return std::nullopt;
    }
    while (axis.after < 0) {
        ++axis.kernel;
        axis.after += dilation;
    }
    return axis;
}

/// [C, O/groups, KH, KW] to [O, C/groups, rows, columns], every filter turned by half a turn.
Tensor mirrored(const Tensor& weights, int groups, const Axis& rows, const Axis& columns) {
    const std::int64_t inputs = weights.shape[0] / groups, outputs = weights.shape[1];
    const std::int64_t height = weights.shape[2], width = weights.shape[3];
    Tensor result =
        Tensor::zeros(ElementType::Float32, {outputs * groups, inputs, rows.kernel, columns.kernel});
    for (std::int64_t group = 0; group < groups; ++group) {
        for (std::int64_t o = 0; o < outputs; ++o) {
            for (std::int64_t i = 0; i < inputs; ++i) {
                for (std::int64_t y = 0; y < height; ++y) {
                    for (std::int64_t x = 0; x < width; ++x) {
                        const std::int64_t from =
                            (((group * inputs + i) * outputs + o) * height + height - 1 - y) * width + width -
                            1 - x;
                        const std::int64_t to =
                            (((group * outputs + o) * inputs + i) * rows.kernel + y) * columns.kernel + x;
                        result.floats()[static_cast<std::size_t>(to)] =
                            weights.floats()[static_cast<std::size_t>(from)];
                    }
                }
            }
        }
    }
    return result;
}

/// The model's quantization of the weights, its axis moved with them; none where that cannot be said.
std::optional<Quantization> moved(const std::optional<Quantization>& given, int groups) {
    if (!given || (given->scales.size() > 1 && (given->axis != 1 || groups != 1))) {
        return std::nullopt;
    }
    Quantization result = *given;
    result.axis = 0;
    return result;
}

/// Adds the nodes that spread the cells of `x` apart; gives the spread map.
ValueId spread(Graph& graph, std::vector<Node>& nodes, const Node& node, Extent stride) {
    const ValueId x = node.inputs[0];
    if (stride == Extent{1, 1}) {
        return x;
    }
    const Shape shape = graph.value(x).shape;
    const auto add = [&](const std::string& name, Operator op, ValueId input, Shape to) {
        const ValueId output = graph.addValue({freshName(graph, node.name + "/" + name),
                                               ElementType::Float32,
                                               std::move(to),
                                               {},
                                               graph.value(x).quantization});
        nodes.push_back({node.name + "/" + name, node.sourceOperator, std::move(op), {input}, {output}});
        return output;
    };
    const ValueId cells = add("cells", Reshape{}, x, {shape[0], shape[1], shape[2], 1, shape[3], 1});
    Pad pad;
    pad.before.assign(6, 0);
    pad.after = {0, 0, 0, stride.height - 1, 0, stride.width - 1};
    const ValueId apart =
        add("apart", pad, cells, {shape[0], shape[1], shape[2], stride.height, shape[3], stride.width});
    return add("spread", Reshape{}, apart,
               {shape[0], shape[1], shape[2] * stride.height, shape[3] * stride.width});
}

bool mirror(Graph& graph, std::size_t index) {
    const Node node = graph.nodes[index];
    const auto* op = std::get_if<TransposedConvolution>(&node.op);
    if (op == nullptr || constantOf(graph, node.inputs[1]) == nullptr ||
        graph.value(node.inputs[0]).shape.size() != 4) {
        return false;
    }
    const Padding& pad = op->padding;
    const auto rows = axisOf(op->kernel.height, op->stride.height, op->dilation.height, pad.top, pad.bottom,
                             op->outputPadding.height);
    const auto columns = axisOf(op->kernel.width, op->stride.width, op->dilation.width, pad.left, pad.right,
                                op->outputPadding.width);
    if (!rows || !columns) {
        return false;
    }
    const Value weights = graph.value(node.inputs[1]);
    std::vector<Node> made;
    Node convolution = node;
    convolution.inputs[0] = spread(graph, made, node, op->stride);
    convolution.inputs[1] = graph.addConstant(freshName(graph, weights.name + "/mirrored"),
                                              mirrored(*weights.constant, op->groups, *rows, *columns));
    graph.value(convolution.inputs[1]).quantization = moved(weights.quantization, op->groups);
    convolution.op = Convolution{{rows->kernel, columns->kernel},
                                 {1, 1},
                                 op->dilation,
                                 {rows->before, columns->before, rows->after, columns->after},
                                 op->groups};
    made.push_back(std::move(convolution));
    const auto place = graph.nodes.begin() + static_cast<std::ptrdiff_t>(index);
    graph.nodes.insert(graph.nodes.erase(place), made.begin(), made.end());
    return true;
}

} // namespace

bool mirrorTransposedConvolutions(Graph& graph) {
    bool changed = false;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        changed = mirror(graph, i) || changed;
    }
    return changed;
}

} // namespace tandem::nn::passes

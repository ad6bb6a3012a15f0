// SPDX-License-Identifier: GPL-3.0-or-later
// Operators that slide a window over a feature map. 1-D maps become maps of height 1.
#include "core/base/error.h"
#include "core/nn/shapes.h"
#include "core/onnx/builder.h"

namespace tandem::onnx {

namespace {

/// Bound of every window attribute; keeps all products inside of 64 bits.
constexpr std::int64_t kLargest = 1 << 20;

/// The window's attributes along the one or two spatial axes, as the model gives them.
struct Window {
    std::size_t axes = 2;
    std::vector<int> kernel, stride, dilation, before, after;
    std::string autoPad;

    bool isSame() const { return autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER"; }
    std::int64_t span(std::size_t axis) const { return std::int64_t{kernel[axis] - 1} * dilation[axis] + 1; }

    /// Padding that makes up `total` cells; SAME_UPPER puts the odd one behind.
    void pad(std::size_t axis, std::int64_t total) {
        const auto padding = static_cast<int>(std::clamp<std::int64_t>(total, 0, kLargest));
        before[axis] = autoPad == "SAME_LOWER" ? padding - padding / 2 : padding / 2;
        after[axis] = padding - before[axis];
    }

    nn::Extent extent(const std::vector<int>& values, int missing) const {
        return axes == 1 ? nn::Extent{missing, values[0]} : nn::Extent{values[0], values[1]};
    }
    nn::Padding padding() const {
        return axes == 1 ? nn::Padding{0, before[0], 0, after[0]}
                         : nn::Padding{before[0], before[1], after[0], after[1]};
    }
};

std::vector<int> checkedList(const char* name, const std::vector<std::int64_t>& values, std::size_t count,
                             std::int64_t low) {
    if (values.size() != count) {
        throw inputError("attribute '{}' has {} entries; {} are needed", name, values.size(), count);
    }
    std::vector<int> result;
    for (const std::int64_t value : values) {
        if (value < low || value > kLargest) {
            throw inputError("attribute '{}' has the entry {}; {} to {} are accepted", name, value, low,
                             kLargest);
        }
        result.push_back(static_cast<int>(value));
    }
    return result;
}

std::size_t spatialAxes(const nn::Shape& shape) {
    if (shape.size() != 3 && shape.size() != 4) {
        throw inputError(
            "the input has shape {}; batch, channels and one or two spatial dimensions are accepted",
            toString(shape));
    }
    return shape.size() - 2;
}

/// Kernel, strides, dilations, padding and auto_pad; SAME padding is settled by the caller, who knows the
/// output size.
Window readWindow(const NodeImport& node, const nn::Shape& input, std::vector<std::int64_t> kernel) {
    Window window;
    window.axes = spatialAxes(input);
    const auto list = [&](const char* name, std::int64_t fallback, std::size_t count, std::int64_t low) {
        const auto given = node.attributes.integers(name);
        return checkedList(name, given.value_or(std::vector<std::int64_t>(count, fallback)), count, low);
    };
    window.kernel = checkedList(
        "kernel_shape", node.attributes.integers("kernel_shape").value_or(std::move(kernel)), window.axes, 1);
    window.stride = list("strides", 1, window.axes, 1);
    window.dilation = list("dilations", 1, window.axes, 1);
    const std::vector<int> pads = list("pads", 0, 2 * window.axes, 0);
    const auto middle = pads.begin() + static_cast<std::ptrdiff_t>(window.axes);
    window.before.assign(pads.begin(), middle);
    window.after.assign(middle, pads.end());
    window.autoPad = node.attributes.text("auto_pad", "NOTSET");
    if (window.autoPad.empty()) {
        window.autoPad = "NOTSET";
    }
    if (window.autoPad == "VALID") {
        std::ranges::fill(window.before, 0);
        std::ranges::fill(window.after, 0);
    } else if (window.autoPad != "NOTSET" && !window.isSame()) {
        throw inputError(
            "attribute 'auto_pad' is '{}'; NOTSET, SAME_UPPER, SAME_LOWER and VALID are accepted",
            ModelBuilder::shown(window.autoPad));
    }
    return window;
}

/// SAME: ceil(size / stride) outputs.
void settleSame(Window& window, const nn::Shape& input) {
    for (std::size_t axis = 0; window.isSame() && axis < window.axes; ++axis) {
        const std::int64_t size = input[axis + 2];
        const std::int64_t outputs = (size + window.stride[axis] - 1) / window.stride[axis];
        window.pad(axis, (outputs - 1) * window.stride[axis] + window.span(axis) - size);
    }
}

/// ceil_mode: more padding behind, so that rounding down gives the rounded-up count. Windows that would start
/// behind the input and its front padding are not made.
void settleCeiling(Window& window, const nn::Shape& input) {
    for (std::size_t axis = 0; axis < window.axes; ++axis) {
        const std::int64_t stride = window.stride[axis];
        const std::int64_t padded = input[axis + 2] + window.before[axis] + window.after[axis];
        const std::int64_t room = padded - window.span(axis);
        if (room < 0) {
            continue;
        }
        std::int64_t last = (room + stride - 1) / stride;
        if (last * stride >= input[axis + 2] + window.before[axis]) {
            --last;
        }
        const std::int64_t missing = last * stride + window.span(axis) - padded;
        window.after[axis] += static_cast<int>(std::max<std::int64_t>(0, missing));
    }
}

nn::Shape asMap(const nn::Shape& shape) {
    return shape.size() == 3 ? nn::Shape{shape[0], shape[1], 1, shape[2]} : shape;
}

/// Emits `op`, and behind it the way back to one spatial dimension when the model has one.
void emitOnMap(NodeImport& node, nn::Operator op, std::vector<nn::ValueId> inputs, std::size_t axes) {
    if (axes == 2) {
        node.emit(std::move(op), std::move(inputs));
        return;
    }
    const nn::ValueId map = node.add(std::move(op), std::move(inputs));
    const nn::Shape shape = node.shapeOf(map);
    node.emitReshape(map, {shape[0], shape[1], shape[3]});
}

std::vector<std::int64_t> kernelOfWeights(const NodeImport& node) {
    const nn::Shape& weights = node.shape(1);
    if (weights.size() != node.shape(0).size()) {
        throw inputError("weights of shape {} do not fit an input of shape {}", toString(weights),
                         toString(node.shape(0)));
    }
    return {weights.begin() + 2, weights.end()};
}

std::vector<nn::ValueId> convolutionInputs(NodeImport& node) {
    std::vector<nn::ValueId> inputs{node.addReshape(node.input(0), asMap(node.shape(0))),
                                    node.addReshape(node.input(1), asMap(node.shape(1)))};
    if (node.has(2)) {
        inputs.push_back(node.input(2));
    }
    return inputs;
}

void importConvolution(NodeImport& node) {
    spatialAxes(node.shape(0));
    Window window = readWindow(node, node.shape(0), kernelOfWeights(node));
    settleSame(window, node.shape(0));
    nn::Convolution op{window.extent(window.kernel, 1), window.extent(window.stride, 1),
                       window.extent(window.dilation, 1), window.padding(),
                       node.attributes.integer("group", 1, 1, static_cast<int>(kLargest))};
    emitOnMap(node, op, convolutionInputs(node), window.axes);
}

void importTransposedConvolution(NodeImport& node) {
    const nn::Shape input = node.shape(0);
    spatialAxes(input);
    Window window = readWindow(node, input, kernelOfWeights(node));
    std::vector<int> extra = checkedList(
        "output_padding",
        node.attributes.integers("output_padding").value_or(std::vector<std::int64_t>(window.axes, 0)),
        window.axes, 0);
    auto wanted = node.attributes.integers("output_shape");
    if (wanted && wanted->size() == window.axes + 2) {
        wanted->erase(wanted->begin(), wanted->begin() + 2);
    }
    if (wanted) {
        checkedList("output_shape", *wanted, window.axes, 1);
    }
    for (std::size_t axis = 0; axis < window.axes; ++axis) {
        if (!wanted && !window.isSame()) {
            continue;
        }
        const std::int64_t size = input[axis + 2];
        const std::int64_t output = wanted ? (*wanted)[axis] : size * window.stride[axis];
        const std::int64_t total =
            (size - 1) * window.stride[axis] + extra[axis] + window.span(axis) - output;
        if (total < -kLargest) {
            throw inputError("an output of {} cells cannot be made from an input of {}", output, size);
        }
        // ONNX puts the odd cell in front unless auto_pad is SAME_UPPER.
        const auto padding = static_cast<int>(std::clamp<std::int64_t>(total, 0, kLargest));
        window.after[axis] = window.autoPad == "SAME_UPPER" ? padding - padding / 2 : padding / 2;
        window.before[axis] = padding - window.after[axis];
        extra[axis] += static_cast<int>(std::max<std::int64_t>(0, -total));
    }
    nn::TransposedConvolution op{window.extent(window.kernel, 1),
                                 window.extent(window.stride, 1),
                                 window.extent(window.dilation, 1),
                                 window.padding(),
                                 window.extent(extra, 0),
                                 node.attributes.integer("group", 1, 1, static_cast<int>(kLargest))};
    emitOnMap(node, op, convolutionInputs(node), window.axes);
}

void emitPool(NodeImport& node, nn::Pool op, nn::ValueId input, std::size_t axes) {
    if (node.wantsOutput(1) && axes == 1) {
        throw inputError("the indices of a 1-D pool are not supported");
    }
    emitOnMap(node, op, {input}, axes);
}

Window readPool(NodeImport& node) {
    if (!node.attributes.has("kernel_shape")) {
        throw inputError("attribute 'kernel_shape' is missing");
    }
    Window window = readWindow(node, node.shape(0), {});
    settleSame(window, node.shape(0));
    return window;
}

bool roundsUp(const NodeImport& node, const Window& window) {
    return node.attributes.integer("ceil_mode", 0, 0, 1) == 1 && !window.isSame();
}

void importMaximumPool(NodeImport& node) {
    Window window = readPool(node);
    if (roundsUp(node, window)) {
        settleCeiling(window, node.shape(0));
    }
    nn::Pool op;
    op.kind = nn::PoolKind::Maximum;
    op.kernel = window.extent(window.kernel, 1);
    op.stride = window.extent(window.stride, 1);
    op.dilation = window.extent(window.dilation, 1);
    op.padding = window.padding();
    op.columnMajorIndices = node.attributes.integer("storage_order", 0, 0, 1) == 1;
    emitPool(node, op, node.addReshape(node.input(0), asMap(node.shape(0))), window.axes);
}

void importAveragePool(NodeImport& node) {
    Window window = readPool(node);
    nn::ValueId input = node.addReshape(node.input(0), asMap(node.shape(0)));
    nn::Pool op;
    op.kind = nn::PoolKind::Average;
    op.countPadding = node.attributes.integer("count_include_pad", 0, 0, 1) == 1;
    if (roundsUp(node, window)) {
        const nn::Padding given = window.padding();
        nn::Shape padded = node.shape(0);
        if (op.countPadding && given != nn::Padding{}) {
            // The model's padding counts in the divisor, what rounding up adds does not: make the first
            // explicit.
            input = node.add(nn::Pad{nn::PadMode::Constant,
                                     {0, 0, given.top, given.left},
                                     {0, 0, given.bottom, given.right},
                                     0.0F},
                             {input});
            for (std::size_t axis = 0; axis < window.axes; ++axis) {
                padded[axis + 2] += window.before[axis] + window.after[axis];
            }
            std::ranges::fill(window.before, 0);
            std::ranges::fill(window.after, 0);
        }
        op.countPadding = false;
        settleCeiling(window, padded);
    }
    op.kernel = window.extent(window.kernel, 1);
    op.stride = window.extent(window.stride, 1);
    op.dilation = window.extent(window.dilation, 1);
    op.padding = window.padding();
    emitPool(node, op, input, window.axes);
}

void importGlobal(NodeImport& node, nn::PoolKind kind) {
    const nn::Shape shape = node.shape(0);
    if (shape.size() < 3) {
        throw inputError("the input has shape {}; batch, channels and spatial dimensions are needed",
                         toString(shape));
    }
    if (shape.size() == 4) {
        node.emit(nn::GlobalPool{kind}, {node.input(0)});
        return;
    }
    const std::int64_t cells = nn::elementCount({shape.begin() + 2, shape.end()});
    const nn::ValueId map = node.addReshape(node.input(0), {shape[0], shape[1], 1, cells});
    nn::Shape result(shape.size(), 1);
    result[0] = shape[0];
    result[1] = shape[1];
    node.emitReshape(node.add(nn::GlobalPool{kind}, {map}), result);
}

} // namespace

RuleTable windowRules() {
    return {
        {"Conv", {1, 3, 1, importConvolution}},
        {"ConvTranspose", {1, 3, 1, importTransposedConvolution}},
        {"MaxPool", {1, 1, 2, importMaximumPool}},
        {"AveragePool", {7, 1, 1, importAveragePool}},
        {"GlobalAveragePool", {1, 1, 1, [](NodeImport& node) { importGlobal(node, nn::PoolKind::Average); }}},
        {"GlobalMaxPool", {1, 1, 1, [](NodeImport& node) { importGlobal(node, nn::PoolKind::Maximum); }}},
    };
}

} // namespace tandem::onnx

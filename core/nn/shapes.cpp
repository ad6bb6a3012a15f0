// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/shapes.h"

#include "core/base/error.h"
#include "core/nn/windows.h"

namespace tandem::nn {

std::int64_t checkedElementCount(const Shape& shape) {
    std::int64_t count = 1;
    bool empty = false;
    for (const std::int64_t size : shape) {
        if (size < 0) {
            throw inputError("shape {} has a negative dimension", toString(shape));
        }
        empty = empty || size == 0;
    }
    if (empty) {
        return 0;
    }
    for (const std::int64_t size : shape) {
        if (size > kMaxElements / count) {
            throw inputError("shape {} has more than {} elements", toString(shape), kMaxElements);
        }
        count *= size;
    }
    return count;
}

Shape broadcastShape(const Shape& a, const Shape& b) {
    Shape result(std::max(a.size(), b.size()));
    for (std::size_t i = 0; i < result.size(); ++i) {
        const std::int64_t sizeA = i < a.size() ? a[a.size() - 1 - i] : 1;
        const std::int64_t sizeB = i < b.size() ? b[b.size() - 1 - i] : 1;
        if (sizeA != sizeB && sizeA != 1 && sizeB != 1) {
            throw inputError("shapes {} and {} cannot be broadcast together", toString(a), toString(b));
        }
        result[result.size() - 1 - i] = sizeA == 1 ? sizeB : sizeA;
    }
    return result;
}

int settledAxis(std::int64_t axis, std::size_t rank) {
    const auto signedRank = static_cast<std::int64_t>(rank);
    if (axis < -signedRank || axis >= signedRank) {
        throw inputError("axis {} is outside of a tensor of {} dimensions", axis, rank);
    }
    return static_cast<int>(axis < 0 ? axis + signedRank : axis);
}

namespace {

using Inputs = std::span<const TensorType>;

/// Integers of this width are exact in the doubles that they are computed in.
constexpr int kMostFakeBits = 32;

void needFloat(const TensorType& input, const char* what) {
    if (!isFloat(input.type)) {
        throw inputError("{} has type {}; float32 is needed", what, toString(input.type));
    }
}

void needRank(const TensorType& input, std::size_t rank, const char* what) {
    if (input.shape.size() != rank) {
        throw inputError("{} has shape {}; {} dimensions are needed", what, toString(input.shape), rank);
    }
}

void checkBias(Inputs inputs, std::int64_t channels) {
    if (inputs.size() > 2 && inputs[2].shape != Shape{channels}) {
        throw inputError("the bias has shape {}; {} values are needed", toString(inputs[2].shape), channels);
    }
}

struct Inference {
    Inputs inputs;
    std::size_t outputCount;

    using Result = std::vector<TensorType>;
    const Shape& shape(std::size_t i) const { return inputs[i].shape; }
    Result same() const { return {inputs[0]}; }

    void needFloats() const {
        for (const TensorType& input : inputs) {
            needFloat(input, "an input");
        }
    }

    Result operator()(const Convolution& op) const {
        needFloats();
        needRank(inputs[0], 4, "the input");
        needRank(inputs[1], 4, "the weights");
        const Shape& x = shape(0);
        const Shape& w = shape(1);
        if (w[0] < 1 || w[1] < 1 || w[0] % op.groups != 0 || x[1] != w[1] * op.groups) {
            throw inputError("weights of shape {} with {} group(s) do not fit an input of shape {}",
                             toString(w), op.groups, toString(x));
        }
        if (w[2] != op.kernel.height || w[3] != op.kernel.width) {
            throw inputError("weights of shape {} do not have the kernel {}x{}", toString(w),
                             op.kernel.height, op.kernel.width);
        }
        checkBias(inputs, w[0]);
        return {{ElementType::Float32,
                 {x[0], w[0], windowCount(rowWindows(op, x[2]), "rows"),
                  windowCount(columnWindows(op, x[3]), "columns")}}};
    }

    Result operator()(const TransposedConvolution& op) const {
        needFloats();
        needRank(inputs[0], 4, "the input");
        needRank(inputs[1], 4, "the weights");
        const Shape& x = shape(0);
        const Shape& w = shape(1);
        if (w[0] < 1 || w[1] < 1 || x[1] != w[0] || w[0] % op.groups != 0 || w[2] != op.kernel.height ||
            w[3] != op.kernel.width) {
            throw inputError("weights of shape {} with {} group(s) do not fit an input of shape {}",
                             toString(w), op.groups, toString(x));
        }
        const std::int64_t channels = w[1] * op.groups;
        checkBias(inputs, channels);
        const std::int64_t height = op.stride.height * (x[2] - 1) + op.outputPadding.height +
                                    std::int64_t{op.kernel.height - 1} * op.dilation.height + 1 -
                                    op.padding.top - op.padding.bottom;
        const std::int64_t width = op.stride.width * (x[3] - 1) + op.outputPadding.width +
                                   std::int64_t{op.kernel.width - 1} * op.dilation.width + 1 -
                                   op.padding.left - op.padding.right;
        if (height < 1 || width < 1) {
            throw inputError("the output would have {} rows and {} columns", height, width);
        }
        return {{ElementType::Float32, {x[0], channels, height, width}}};
    }

    Result operator()(const Linear&) const {
        needFloats();
        needRank(inputs[0], 2, "the input");
        needRank(inputs[1], 2, "the weights");
        if (shape(0)[1] != shape(1)[1]) {
            throw inputError("weights of shape {} do not fit an input of shape {}", toString(shape(1)),
                             toString(shape(0)));
        }
        checkBias(inputs, shape(1)[0]);
        return {{ElementType::Float32, {shape(0)[0], shape(1)[0]}}};
    }

    Result operator()(const MatrixProduct&) const {
        needFloats();
        const Shape& a = shape(0);
        const Shape& b = shape(1);
        if (a.size() < 2 || b.size() < 2 || a.back() != b[b.size() - 2]) {
            throw inputError("shapes {} and {} cannot be multiplied", toString(a), toString(b));
        }
        Shape result = broadcastShape({a.begin(), a.end() - 2}, {b.begin(), b.end() - 2});
        result.push_back(a[a.size() - 2]);
        result.push_back(b.back());
        return {{ElementType::Float32, std::move(result)}};
    }

    Result operator()(const Gemm& op) const {
        needFloats();
        needRank(inputs[0], 2, "A");
        needRank(inputs[1], 2, "B");
        const std::int64_t rows = shape(0)[op.transposeA ? 1 : 0];
        const std::int64_t inner = shape(0)[op.transposeA ? 0 : 1];
        const std::int64_t columns = shape(1)[op.transposeB ? 0 : 1];
        if (inner != shape(1)[op.transposeB ? 1 : 0]) {
            throw inputError("shapes {} and {} cannot be multiplied{}{}", toString(shape(0)),
                             toString(shape(1)), op.transposeA ? ", A transposed" : "",
                             op.transposeB ? ", B transposed" : "");
        }
        const Shape result{rows, columns};
        if (inputs.size() > 2 && broadcastShape(shape(2), result) != result) {
            throw inputError("C of shape {} cannot be broadcast to {}", toString(shape(2)), toString(result));
        }
        return {{ElementType::Float32, result}};
    }

    Result operator()(const BatchNormalization&) const {
        needFloats();
        if (shape(0).size() < 2) {
            throw inputError("the input has shape {}; at least 2 dimensions are needed", toString(shape(0)));
        }
        for (std::size_t i = 1; i < 5; ++i) {
            if (shape(i) != Shape{shape(0)[1]}) {
                throw inputError("a parameter has shape {}; {} values are needed", toString(shape(i)),
                                 shape(0)[1]);
            }
        }
        return same();
    }

    Result operator()(const Activation& op) const {
        if (op.kind != ActivationKind::Relu && op.kind != ActivationKind::Clip) {
            needFloat(inputs[0], "the input");
        }
        return same();
    }

    Result operator()(const ParametricRelu&) const {
        needFloats();
        if (broadcastShape(shape(0), shape(1)) != shape(0)) {
            throw inputError("slopes of shape {} cannot be broadcast to {}", toString(shape(1)),
                             toString(shape(0)));
        }
        return same();
    }

    Result operator()(const Softmax& op) const {
        needFloat(inputs[0], "the input");
        if (!(op.flattened && op.axis == static_cast<int>(shape(0).size()))) {
            settledAxis(op.axis, shape(0).size());
        }
        return same();
    }

    Result operator()(const Binary&) const {
        if (inputs[0].type != inputs[1].type) {
            throw inputError("the inputs have types {} and {}; they must agree", toString(inputs[0].type),
                             toString(inputs[1].type));
        }
        return {{inputs[0].type, broadcastShape(shape(0), shape(1))}};
    }

    Result operator()(const Pool& op) const {
        needRank(inputs[0], 4, "the input");
        if (op.kind == PoolKind::Average) {
            needFloat(inputs[0], "the input");
        }
        const Shape& x = shape(0);
        const Shape result{x[0], x[1], windowCount(rowWindows(op, x[2]), "rows"),
                           windowCount(columnWindows(op, x[3]), "columns")};
        checkWindows(op, x);
        if (outputCount > 1) {
            return {{inputs[0].type, result}, {ElementType::Int64, result}};
        }
        return {{inputs[0].type, result}};
    }

    Result operator()(const GlobalPool&) const {
        needFloat(inputs[0], "the input");
        needRank(inputs[0], 4, "the input");
        return {{ElementType::Float32, {shape(0)[0], shape(0)[1], 1, 1}}};
    }

    Result operator()(const ReduceMean& op) const {
        needFloat(inputs[0], "the input");
        std::vector<bool> reduced(shape(0).size(), false);
        for (const int axis : op.axes) {
            reduced[static_cast<std::size_t>(settledAxis(axis, shape(0).size()))] = true;
        }
        Shape result;
        for (std::size_t i = 0; i < reduced.size(); ++i) {
            if (!reduced[i]) {
                result.push_back(shape(0)[i]);
            } else if (op.keepDimensions) {
                result.push_back(1);
            }
        }
        return {{ElementType::Float32, std::move(result)}};
    }

    Result operator()(const Concat& op) const {
        const auto axis = static_cast<std::size_t>(settledAxis(op.axis, shape(0).size()));
        Shape result = shape(0);
        for (std::size_t i = 1; i < inputs.size(); ++i) {
            Shape other = shape(i);
            if (other.size() != result.size() || inputs[i].type != inputs[0].type) {
                throw inputError("cannot join {} of shape {} to {} of shape {}", toString(inputs[i].type),
                                 toString(other), toString(inputs[0].type), toString(shape(0)));
            }
            result[axis] += other[axis];
            other[axis] = shape(0)[axis];
            if (other != shape(0)) {
                throw inputError("shapes {} and {} differ outside of axis {}", toString(shape(i)),
                                 toString(shape(0)), axis);
            }
        }
        return {{inputs[0].type, std::move(result)}};
    }

    Result operator()(const Split& op) const {
        const auto axis = static_cast<std::size_t>(settledAxis(op.axis, shape(0).size()));
        Result result;
        std::int64_t left = shape(0)[axis];
        for (const std::int64_t size : op.sizes) {
            if (size < 0 || size > left) {
                left = -1;
                break;
            }
            left -= size;
            result.push_back(inputs[0]);
            result.back().shape[axis] = size;
        }
        if (left != 0) {
            throw inputError("the parts do not add up to the {} of axis {}", shape(0)[axis], axis);
        }
        return result;
    }

    Result operator()(const Slice& op) const {
        TensorType result = inputs[0];
        for (std::size_t i = 0; i < result.shape.size(); ++i) {
            const std::int64_t distance = op.ends[i] - op.starts[i];
            const std::int64_t step = op.steps[i];
            result.shape[i] = std::max<std::int64_t>(0, step > 0 ? (distance + step - 1) / step
                                                                 : (distance + step + 1) / step);
        }
        return {std::move(result)};
    }

    Result operator()(const Gather& op) const {
        const auto axis = settledAxis(op.axis, shape(0).size());
        const auto extent = shape(0)[static_cast<std::size_t>(axis)];
        for (const std::int64_t index : op.indices.integers()) {
            if (index < 0 || index >= extent) {
                throw inputError("index {} is outside of the {} of axis {}", index, extent, axis);
            }
        }
        Shape result(shape(0).begin(), shape(0).begin() + axis);
        result.insert(result.end(), op.indices.shape.begin(), op.indices.shape.end());
        result.insert(result.end(), shape(0).begin() + axis + 1, shape(0).end());
        return {{inputs[0].type, std::move(result)}};
    }

    Result operator()(const Reshape&) const { throw workError("a Reshape's shape is not inferred"); }

    Result operator()(const Transpose& op) const {
        const Shape& x = shape(0);
        std::vector<bool> used(x.size(), false);
        Shape result;
        for (const int axis : op.permutation) {
            const auto index = static_cast<std::size_t>(settledAxis(axis, x.size()));
            if (used[index]) {
                throw inputError("axis {} is named twice in the permutation", axis);
            }
            used[index] = true;
            result.push_back(x[index]);
        }
        if (result.size() != x.size()) {
            throw inputError("the permutation has {} entries for a tensor of {} dimensions", result.size(),
                             x.size());
        }
        return {{inputs[0].type, std::move(result)}};
    }

    Result operator()(const Pad& op) const {
        TensorType result = inputs[0];
        for (std::size_t i = 0; i < result.shape.size(); ++i) {
            std::int64_t& size = result.shape[i];
            const std::int64_t cropped =
                size + std::min<std::int64_t>(0, op.before[i]) + std::min<std::int64_t>(0, op.after[i]);
            const std::int64_t largest = std::max(op.before[i], op.after[i]);
            if (cropped < 0) {
                throw inputError("crops more than the {} of axis {}", size, i);
            }
            if ((op.mode == PadMode::Reflect && largest > 0 && largest >= cropped) ||
                (op.mode == PadMode::Edge && largest > 0 && cropped == 0)) {
                throw inputError("cannot pad {} cells from the {} of axis {}", largest, cropped, i);
            }
            size += op.before[i] + op.after[i];
        }
        return {std::move(result)};
    }

    Result operator()(const Resize& op) const {
        TensorType result = inputs[0];
        if (op.scales.size() != result.shape.size()) {
            throw inputError("{} scales are given for a tensor of {} dimensions", op.scales.size(),
                             result.shape.size());
        }
        for (std::size_t i = 0; i < op.scales.size(); ++i) {
            double extent = static_cast<double>(result.shape[i]);
            if (op.coordinates == "tf_crop_and_resize" && op.region.size() == 2 * op.scales.size()) {
                extent *= double{op.region[i + op.scales.size()]} - double{op.region[i]};
            }
            // A float made from two sizes may fall short of their quotient by a rounding.
            const ResizeScale& scale = op.scales[i];
            const double slack = scale.over == 1.0 ? 1.0 + 1e-6 : 1.0;
            const double size = std::floor(extent * scale.of / scale.over * slack);
            if (!(scale.value() > 0.0) || !(size >= 1.0) || size > static_cast<double>(kMaxElements)) {
                throw inputError("scale {} of axis {} gives no size", scale.value(), i);
            }
            result.shape[i] = static_cast<std::int64_t>(size);
        }
        return {std::move(result)};
    }

    Result operator()(const LocalResponseNormalization&) const {
        needFloat(inputs[0], "the input");
        if (shape(0).size() < 2) {
            throw inputError("the input has shape {}; at least 2 dimensions are needed", toString(shape(0)));
        }
        return same();
    }

    void checkScale(int axis) const {
        const std::int64_t scales = checkedElementCount(shape(1));
        const bool perAxis = axis >= 0 && static_cast<std::size_t>(axis) < shape(0).size() &&
                             shape(1).size() == 1 && shape(0)[static_cast<std::size_t>(axis)] == scales;
        if (scales != 1 && !perAxis) {
            throw inputError("scales of shape {} do not fit axis {} of an input of shape {}",
                             toString(shape(1)), axis, toString(shape(0)));
        }
        needFloat(inputs[1], "the scale");
        if (inputs.size() > 2 && checkedElementCount(shape(2)) != scales) {
            throw inputError("zero points of shape {} do not fit scales of shape {}", toString(shape(2)),
                             toString(shape(1)));
        }
    }

    Result operator()(const Quantize& op) const {
        needFloat(inputs[0], "the input");
        checkScale(op.axis);
        const ElementType type = inputs.size() > 2 ? inputs[2].type : ElementType::UInt8;
        return {{type, shape(0)}};
    }

    Result operator()(const Dequantize& op) const {
        if (isFloat(inputs[0].type)) {
            throw inputError("the input has type float32; an integer type is needed");
        }
        checkScale(op.axis);
        return {{ElementType::Float32, shape(0)}};
    }

    /// Parameters of a fake quantizer: floats that broadcast to the input.
    Result fakeQuantized(const IntegerFormat& format) const {
        if (format.bits < 1 || format.bits > kMostFakeBits) {
            throw inputError("a bit width of {} is given; 1 to {} are accepted", format.bits, kMostFakeBits);
        }
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            needFloat(inputs[i], "an input");
            if (broadcastShape(shape(0), shape(i)) != shape(0)) {
                throw inputError("a parameter of shape {} does not fit an input of shape {}",
                                 toString(shape(i)), toString(shape(0)));
            }
        }
        return same();
    }

    Result operator()(const FakeQuantize& op) const { return fakeQuantized(op.format); }
    Result operator()(const BipolarQuantize&) const { return fakeQuantized({}); }
    Result operator()(const Truncate& op) const { return fakeQuantized(op.format); }

    Result operator()(const Cast& op) const { return {{op.to, shape(0)}}; }
    Result operator()(const Identity&) const { return same(); }
};

std::size_t minimumInputs(const Operator& op) {
    if (std::holds_alternative<BatchNormalization>(op)) {
        return 5;
    }
    if (std::holds_alternative<Truncate>(op)) {
        return 5;
    }
    if (std::holds_alternative<FakeQuantize>(op)) {
        return 3;
    }
    const bool two = std::holds_alternative<Convolution>(op) ||
                     std::holds_alternative<TransposedConvolution>(op) ||
                     std::holds_alternative<Linear>(op) || std::holds_alternative<MatrixProduct>(op) ||
                     std::holds_alternative<Gemm>(op) || std::holds_alternative<ParametricRelu>(op) ||
                     std::holds_alternative<Binary>(op) || std::holds_alternative<Quantize>(op) ||
                     std::holds_alternative<Dequantize>(op) || std::holds_alternative<BipolarQuantize>(op);
    return two ? 2 : 1;
}

} // namespace

std::vector<TensorType> inferOutputs(const Operator& op, std::span<const TensorType> inputs,
                                     std::size_t outputCount) {
    if (inputs.size() < minimumInputs(op)) {
        throw inputError("{} input(s) are given; {} are needed", inputs.size(), minimumInputs(op));
    }
    auto result = std::visit(Inference{inputs, outputCount}, op);
    for (const TensorType& output : result) {
        checkedElementCount(output.shape);
    }
    return result;
}

} // namespace tandem::nn

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/rounding.h"
#include "core/nn/tensor.h"

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace tandem::nn {

/// Rows and columns of zeros (or of minus infinity for max pooling) around a feature map.
struct Padding {
    int top = 0, left = 0, bottom = 0, right = 0;
    bool operator==(const Padding&) const = default;
};

/// A height and a width.
struct Extent {
    int height = 1, width = 1;
    bool operator==(const Extent&) const = default;
};

/// 2-D convolution. Inputs: x [N,C,H,W], weights [O,C/groups,KH,KW], optional bias [O]. 1-D convolutions are
/// imported as height 1.
struct Convolution {
    Extent kernel, stride, dilation;
    Padding padding;
    int groups = 1;
};

/// 2-D transposed convolution. Inputs: x [N,C,H,W], weights [C,O/groups,KH,KW], optional bias [O].
struct TransposedConvolution {
    Extent kernel, stride, dilation;
    Padding padding;
    Extent outputPadding{0, 0};
    int groups = 1;
};

/// Fully connected layer. Inputs: x [N,I], constant weights [O,I], optional constant bias [O].
struct Linear {};

/// numpy-style matrix product of two tensors.
struct MatrixProduct {};

/// alpha * A' * B' + beta * C, for Gemm nodes that are not a Linear.
struct Gemm {
    float alpha = 1.0F, beta = 1.0F;
    bool transposeA = false, transposeB = false;
};

/// Inference-time batch normalization. Inputs: x, scale [C], shift [C], mean [C], variance [C].
struct BatchNormalization {
    float epsilon = 1e-5F;
};

/// Element-wise functions of one tensor.
enum class ActivationKind { Relu, LeakyRelu, Clip, Sigmoid, HardSigmoid, HardSwish, Tanh };

/// y = f(x). LeakyRelu: slope alpha below 0. Clip: to [low, high]. HardSigmoid: clamp(alpha*x + beta, 0, 1).
struct Activation {
    ActivationKind kind = ActivationKind::Relu;
    float alpha = 0.0F, beta = 0.0F;
    float low = 0.0F, high = 0.0F;
};

/// Leaky ReLU with one slope per channel. Inputs: x, slope (broadcast to x).
struct ParametricRelu {};

struct Softmax {
    int axis = -1;
    bool logarithm = false;
    /// Opset below 13: everything from `axis` on is one row.
    bool flattened = false;
};

enum class BinaryKind { Add, Subtract, Multiply, Divide, Maximum };

/// Element-wise function of two tensors with numpy broadcasting (Sum and Max of n inputs become chains).
struct Binary {
    BinaryKind kind = BinaryKind::Add;
};

enum class PoolKind { Maximum, Average };

/// Input: x [N,C,H,W]. ONNX's ceil_mode is settled into the padding. A second output, where a maximum pool
/// has one, is the flat index of each maximum in x (Int64).
struct Pool {
    PoolKind kind = PoolKind::Maximum;
    Extent kernel, stride, dilation;
    Padding padding;
    bool countPadding = false;       ///< Average: padded cells count in the divisor
    bool columnMajorIndices = false; ///< second output: rows run fastest (ONNX storage_order 1)
};

/// Over the whole feature map: [N,C,H,W] -> [N,C,1,1].
struct GlobalPool {
    PoolKind kind = PoolKind::Average;
};

struct ReduceMean {
    std::vector<int> axes;
    bool keepDimensions = true;
};

struct Concat {
    int axis = 1;
};

/// One input, one output per entry of `sizes`.
struct Split {
    int axis = 0;
    std::vector<std::int64_t> sizes;
};

/// One start, end (exclusive, may be -1 for "before the first" on a negative step) and step for every axis.
struct Slice {
    std::vector<std::int64_t> starts, ends, steps;
};

struct Gather {
    int axis = 0;
    Tensor indices;
};

/// Reshape, Flatten, Squeeze and Unsqueeze: same elements, the output value's shape.
struct Reshape {};

struct Transpose {
    std::vector<int> permutation;
};

enum class PadMode { Constant, Reflect, Edge };

/// One count before and after for every axis; negative counts crop.
struct Pad {
    PadMode mode = PadMode::Constant;
    std::vector<std::int64_t> before, after;
    float value = 0.0F;
};

enum class ResizeMode { Nearest, Linear, Cubic };

/// How many cells an axis becomes for each that it has, as an exact quotient: ONNX's `sizes` divide two
/// integers, its `scales` are floats (over 1).
struct ResizeScale {
    ResizeScale(double numerator = 1.0, double denominator = 1.0) : of(numerator), over(denominator) {}

    double of, over;
    double value() const { return of / over; }
    bool operator==(const ResizeScale& other) const { return of * other.over == other.of * over; }
};

/// ONNX Resize and Upsample, by scale per axis; the attribute strings are ONNX's own.
struct Resize {
    ResizeMode mode = ResizeMode::Nearest;
    std::string coordinates = "half_pixel";
    std::string nearest = "round_prefer_floor";
    std::vector<ResizeScale> scales;
    std::vector<float> region; ///< `roi` of tf_crop_and_resize
    float cubicCoefficient = -0.75F;
    bool excludeOutside = false;
    float extrapolation = 0.0F;
};

/// Local response normalization across channels.
struct LocalResponseNormalization {
    int size = 1;
    float alpha = 1e-4F, beta = 0.75F, bias = 1.0F;
};

/// Inputs: x, scale, optional zero point.
struct Quantize {
    int axis = 1;
};
struct Dequantize {
    int axis = 1;
};

/// The integers of a quantizer: 2's complement or unsigned. A narrow range leaves out one number: the least
/// of a signed one, the greatest of an unsigned one.
struct IntegerFormat {
    int bits = 8;
    bool isSigned = true;
    bool isNarrow = false;

    double low() const;
    double high() const;
    bool operator==(const IntegerFormat&) const = default;
};

/// QONNX IntQuant (github.com/fastmachinelearning/qonnx, docs/qonnx-custom-ops): floats that hold only what
/// integers can say, (round(clamp(x / scale + zero)) - zero) * scale. One signed bit says -1 or 1. Inputs: x,
/// scale, zero point; the latter two broadcast to x.
struct FakeQuantize {
    IntegerFormat format;
    Rounding rounding = Rounding::HalfEven;
};

/// QONNX BipolarQuant: scale where x >= 0, else -scale. Inputs: x, scale (broadcast to x).
struct BipolarQuantize {};

/// QONNX Trunc: drops low bits of integers that are held as floats,
/// (round(halfEven(x / scale + zero) / 2^droppedBits) - outputZero) * outputScale, clamped to the format in
/// front of that rounding where `clamps` (version 2 of the operator). Inputs: x, scale, zero point, output
/// scale, output zero point; all but x broadcast to x.
struct Truncate {
    int droppedBits = 0;
    IntegerFormat format; ///< without clamping only its bits are known
    bool clamps = false;
    Rounding rounding = Rounding::Floor;
};

struct Cast {
    ElementType to = ElementType::Float32;
};

struct Identity {};

/// Every operator that the program executes. Attributes are settled: no auto_pad, no negative axes, no
/// missing defaults.
using Operator =
    std::variant<Convolution, TransposedConvolution, Linear, MatrixProduct, Gemm, BatchNormalization,
                 Activation, ParametricRelu, Softmax, Binary, Pool, GlobalPool, ReduceMean, Concat, Split,
                 Slice, Gather, Reshape, Transpose, Pad, Resize, LocalResponseNormalization, Quantize,
                 Dequantize, FakeQuantize, BipolarQuantize, Truncate, Cast, Identity>;

/// Whether the operator turns numbers into integers or back: Quantize, Dequantize and QONNX's.
bool isQuantizer(const Operator& op);

/// The operator's name on the screen: "Convolution", "Relu", "MaximumPool", ...
std::string operatorName(const Operator& op);

} // namespace tandem::nn

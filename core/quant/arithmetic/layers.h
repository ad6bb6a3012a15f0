// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <concepts>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

/// The layers that an accelerator computes: the constants of each operator, the kinds that hardware tells
/// apart, and what is known of each kind. The rest of the program asks here; a kind without an answer does
/// not compile.
namespace tandem::quant {

// A switch over kinds that leaves one out is an error wherever they are known.
#pragma GCC diagnostic error "-Wswitch"

/// What an accelerator layer computes. A convolution of one filter per channel and the two pools are kinds of
/// their own, because hardware builds them differently.
enum class LayerKind {
    Convolution, ///< standard; a fully connected layer is a convolution whose kernel covers its whole input
    DepthwiseConvolution, ///< one filter per channel
    MaximumPool,
    AveragePool,  ///< global average pooling is one whose kernel covers its whole input
    Add,          ///< residual addition of two maps of the same shape
    Table,        ///< a function of one element, read from a table of 2^inputBits entries
    Concat,       ///< the channels of two or more maps, one map after the other
    Select,       ///< output channel i is input channel `channels[i]`
    Expand,       ///< every cell becomes a block: repeated, or with the zero point around it
    Scale,        ///< a map times one factor per channel, which is the second input
    SpaceToDepth, ///< blocks of cells become channels
    DepthToSpace, ///< and back
};

/// Where the channels of a layer's output come from.
enum class ChannelRule {
    Own,      ///< each is a mixture of input channels; how many there are can be chosen
    Same,     ///< channel by channel of every input
    Joined,   ///< those of the first input, of the second ...
    Selected, ///< a list names one input channel for each
    Spread,   ///< cells of a block become channels
    Gathered, ///< channels become cells of a block
};

/// Whether a layer's output can be negative.
enum class SignRule {
    Own,   ///< whatever it reads
    First, ///< where its first input can
    Any,   ///< where one of its inputs can
};

/// How many inputs a layer reads that joins any number, two or more.
inline constexpr int kManyInputs = 0;

/// What is known of a layer kind without its constants.
struct KindTraits {
    std::string_view name;      ///< for messages
    std::string_view shortName; ///< for tables
    ChannelRule channels = ChannelRule::Same;
    SignRule sign = SignRule::First;
    int inputs = 1;
    bool hasWeights = false;
    bool hasWindow = false;    ///< kernel, stride and padding are its own
    bool requantizes = false;  ///< its sums are scaled and rounded to the output's format
    bool keepsFormat = false;  ///< it writes values that it reads, in the format of what it reads
    bool readsFactors = false; ///< the second input is one factor per channel
};

constexpr KindTraits traitsOf(LayerKind kind) {
    using enum ChannelRule;
    switch (kind) {
    case LayerKind::Convolution:
        return {.name = "convolution",
                .shortName = "conv",
                .channels = Own,
                .sign = SignRule::Own,
                .hasWeights = true,
                .hasWindow = true,
                .requantizes = true};
    case LayerKind::DepthwiseConvolution:
        return {.name = "depth-wise convolution",
                .shortName = "depth-wise",
                .sign = SignRule::Own,
                .hasWeights = true,
                .hasWindow = true,
                .requantizes = true};
    case LayerKind::MaximumPool:
        return {.name = "maximum pool", .shortName = "max pool", .hasWindow = true, .keepsFormat = true};
    case LayerKind::AveragePool:
        return {.name = "average pool", .shortName = "average pool", .hasWindow = true, .requantizes = true};
    case LayerKind::Add:
        return {
            .name = "addition", .shortName = "add", .sign = SignRule::Any, .inputs = 2, .requantizes = true};
    case LayerKind::Table:
        return {.name = "table", .shortName = "table", .sign = SignRule::Own};
    case LayerKind::Concat:
        return {.name = "channel concatenation",
                .shortName = "concat",
                .channels = Joined,
                .sign = SignRule::Any,
                .inputs = kManyInputs,
                .keepsFormat = true};
    case LayerKind::Select:
        return {
            .name = "channel selection", .shortName = "select", .channels = Selected, .keepsFormat = true};
    case LayerKind::Expand:
        return {.name = "expansion", .shortName = "expand", .keepsFormat = true};
    case LayerKind::Scale:
        return {.name = "scale per channel",
                .shortName = "scale",
                .sign = SignRule::Any,
                .inputs = 2,
                .requantizes = true,
                .readsFactors = true};
    case LayerKind::SpaceToDepth:
        return {
            .name = "space to depth", .shortName = "space to depth", .channels = Spread, .keepsFormat = true};
    case LayerKind::DepthToSpace:
        return {.name = "depth to space",
                .shortName = "depth to space",
                .channels = Gathered,
                .keepsFormat = true};
    }
    return {};
}

/// Whether layers of this kind put channels elsewhere, so that pruning cannot follow through them.
constexpr bool movesChannels(LayerKind kind) {
    const ChannelRule rule = traitsOf(kind).channels;
    return rule != ChannelRule::Own && rule != ChannelRule::Same;
}

/// y = clamp((acc * multiplier[c] + rounding[c]) >> shift[c], low, high), arithmetic shift: rounding half up.
/// rounding = 2^(shift-1) + zeroPoint * 2^shift. A power-of-two scale has multiplier 1 for all channels.
struct Requantization {
    std::vector<std::uint16_t> multiplier; ///< one per output channel
    std::vector<int> shift;                ///< one for the layer, or one per output channel
    int zeroPoint = 0;                     ///< of the output
    int low = 0, high = 0;

    int shiftOf(int channel) const {
        return shift.size() == 1 ? shift[0] : shift[static_cast<std::size_t>(channel)];
    }
    std::int64_t roundingOf(int channel) const {
        const int s = shiftOf(channel);
        return (s > 0 ? std::int64_t{1} << (s - 1) : 0) +
               static_cast<std::int64_t>(zeroPoint) * (std::int64_t{1} << s);
    }
};

/// Convolution of any grouping. A fully connected layer is a convolution whose kernel covers its whole input.
struct ConvolutionLayer {
    nn::Extent kernel, stride, dilation;
    nn::Padding padding; ///< padded cells read `padValue`
    int groups = 1;
    int weightBits = 8;
    std::vector<std::int8_t> weights; ///< [output channel][input channel / groups][row][column]
    std::vector<std::int32_t> bias;   ///< per output channel, the input's zero point folded in
    int padValue = 0;                 ///< the input's zero point
    int accumulatorBits = 32; ///< signed width that holds every sum of this layer, from the actual weights
    Requantization requantization;
};

/// Maximum: no arithmetic. Average: the sum over the window (padded cells read padValue), requantized by one
/// multiplier.
struct PoolLayer {
    nn::PoolKind kind = nn::PoolKind::Maximum;
    nn::Extent kernel, stride;
    nn::Padding padding; ///< Maximum: padded cells never win; Average: read padValue
    int padValue = 0;
    std::int32_t bias =
        0; ///< Average: -kernel area * input zero point, and what makes half up of its rounding
    int accumulatorBits = 32;
    Requantization requantization; ///< Average only
};

/// y = clamp((a * multiplierA + b * multiplierB + rounding) >> shift, low, high): both sides to the output's
/// scale with one rounding; the inputs' zero points are folded into `rounding`.
struct AddLayer {
    static constexpr std::string_view kName = "addition";
    std::int32_t multiplierA = 1, multiplierB = 1; ///< 0 .. 2^16-1
    int shift = 0;
    std::int64_t rounding = 0;
    int low = 0, high = 0;
};

/// y = values[x - low of the input's format]: any function of one element (sigmoid, tanh, hard-swish, leaky
/// ReLU, a change of format ...).
struct TableLayer {
    static constexpr std::string_view kName = "table";
    std::vector<std::int16_t> values; ///< 2^bits of the input, each within the output's format
    /// The real function that the values sample, from one map to another, for model files that hold functions
    /// and no tables; no nodes where it is not known. No part of the arithmetic.
    nn::Graph function;
};

/// The channels of two or more maps of the same rows and columns, one map after the other. All have the
/// output's format. A tensor may be read more than once.
struct ConcatLayer {
    static constexpr std::string_view kName = "concatenation of channels";
};

/// Output channel i is input channel channels[i]: split, slice and gather on channels, channel shuffle. The
/// format stays.
struct SelectLayer {
    static constexpr std::string_view kName = "selection of channels";
    std::vector<int> channels;
};

/// Every cell becomes a block of factor.height x factor.width cells, H * factor rows: out[y][x] =
/// in[y / factor][x / factor] where `repeat` (nearest resize) or where both divide without rest, else `fill`.
/// A transposed convolution of stride `factor` is this without `repeat`, followed by a convolution with
/// mirrored weights. The format stays.
struct ExpandLayer {
    static constexpr std::string_view kName = "expansion";
    nn::Extent factor;
    bool repeat = true;
    int fill = 0; ///< the format's zero point (also where nothing is filled)
};

/// A map times one factor per channel (squeeze-and-excite): the second input is 1x1 with the same channels.
/// y = clamp(((a - zeroA) * (b - zeroB) * multiplier + rounding) >> shift, low, high), where
/// rounding = 2^(shift-1) + zero point of the output * 2^shift.
struct ScaleLayer {
    static constexpr std::string_view kName = "scale per channel";
    std::int32_t zeroA = 0, zeroB = 0; ///< the inputs' zero points
    std::uint16_t multiplier = 1;
    int shift = 0;
    std::int64_t rounding = 0;
    int low = 0, high = 0;
};

/// Blocks of block x block cells become channels: out[(i * block + j) * C + c][y][x] =
/// in[c][y * block + i][x * block + j], ONNX SpaceToDepth. The format stays.
struct SpaceToDepthLayer {
    static constexpr std::string_view kName = "space to depth";
    int block = 2;
};

/// The inverse: out[c][y * block + i][x * block + j] = in[(i * block + j) * C + c][y][x], ONNX DepthToSpace
/// in mode DCR (a SelectLayer in front makes CRD of it). The format stays.
struct DepthToSpaceLayer {
    static constexpr std::string_view kName = "depth to space";
    int block = 2;
};

/// Every operator that an accelerator computes.
using IntegerOperator =
    std::variant<ConvolutionLayer, PoolLayer, AddLayer, TableLayer, ConcatLayer, SelectLayer, ExpandLayer,
                 ScaleLayer, SpaceToDepthLayer, DepthToSpaceLayer>;

/// For visitors that answer for several operators at once, by name: no other is let through.
template <typename Op, typename... Named>
concept OneOf = (std::same_as<Op, Named> || ...);

} // namespace tandem::quant

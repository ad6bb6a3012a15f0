// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/builder.h"

#include "core/base/error.h"

namespace tandem::nn {

std::int64_t windowCount(std::int64_t size, int padding, int kernel, int stride, int dilation) {
    const std::int64_t span = std::int64_t{dilation} * (kernel - 1) + 1;
    if (size + padding < span) {
        throw inputError("a window of {} does not fit into {} cells with {} of padding", span, size, padding);
    }
    return (size + padding - span) / stride + 1;
}

GraphBuilder::GraphBuilder(std::string name, std::uint64_t seed, Weights weights)
    : random_(seed), weights_(weights) {
    graph_.name = std::move(name);
}

ValueId GraphBuilder::input(std::string name, Shape shape) {
    const ValueId id = graph_.addValue({std::move(name), ElementType::Float32, std::move(shape), {}, {}});
    graph_.inputs.push_back(id);
    return id;
}

ValueId GraphBuilder::constant(std::string name, Tensor tensor) {
    return graph_.addConstant(std::move(name), std::move(tensor));
}

ValueId GraphBuilder::convolution(ValueId x, const ConvolutionOptions& options) {
    const std::string name = numbered("conv");
    const Shape source = shape(x);
    if (source.size() != 4 || options.groups < 1 || source[1] % options.groups != 0 ||
        options.channels % options.groups != 0) {
        throw inputError("{}: {} channels from a {} tensor in {} groups cannot be convolved", name,
                         options.channels, toString(source), options.groups);
    }
    const int padding = options.padding < 0 ? options.kernel / 2 : options.padding;
    const Convolution op{{options.kernel, options.kernel},
                         {options.stride, options.stride},
                         {1, 1},
                         {padding, padding, padding, padding},
                         options.groups};
    const std::int64_t fanIn = source[1] / options.groups * options.kernel * options.kernel;
    std::vector<ValueId> inputs{
        x, constant(name + ".weight",
                    heNormal({options.channels, source[1] / options.groups, options.kernel, options.kernel},
                             fanIn))};
    if (options.bias) {
        inputs.push_back(constant(name + ".bias", Tensor::zeros(ElementType::Float32, {options.channels})));
    }
    const Shape result{source[0], options.channels,
                       windowCount(source[2], 2 * padding, options.kernel, options.stride, 1),
                       windowCount(source[3], 2 * padding, options.kernel, options.stride, 1)};
    return apply(op, std::move(inputs), result, name);
}

ValueId GraphBuilder::depthwise(ValueId x, int kernel, int stride) {
    const int channels = static_cast<int>(shape(x).at(1));
    return convolution(
        x, {.channels = channels, .kernel = kernel, .stride = stride, .padding = -1, .groups = channels});
}

ValueId GraphBuilder::pointwise(ValueId x, int channels) {
    return convolution(x, {.channels = channels, .kernel = 1});
}

ValueId GraphBuilder::batchNormalization(ValueId x) {
    const std::string name = numbered("norm");
    const Shape perChannel{shape(x).at(1)};
    const std::vector<float> ones(static_cast<std::size_t>(perChannel[0]), 1.0F);
    return apply(BatchNormalization{},
                 {x, constant(name + ".scale", Tensor::ofFloats(perChannel, ones)),
                  constant(name + ".shift", Tensor::zeros(ElementType::Float32, perChannel)),
                  constant(name + ".mean", Tensor::zeros(ElementType::Float32, perChannel)),
                  constant(name + ".variance", Tensor::ofFloats(perChannel, ones))},
                 shape(x), name);
}

ValueId GraphBuilder::activation(ValueId x, Activation activation) {
    return apply(activation, {x}, shape(x), numbered("activation"));
}

ValueId GraphBuilder::relu(ValueId x) {
    return apply(Activation{}, {x}, shape(x), numbered("relu"));
}

ValueId GraphBuilder::relu6(ValueId x) {
    Activation clip;
    clip.kind = ActivationKind::Clip;
    clip.high = 6.0F;
    return apply(clip, {x}, shape(x), numbered("relu6"));
}

ValueId GraphBuilder::add(ValueId a, ValueId b) {
    return apply(Binary{}, {a, b}, shape(a), numbered("add"));
}

ValueId GraphBuilder::pool(ValueId x, const Pool& pool) {
    const Shape source = shape(x);
    const Padding& padding = pool.padding;
    return apply(pool, {x},
                 {source.at(0), source.at(1),
                  windowCount(source.at(2), padding.top + padding.bottom, pool.kernel.height,
                              pool.stride.height, pool.dilation.height),
                  windowCount(source.at(3), padding.left + padding.right, pool.kernel.width,
                              pool.stride.width, pool.dilation.width)},
                 numbered("pool"));
}

ValueId GraphBuilder::maximumPool(ValueId x, int kernel, int stride) {
    Pool op;
    op.kernel = {kernel, kernel};
    op.stride = {stride, stride};
    return pool(x, op);
}

ValueId GraphBuilder::averagePool(ValueId x, int kernel, int stride) {
    Pool op;
    op.kind = PoolKind::Average;
    op.kernel = {kernel, kernel};
    op.stride = {stride, stride};
    return pool(x, op);
}

ValueId GraphBuilder::globalAveragePool(ValueId x) {
    return apply(GlobalPool{}, {x}, {shape(x).at(0), shape(x).at(1), 1, 1}, numbered("global_pool"));
}

ValueId GraphBuilder::flatten(ValueId x) {
    const Shape source = shape(x);
    return apply(Reshape{}, {x}, {source.at(0), elementCount(source) / source.at(0)}, numbered("flatten"));
}

ValueId GraphBuilder::linear(ValueId x, int features) {
    const std::string name = numbered("linear");
    const Shape source = shape(x);
    const std::int64_t inputs = source.at(1);
    return apply(Linear{},
                 {x, constant(name + ".weight", heNormal({features, inputs}, inputs)),
                  constant(name + ".bias", Tensor::zeros(ElementType::Float32, {features}))},
                 {source.at(0), features}, name);
}

ValueId GraphBuilder::apply(Operator op, std::vector<ValueId> inputs, Shape shape, std::string name) {
    const ValueId result = graph_.addValue({name + ".out", ElementType::Float32, std::move(shape), {}, {}});
    graph_.nodes.push_back({std::move(name), "", std::move(op), std::move(inputs), {result}});
    return result;
}

Graph GraphBuilder::finish(std::vector<ValueId> outputs) {
    graph_.outputs = std::move(outputs);
    graph_.check();
    return std::move(graph_);
}

Tensor GraphBuilder::heNormal(Shape shape, std::int64_t fanIn) {
    if (weights_ == Weights::Counted) {
        return {ElementType::Float32, std::move(shape), {}};
    }
    Tensor tensor = Tensor::zeros(ElementType::Float32, std::move(shape));
    const double deviation = std::sqrt(2.0 / static_cast<double>(fanIn));
    for (float& weight : tensor.floats()) {
        weight = static_cast<float>(deviation * random_.normal());
    }
    return tensor;
}

std::string GraphBuilder::numbered(const std::string& kind) {
    return kind + std::to_string(++count_);
}

} // namespace tandem::nn

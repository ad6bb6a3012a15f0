// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/nn/graph.h"

#include <span>
#include <string>

namespace tandem::nn {

/// A square convolution: what GraphBuilder::convolution needs beside its input.
struct ConvolutionOptions {
    int channels = 1; ///< of the output
    int kernel = 3;
    int stride = 1;
    int padding = -1; ///< on every side; -1: kernel / 2
    int groups = 1;
    bool bias = false;
};

/// Whether a builder draws weights, or only says how many there are: those tensors have a shape and no data.
enum class Weights { Drawn, Counted };

/// Makes graphs node by node, each call returning the value that it adds:
///
///     GraphBuilder b("tiny");
///     ValueId x = b.input("image", {1, 1, 28, 28});
///     x = b.relu(b.batchNormalization(b.convolution(x, {.channels = 8, .stride = 2})));
///     Graph graph = b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 10)});
///
/// Weights are drawn from N(0, 2 / fan-in) (He et al. 2015), biases are 0, batch norms start as identity; the
/// same seed gives the same weights.
class GraphBuilder {
  public:
    explicit GraphBuilder(std::string name, std::uint64_t seed = 1, Weights weights = Weights::Drawn);

    ValueId input(std::string name, Shape shape);
    ValueId constant(std::string name, Tensor tensor);

    ValueId convolution(ValueId x, const ConvolutionOptions& options);
    /// One 3x3 (or kernel x kernel) filter per channel.
    ValueId depthwise(ValueId x, int kernel = 3, int stride = 1);
    ValueId pointwise(ValueId x, int channels);
    ValueId batchNormalization(ValueId x);
    ValueId activation(ValueId x, Activation activation);
    ValueId relu(ValueId x);
    ValueId relu6(ValueId x);
    ValueId add(ValueId a, ValueId b);
    ValueId pool(ValueId x, const Pool& pool);
    ValueId maximumPool(ValueId x, int kernel, int stride);
    ValueId averagePool(ValueId x, int kernel, int stride);
    ValueId globalAveragePool(ValueId x);
    /// [N,...] -> [N, everything else].
    ValueId flatten(ValueId x);
    ValueId linear(ValueId x, int features);

    /// Any operator with one output of `shape`; the caller vouches for the shape.
    ValueId apply(Operator op, std::vector<ValueId> inputs, Shape shape, std::string name);

    const Shape& shape(ValueId id) const { return graph_.value(id).shape; }

    /// The finished graph; the builder is empty afterwards.
    Graph finish(std::vector<ValueId> outputs);

  private:
    Tensor heNormal(Shape shape, std::int64_t fanIn);
    std::string numbered(const std::string& kind);

    Graph graph_;
    Random random_;
    Weights weights_;
    int count_ = 0;
};

/// Rows or columns that a window leaves: floor((size + padding - span) / stride) + 1.
std::int64_t windowCount(std::int64_t size, int padding, int kernel, int stride, int dilation);

} // namespace tandem::nn

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/train/steps/primitive_step.h"

namespace tandem::train {

namespace {

using dnnl::memory;

bool hasInput(const nn::Node& node, std::size_t index) {
    return index < node.inputs.size() && node.inputs[index] != nn::kNoValue;
}

/// A row-major matrix [rows, columns], or its transpose without moving an element.
memory::desc matrixLayout(const nn::Shape& shape, bool transposed) {
    return transposed ? memory::desc({shape[1], shape[0]}, memory::data_type::f32, {1, shape[1]})
                      : plainLayout(shape);
}

std::unique_ptr<PrimitiveStep> makeProduct(StepContext& context, const nn::Node& node, const memory::desc& a,
                                           const memory::desc& b, const memory::desc& result) {
    const dnnl::matmul::desc description(a, b, result);
    const dnnl::matmul::primitive_desc prepared(description, ownScratchpad(), context.oneDnn.engine);
    auto step = std::make_unique<PrimitiveStep>(dnnl::matmul(prepared), node.outputs.at(0),
                                                prepared.dst_desc(), context.oneDnn);
    step->addInput(DNNL_ARG_SRC, {context.graph, node.inputs.at(0), a, a});
    step->addInput(DNNL_ARG_WEIGHTS, {context.graph, node.inputs.at(1), b, b});
    return step;
}

/// alpha * product + beta * C, where C is broadcast to the product.
class GemmStep : public Step {
  public:
    GemmStep(std::unique_ptr<Step> product, const nn::Node& node, const nn::Gemm& op)
        : product_(std::move(product)),
          addend_(hasInput(node, 2) ? node.inputs[2] : nn::kNoValue),
          output_(node.outputs.at(0)),
          op_(op) {}

    void run(Values& values, OneDnn& oneDnn) override {
        product_->run(values, oneDnn);
        nn::Tensor result = values.tensor(output_, oneDnn);
        for (float& element : result.floats()) {
            element *= op_.alpha;
        }
        if (addend_ != nn::kNoValue) {
            add(result, values.tensor(addend_, oneDnn));
        }
        values.setTensor(output_, std::move(result));
    }

  private:
    void add(nn::Tensor& result, const nn::Tensor& addend) const {
        const nn::Shape& shape = addend.shape;
        const std::int64_t rows = result.shape[0];
        const std::int64_t columns = result.shape[1];
        const std::int64_t columnStep = !shape.empty() && shape.back() == columns ? 1 : 0;
        const std::int64_t rowStep = shape.size() == 2 && shape[0] == rows ? shape[1] : 0;
        for (std::int64_t i = 0; i < rows; ++i) {
            for (std::int64_t j = 0; j < columns; ++j) {
                const auto from = static_cast<std::size_t>(i * rowStep + j * columnStep);
                result.floats()[static_cast<std::size_t>(i * columns + j)] +=
                    op_.beta * addend.floats().at(from);
            }
        }
    }

    std::unique_ptr<Step> product_;
    nn::ValueId addend_, output_;
    nn::Gemm op_;
};

} // namespace

std::unique_ptr<Step> makeLinear(StepContext& context, const nn::Node& node) {
    const nn::Graph& graph = context.graph;
    const nn::Shape& source = graph.value(node.inputs.at(0)).shape;
    const nn::Shape& weights = graph.value(node.inputs.at(1)).shape;
    const nn::Shape& result = graph.value(node.outputs.at(0)).shape;
    const bool biased = hasInput(node, 2);
    const memory::desc bias = biased ? plainLayout({result.at(1)}) : memory::desc{};
    const dnnl::inner_product_forward::desc description(dnnl::prop_kind::forward_inference,
                                                        plainLayout(source), anyLayout(weights), bias,
                                                        plainLayout(result));
    const dnnl::inner_product_forward::primitive_desc prepared(description, ownScratchpad(),
                                                               context.oneDnn.engine);
    auto step = std::make_unique<PrimitiveStep>(dnnl::inner_product_forward(prepared), node.outputs[0],
                                                prepared.dst_desc(), context.oneDnn);
    step->addInput(DNNL_ARG_SRC, {graph, node.inputs[0], plainLayout(source), prepared.src_desc()});
    step->addInput(DNNL_ARG_WEIGHTS, {graph, node.inputs[1], plainLayout(weights), prepared.weights_desc()});
    if (biased) {
        step->addInput(DNNL_ARG_BIAS, {graph, node.inputs[2], bias, bias});
    }
    context.setLayout(node.outputs[0], prepared.dst_desc());
    return step;
}

std::unique_ptr<Step> makeMatrixProduct(StepContext& context, const nn::Node& node) {
    nn::Shape a = context.graph.value(node.inputs.at(0)).shape;
    nn::Shape b = context.graph.value(node.inputs.at(1)).shape;
    if (a.empty() || b.empty()) {
        throw inputError("a matrix product of {} and {} is not defined", nn::toString(a), nn::toString(b));
    }
    // numpy.matmul: a vector is a row on the left and a column on the right, missing batch sizes are 1.
    if (a.size() == 1) {
        a.insert(a.begin(), 1);
    }
    if (b.size() == 1) {
        b.push_back(1);
    }
    const std::size_t rank = std::max(a.size(), b.size());
    a.insert(a.begin(), rank - a.size(), 1);
    b.insert(b.begin(), rank - b.size(), 1);
    nn::Shape result(rank);
    for (std::size_t axis = 0; axis + 2 < rank; ++axis) {
        result[axis] = std::max(a[axis], b[axis]);
    }
    result[rank - 2] = a[rank - 2];
    result[rank - 1] = b[rank - 1];
    return makeProduct(context, node, plainLayout(a), plainLayout(b), plainLayout(result));
}

std::unique_ptr<Step> makeGemm(StepContext& context, const nn::Node& node, const nn::Gemm& op) {
    const nn::Graph& graph = context.graph;
    const memory::desc a = matrixLayout(graph.value(node.inputs.at(0)).shape, op.transposeA);
    const memory::desc b = matrixLayout(graph.value(node.inputs.at(1)).shape, op.transposeB);
    const memory::desc result = plainLayout({a.dims()[0], b.dims()[1]});
    return std::make_unique<GemmStep>(makeProduct(context, node, a, b, result), node, op);
}

} // namespace tandem::train

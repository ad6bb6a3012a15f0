// SPDX-License-Identifier: GPL-3.0-or-later
// Matrix products and normalizations.
#include "core/base/error.h"
#include "core/onnx/builder.h"

namespace tandem::onnx {

namespace {

void importGemm(NodeImport& node) {
    nn::Gemm op;
    op.alpha = node.attributes.real("alpha", 1.0F);
    op.beta = node.attributes.real("beta", 1.0F);
    op.transposeA = node.attributes.integer("transA", std::int64_t{0}) != 0;
    op.transposeB = node.attributes.integer("transB", std::int64_t{0}) != 0;
    std::vector<nn::ValueId> inputs{node.input(0), node.input(1)};
    if (node.has(2)) {
        inputs.push_back(node.input(2));
    }
    node.emit(op, std::move(inputs));
}

/// A vector operand becomes a matrix of one row (first operand) or one column (second); the dimension is
/// dropped again.
void importMatrixProduct(NodeImport& node) {
    const nn::Shape a = node.shape(0);
    const nn::Shape b = node.shape(1);
    if (a.empty() || b.empty()) {
        throw inputError("a scalar cannot be multiplied as a matrix");
    }
    if (a.size() > 1 && b.size() > 1) {
        node.emit(nn::MatrixProduct{}, {node.input(0), node.input(1)});
        return;
    }
    const nn::ValueId left = a.size() == 1 ? node.addReshape(node.input(0), {1, a[0]}) : node.input(0);
    const nn::ValueId right = b.size() == 1 ? node.addReshape(node.input(1), {b[0], 1}) : node.input(1);
    const nn::ValueId product = node.add(nn::MatrixProduct{}, {left, right});
    nn::Shape shape = node.shapeOf(product);
    if (b.size() == 1) {
        shape.pop_back();
    }
    if (a.size() == 1) {
        shape.erase(b.size() == 1 ? shape.end() - 1 : shape.end() - 2);
    }
    node.emitReshape(product, shape);
}

void importBatchNormalization(NodeImport& node) {
    if (node.attributes.integer("training_mode", std::int64_t{0}) != 0) {
        throw inputError("attribute 'training_mode' is set; only inference is executed");
    }
    if (node.attributes.integer("spatial", std::int64_t{1}) == 0) {
        throw inputError("attribute 'spatial' is 0; one mean and variance per channel are accepted");
    }
    for (std::size_t i = 1; i < node.outputCount(); ++i) {
        if (node.wantsOutput(i)) {
            throw inputError("output {} (training statistics) is not supported", i);
        }
    }
    nn::BatchNormalization op{node.attributes.real("epsilon", 1e-5F)};
    node.emit(op, {node.input(0), node.input(1), node.input(2), node.input(3), node.input(4)});
}

void importLocalResponseNormalization(NodeImport& node) {
    nn::LocalResponseNormalization op;
    op.size = node.attributes.integer("size", 0, 1, 1 << 20);
    op.alpha = node.attributes.real("alpha", 1e-4F);
    op.beta = node.attributes.real("beta", 0.75F);
    op.bias = node.attributes.real("bias", 1.0F);
    node.emit(op, {node.input(0)});
}

} // namespace

RuleTable matrixRules() {
    return {
        {"Gemm", {7, 3, 1, importGemm}},
        {"MatMul", {1, 2, 1, importMatrixProduct}},
        {"BatchNormalization", {7, 5, 5, importBatchNormalization}},
        {"LRN", {1, 1, 1, importLocalResponseNormalization}},
    };
}

} // namespace tandem::onnx

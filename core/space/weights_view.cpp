// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/weights_view.h"

namespace tandem::space {

WeightsView::WeightsView(const nn::Graph& graph, const quant::Lowering& lowering,
                         const quant::LoweredLayer& layer) {
    const nn::Tensor& weights = *graph.value(layer.weights).constant;
    const int channels = lowering.tensors[static_cast<std::size_t>(layer.inputs[0])].shape.channels;
    data_ = &weights.floats();
    outputs_ = static_cast<int>(weights.shape[0]);
    inputs_ = channels / layer.groups;
    taps_ = layer.kernel.height * layer.kernel.width;
    columnOf_.resize(layer.inputOrder.size());
    for (std::size_t column = 0; column < layer.inputOrder.size(); ++column) {
        columnOf_[static_cast<std::size_t>(layer.inputOrder[column])] = static_cast<int>(column);
    }
}

} // namespace tandem::space

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"

#include <vector>

namespace tandem::space {

/// The weights of one accelerator convolution as [output channel][input channel of its group][tap], whether
/// the graph holds a Convolution or a Linear (whose columns may be reordered).
class WeightsView {
  public:
    WeightsView(const nn::Graph& graph, const quant::Lowering& lowering, const quant::LoweredLayer& layer);

    int outputs() const { return outputs_; }
    int inputs() const { return inputs_; } ///< per group
    int taps() const { return taps_; }
    float at(int output, int input, int tap) const { return (*data_)[place(output, input, tap)]; }
    /// Where that weight lies in the graph's constant.
    std::size_t place(int output, int input, int tap) const {
        const int element = input * taps_ + tap;
        const int column = columnOf_.empty() ? element : columnOf_[static_cast<std::size_t>(element)];
        return static_cast<std::size_t>(output) * static_cast<std::size_t>(inputs_ * taps_) +
               static_cast<std::size_t>(column);
    }

  private:
    const std::vector<float>* data_;
    int outputs_, inputs_, taps_;
    std::vector<int> columnOf_; ///< column of each element of the input map; empty: the same
};

} // namespace tandem::space

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/steps/step.h"

#include <unordered_map>

namespace tandem::train {

/// A step that is one oneDNN primitive: ports in, one memory of its own out.
class PrimitiveStep : public Step {
  public:
    PrimitiveStep(dnnl::primitive primitive, nn::ValueId output, const dnnl::memory::desc& layout,
                  OneDnn& oneDnn)
        : primitive_(std::move(primitive)),
          scratchpad_(scratchpadOf(primitive_)),
          output_(output),
          result_(layout, oneDnn.engine) {}

    /// `argument` is oneDNN's DNNL_ARG_... number.
    void addInput(int argument, InputPort port) { inputs_.emplace_back(argument, std::move(port)); }

    void run(Values& values, OneDnn& oneDnn) override {
        std::unordered_map<int, dnnl::memory> arguments{{DNNL_ARG_DST, result_}};
        if (scratchpad_) {
            arguments.emplace(DNNL_ARG_SCRATCHPAD, scratchpad_);
        }
        for (auto& [argument, port] : inputs_) {
            arguments.insert_or_assign(argument, port.fetch(values, oneDnn));
        }
        primitive_.execute(oneDnn.stream, arguments);
        values.setMemory(output_, result_);
    }

  private:
    dnnl::primitive primitive_;
    dnnl::memory scratchpad_;
    std::vector<std::pair<int, InputPort>> inputs_;
    nn::ValueId output_;
    dnnl::memory result_;
};

} // namespace tandem::train

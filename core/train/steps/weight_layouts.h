// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/steps/one_dnn.h"
#include "core/train/trainable_network.h"

#include <vector>

namespace tandem::train {

/// The weights in the layouts that primitives like best. Replicas of one network on several threads share
/// them, so that every weight is rearranged once a step and not once for each replica.
class WeightLayouts {
  public:
    /// Asks for parameter `number`, whose row-major elements are to be understood as `view`, in layout
    /// `wanted`; gives a number for at(). Equal wishes get the same one.
    std::size_t ask(int number, const dnnl::memory::desc& view, const dnnl::memory::desc& wanted);

    /// Takes over the parameters' present values. Not while a replica runs.
    void refresh(const ParameterBlocks& parameters);

    const dnnl::memory& at(std::size_t slot) const { return slots_[slot].laidOut; }

  private:
    struct Slot {
        int number = 0;
        dnnl::memory given, laidOut; ///< one and the same where the layout is the view's
        PreparedCall reorder;
    };

    OneDnn oneDnn_;
    std::vector<Slot> slots_;
};

} // namespace tandem::train

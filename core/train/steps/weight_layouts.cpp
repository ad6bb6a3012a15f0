// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/steps/weight_layouts.h"

namespace tandem::train {

std::size_t WeightLayouts::ask(int number, const dnnl::memory::desc& view, const dnnl::memory::desc& wanted) {
    const auto same = std::ranges::find_if(slots_, [&](const Slot& slot) {
        return slot.number == number && slot.given.get_desc() == view && slot.laidOut.get_desc() == wanted;
    });
    if (same != slots_.end()) {
        return static_cast<std::size_t>(same - slots_.begin());
    }
    Slot slot;
    slot.number = number;
    slot.given = dnnl::memory(view, oneDnn_.engine, nullptr);
    slot.laidOut = slot.given;
    if (view != wanted) {
        slot.laidOut = dnnl::memory(wanted, oneDnn_.engine);
        slot.reorder = PreparedCall(dnnl::reorder(slot.given, slot.laidOut),
                                    {{DNNL_ARG_FROM, slot.given}, {DNNL_ARG_TO, slot.laidOut}});
    }
    slots_.push_back(std::move(slot));
    return slots_.size() - 1;
}

void WeightLayouts::refresh(const ParameterBlocks& parameters) {
    useOneThread();
    for (Slot& slot : slots_) {
        const std::vector<float>& block = parameters.at(static_cast<std::size_t>(slot.number));
        slot.given.set_data_handle(const_cast<float*>(block.data()));
        if (slot.reorder) {
            slot.reorder.run(oneDnn_);
        }
    }
}

} // namespace tandem::train

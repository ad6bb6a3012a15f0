// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/accelerator.h"

namespace tandem::hw {

bool Accelerator::streamWhatDoesNotFit(const Workload&, const Device&, double) {
    return false;
}

std::vector<std::string> Accelerator::remarks(const Workload&) const {
    return {};
}

} // namespace tandem::hw

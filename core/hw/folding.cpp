// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/folding.h"

namespace tandem::hw {

const char* toString(WeightStore store) {
    switch (store) {
    case WeightStore::Smaller:
        return "smaller";
    case WeightStore::Block:
        return "block";
    case WeightStore::Luts:
        return "luts";
    case WeightStore::Stream:
        return "stream";
    }
    return "";
}

} // namespace tandem::hw

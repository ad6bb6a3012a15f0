// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/templates.h"

#include "core/hw/folded/template.h"
#include "core/hw/hybrid/template.h"
#include "core/hw/pipeline/template.h"

#include <array>

namespace tandem::hw {

std::span<const Template> templates() {
    static constexpr std::array kAll{
        pipeline::kTemplate,
        folded::kTemplate,
        hybrid::kTemplate,
    };
    return kAll;
}

} // namespace tandem::hw

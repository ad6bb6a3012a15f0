// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/template.h"
#include "core/point/parameter.h"
#include "core/space/joint_space.h"
#include "core/space/plan.h"
#include "core/space/resolution.h"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace tandem::space {

/// The parameters of a plan on a device, where they lie, and which belong to which bundle.
struct NamedParameters {
    point::Space space;
    ParameterPlaces places;
    std::vector<Bundle> bundles;
    std::size_t templatePlace = 0, clockPlace = 0;
};

/// A template that the device allows, with its part of the space.
struct TemplatePart {
    std::string_view name;
    std::unique_ptr<hw::TemplateSpace> space;
};

/// Writes the parameters down. A quantized model's own precisions are the imported choices.
NamedParameters nameParameters(const Plan& plan, const quant::Lowering& lowering, const nn::Graph& prepared,
                               const hw::Device& device, std::span<const TemplatePart> templates);

} // namespace tandem::space

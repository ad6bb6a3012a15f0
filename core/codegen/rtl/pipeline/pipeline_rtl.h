// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/package/package.h"
#include "core/codegen/rtl/template_writer.h"
#include "core/hw/pipeline/pipeline.h"
#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace tandem::codegen {

/// What writeRtl in rtl.h does for a pipeline with these choices.
void writePipelineRtl(const quant::IntegerNetwork& network, const hw::pipeline::Parameters& parameters,
                      std::span<const std::vector<std::int32_t>> inputs, const std::filesystem::path& library,
                      const std::filesystem::path& folder, const RtlTarget& target = {});

/// The pipeline's line in rtl.cpp.
TemplateWriter pipelineWriter();

} // namespace tandem::codegen

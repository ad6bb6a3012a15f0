// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/rtl.h"

#include "core/base/error.h"
#include "core/codegen/rtl/folded/folded_rtl.h"
#include "core/codegen/rtl/hybrid/hybrid_rtl.h"
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"

#include <algorithm>
#include <array>

namespace tandem::codegen {

namespace {

/// A line for each template.
const TemplateWriter& writerOf(std::string_view templateName) {
    static const std::array kAll{
        pipelineWriter(),
        foldedWriter(),
        hybridWriter(),
    };
    const auto* const found = std::ranges::find(kAll, templateName, &TemplateWriter::name);
    if (found == kAll.end()) {
        throw inputError("there is no RTL for a template '{}'", templateName);
    }
    return *found;
}

} // namespace

hw::AnyAccelerator settled(const quant::IntegerNetwork& network, const hw::Accelerator& accelerator) {
    return writerOf(accelerator.templateName()).settled(network, accelerator);
}

void writeRtl(const quant::IntegerNetwork& network, const hw::Accelerator& accelerator,
              std::span<const std::vector<std::int32_t>> inputs, const std::filesystem::path& library,
              const std::filesystem::path& folder, const RtlTarget& target) {
    writerOf(accelerator.templateName()).write(network, accelerator, inputs, library, folder, target);
}

hw::AnyAccelerator sampleAccelerator(std::string_view templateName, std::uint64_t seed) {
    const TemplateWriter& writer = writerOf(templateName);
    if (writer.sample == nullptr) {
        throw inputError("the template '{}' has no samples", templateName);
    }
    return writer.sample(seed);
}

} // namespace tandem::codegen

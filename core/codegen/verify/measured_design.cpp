// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/verify/measured_design.h"

#include "core/base/error.h"
#include "core/codegen/rtl/rtl.h"
#include "core/codegen/rtl/sample_design.h"
#include "core/hw/templates.h"
#include "core/hw/workload/workload_of.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <tuple>

namespace tandem::codegen {

bool leftOut(const MeasuredDesign& design) {
    return design.seed % 6 == 5;
}

std::vector<MeasuredDesign> readMeasured(const std::filesystem::path& table) {
    std::vector<MeasuredDesign> designs;
    std::ifstream file(table);
    for (std::string line; std::getline(file, line);) {
        MeasuredDesign design;
        hw::Resources& used = design.used;
        std::istringstream words(line);
        if (!(words >> design.kind >> design.seed >> used.lut >> used.ff >> used.dsp >> used.ramb36 >>
              used.ramb18 >> used.ram16k >> used.ram4k >> used.cellsUm2 >> used.sramBits >> used.romBits)) {
            throw inputError("'{}': '{}' is no measured design", table.string(), line);
        }
        designs.push_back(std::move(design));
    }
    const auto placeOf = [](const std::string& kind) {
        return std::ranges::find(hw::templates(), kind, &hw::Template::name) - hw::templates().begin();
    };
    std::ranges::sort(designs, {}, [&](const MeasuredDesign& design) {
        return std::tuple{placeOf(design.kind), design.seed};
    });
    return designs;
}

std::string toLine(const MeasuredDesign& design) {
    const hw::Resources& used = design.used;
    return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {}\n", design.kind, design.seed, used.lut, used.ff,
                       used.dsp, used.ramb36, used.ramb18, used.ram16k, used.ram4k, used.cellsUm2,
                       used.sramBits, used.romBits);
}

hw::Resources modelled(const MeasuredDesign& design, hw::DeviceFamily family) {
    const quant::IntegerNetwork network = sampleDesign(design.seed).network;
    const hw::AnyAccelerator built = settled(network, *sampleAccelerator(design.kind, design.seed));
    return built->resources(hw::workloadOf(network), family);
}

} // namespace tandem::codegen

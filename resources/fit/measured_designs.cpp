// SPDX-License-Identifier: GPL-3.0-or-later
#include "resources/fit/measured_designs.h"

#include "core/base/error.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <tuple>

namespace tandem::fit {

bool leftOut(const MeasuredDesign& design) {
    return design.seed % 6 == 5;
}

std::vector<MeasuredDesign> readMeasured(const std::filesystem::path& table) {
    std::vector<MeasuredDesign> designs;
    std::ifstream file(table);
    for (std::string line; std::getline(file, line);) {
        MeasuredDesign design;
        hw::pipeline::Resources& used = design.used;
        std::istringstream words(line);
        if (!(words >> design.kind >> design.seed >> used.lut >> used.ff >> used.dsp >> used.ramb36 >>
              used.ramb18 >> used.ram16k >> used.ram4k >> used.cellsUm2 >> used.sramBits >> used.romBits)) {
            throw inputError("'{}': '{}' is no measured design", table.string(), line);
        }
        designs.push_back(std::move(design));
    }
    std::ranges::sort(designs, {}, [](const MeasuredDesign& design) {
        return std::tuple{design.kind != "pipeline", design.seed};
    });
    return designs;
}

std::string toLine(const MeasuredDesign& design) {
    const hw::pipeline::Resources& used = design.used;
    return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {}\n", design.kind, design.seed, used.lut, used.ff,
                       used.dsp, used.ramb36, used.ramb18, used.ram16k, used.ram4k, used.cellsUm2,
                       used.sramBits, used.romBits);
}

} // namespace tandem::fit

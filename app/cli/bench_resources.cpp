// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench.h"
#include "app/cli/table.h"
#include "app/common/resources.h"
#include "core/codegen/measured_design.h"
#include "core/codegen/rtl_package.h"

namespace tandem::cli {

namespace {

constexpr double kMostMean = 0.06, kMostWorst = 0.20;

/// How far a figure is off on the designs that the fit left out.
struct Off {
    double mean = 0, worst = 0;
    int designs = 0;

    void add(double modelled, double measured) {
        const double error = std::abs(modelled / measured - 1);
        mean = (mean * designs + error) / (designs + 1);
        worst = std::max(worst, error);
        ++designs;
    }
    bool met() const { return designs > 0 && mean <= kMostMean && worst <= kMostWorst; }
    std::string text() const { return fmt::format("{:.1f} %, {:.1f} %", 100 * mean, 100 * worst); }
    nlohmann::ordered_json json() const { return {{"mean", mean}, {"worst", worst}}; }
};

bool sameCounts(const hw::pipeline::Resources& a, const hw::pipeline::Resources& b) {
    return a.dsp == b.dsp && a.ramb36 == b.ramb36 && a.ramb18 == b.ramb18 && a.ram16k == b.ram16k &&
           a.ram4k == b.ram4k && a.sramBits == b.sramBits && a.romBits == b.romBits;
}

} // namespace

BenchResult benchResources(const BenchArguments&) {
    Table table({"family", "fitted", "left out", "LUT or area: mean, worst", "FF: mean, worst",
                 "DSPs and memories exact"});
    nlohmann::ordered_json json{{"benchmark", "resources"},
                                {"target_mean", kMostMean},
                                {"target_worst", kMostWorst},
                                {"source", "modelled against measured (Yosys)"}};
    bool met = true;
    for (const auto& [family, unused] : codegen::kMeasuredFamilies) {
        const std::string name = codegen::familyScript(family);
        const std::vector<codegen::MeasuredDesign> designs =
            codegen::readMeasured(app::resourceFolder() / "fit" / (name + ".txt"));
        Off size, ff;
        int exact = 0;
        for (const codegen::MeasuredDesign& design : designs) {
            const hw::pipeline::Resources modelled = codegen::modelled(design, family);
            exact += sameCounts(modelled, design.used) ? 1 : 0;
            if (codegen::leftOut(design)) {
                const bool asic = family == hw::DeviceFamily::Asic;
                size.add(asic ? modelled.cellsUm2 : modelled.lut,
                         asic ? design.used.cellsUm2 : design.used.lut);
                ff.add(modelled.ff, design.used.ff);
            }
        }
        const int all = static_cast<int>(designs.size());
        const bool familyMet = size.met() && ff.met() && exact == all;
        met = met && familyMet;
        table.add({name, std::to_string(all - size.designs), std::to_string(size.designs), size.text(),
                   ff.text(), fmt::format("{} of {}", exact, all)});
        json[name] = {{"fitted", all - size.designs},
                      {"left_out", size.designs},
                      {"size", size.json()},
                      {"ff", ff.json()},
                      {"exact", exact},
                      {"designs", all},
                      {"met", familyMet}};
    }
    json["met"] = met;
    return {table.text(), json};
}

} // namespace tandem::cli

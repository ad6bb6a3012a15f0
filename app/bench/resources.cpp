// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common/resources.h"

#include "app/bench/hardware.h"
#include "app/cli/table.h"
#include "core/codegen/package/synthesis_scripts.h"
#include "core/codegen/verify/measured_design.h"

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

bool sameCounts(const hw::Resources& a, const hw::Resources& b) {
    return a.dsp == b.dsp && a.ramb36 == b.ramb36 && a.ramb18 == b.ramb18 && a.ram16k == b.ram16k &&
           a.ram4k == b.ram4k && a.sramBits == b.sramBits && a.romBits == b.romBits;
}

/// A family's sample designs beside the model.
struct FamilyErrors {
    std::string name;
    bool asic = false;
    int designs = 0, exact = 0; ///< all of them, and those whose DSPs and memories the model counts right
    Off size, ff;

    int fitted() const { return designs - size.designs; }
    bool met() const { return size.met() && ff.met() && exact == designs; }
};

std::vector<FamilyErrors> familyErrors() {
    std::vector<FamilyErrors> errors;
    for (const auto& [family, unused] : codegen::kMeasuredFamilies) {
        FamilyErrors& made = errors.emplace_back();
        made.name = codegen::familyScript(family);
        made.asic = family == hw::DeviceFamily::Asic;
        for (const codegen::MeasuredDesign& design :
             codegen::readMeasured(app::resourceFolder() / "fit" / (made.name + ".txt"))) {
            const hw::Resources modelled = codegen::modelled(design, family);
            ++made.designs;
            made.exact += sameCounts(modelled, design.used) ? 1 : 0;
            if (codegen::leftOut(design)) {
                made.size.add(made.asic ? modelled.cellsUm2 : modelled.lut,
                              made.asic ? design.used.cellsUm2 : design.used.lut);
                made.ff.add(modelled.ff, design.used.ff);
            }
        }
    }
    return errors;
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
    for (const FamilyErrors& family : familyErrors()) {
        met = met && family.met();
        table.add({family.name, std::to_string(family.fitted()), std::to_string(family.size.designs),
                   family.size.text(), family.ff.text(),
                   fmt::format("{} of {}", family.exact, family.designs)});
        json[family.name] = {{"fitted", family.fitted()},  {"left_out", family.size.designs},
                             {"size", family.size.json()}, {"ff", family.ff.json()},
                             {"exact", family.exact},      {"designs", family.designs},
                             {"met", family.met()}};
    }
    json["met"] = met;
    return {table.text(), json};
}

std::vector<HardwareRow> resourceErrorRows(const BenchArguments& arguments) {
    std::vector<HardwareRow> rows;
    if (!arguments.models.empty()) {
        return rows;
    }
    for (const FamilyErrors& family : familyErrors()) {
        const auto add = [&](std::string figure, double target, double found, bool exact = false) {
            rows.push_back({fmt::format("{} designs, {}", family.size.designs, family.name),
                            std::move(figure), 0, target, false, exact, found,
                            "modelled - measured (Yosys)"});
        };
        const std::string size = family.asic ? "area" : "LUT";
        add(size + " error, mean, %", 100 * kMostMean, 100 * family.size.mean);
        add(size + " error, worst, %", 100 * kMostWorst, 100 * family.size.worst);
        add("FF error, mean, %", 100 * kMostMean, 100 * family.ff.mean);
        add("FF error, worst, %", 100 * kMostWorst, 100 * family.ff.worst);
        add("designs whose DSPs or memories differ", 0, family.designs - family.exact, true);
    }
    return rows;
}

} // namespace tandem::cli

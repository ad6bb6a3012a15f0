// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/hardware.h"

#include "app/cli/table.h"

#include <cmath>

namespace tandem::cli {

namespace {

std::string shown(double value) {
    return value == std::floor(value) ? grouped(static_cast<std::int64_t>(value))
                                      : fmt::format("{:.1f}", value);
}

} // namespace

BenchResult benchHardware(const BenchArguments& arguments) {
    Table table({"design", "figure", "published", "target", "found", "source", "result"});
    nlohmann::ordered_json json{{"benchmark", "hardware"}, {"rows", nlohmann::ordered_json::array()}};
    bool met = true;
    int rows = 0;
    for (const auto& make : {publishedPipelineRows, skyNetRows, networkRows, resourceErrorRows}) {
        for (const HardwareRow& row : make(arguments)) {
            const char* sign = row.exact ? "" : row.atLeast ? ">= " : "<= ";
            table.add({row.design, row.figure, row.published == 0 ? "" : shown(row.published),
                       sign + shown(row.target), row.found ? shown(*row.found) : "", row.source,
                       !row.found  ? "not run"
                       : row.met() ? "met"
                                   : "MISSED"});
            nlohmann::ordered_json one{{"design", row.design}, {"figure", row.figure}};
            one["published"] =
                row.published == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(row.published);
            one["target"] = row.target;
            one["found"] = row.found ? nlohmann::ordered_json(*row.found) : nlohmann::ordered_json();
            one["source"] = row.source;
            one["met"] = row.met();
            json["rows"].push_back(one);
            met = met && row.met();
            ++rows;
        }
    }
    json["target"] =
        "every figure at least as good as the published design within its budget; values, cycles, DSP and "
        "block RAM as modelled; LUT, FF and area within 6 % on average and 20 % at worst";
    json["met"] = met && rows > 0;
    return {table.text(), json};
}

} // namespace tandem::cli

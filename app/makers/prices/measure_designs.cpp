// SPDX-License-Identifier: GPL-3.0-or-later
// Synthesizes sample accelerators for a family and appends what they take to a table, a line a design.
// Designs that the table already holds are left out, so it can be stopped and run again.
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/codegen/package/synthesis_scripts.h"
#include "core/codegen/rtl/rtl.h"
#include "core/codegen/rtl/sample_design.h"
#include "core/codegen/verify/measured_design.h"
#include "core/codegen/verify/synthesis.h"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <set>

namespace {

using namespace tandem;
namespace fs = std::filesystem;

/// A sample: "pipeline" or "folded" and its seed.
using Key = std::pair<std::string, std::uint64_t>;

struct Arguments {
    std::string family = "xc7", designs = "pipeline";
    std::uint64_t first = 0, last = 0;
    fs::path library = "resources/rtl", table;
    int threads = 0;
};

hw::DeviceFamily familyOf(const std::string& name) {
    for (const auto& [family, unused] : codegen::kMeasuredFamilies) {
        if (codegen::familyScript(family) == name) {
            return family;
        }
    }
    throw inputError("there is no family '{}'; known are xc7, xcup, ice40, ecp5 and asic", name);
}

std::set<Key> knownDesigns(const fs::path& table) {
    std::set<Key> known;
    for (const codegen::MeasuredDesign& design : codegen::readMeasured(table)) {
        known.insert({design.kind, design.seed});
    }
    return known;
}

std::string measure(const Key& key, hw::DeviceFamily family, const fs::path& library,
                    const fs::path& folder) {
    const codegen::SampleDesign design = codegen::sampleDesign(key.second);
    const std::vector<std::vector<std::int32_t>> inputs{design.input};
    codegen::writeRtl(design.network, *codegen::sampleAccelerator(key.first, key.second), inputs, library,
                      folder);
    return codegen::toLine({key.first, key.second, codegen::synthesizeRtl(folder, family)});
}

void run(const Arguments& arguments) {
    const hw::DeviceFamily family = familyOf(arguments.family);
    const std::set<Key> known = knownDesigns(arguments.table);
    std::vector<Key> wanted;
    for (std::uint64_t seed = arguments.first; seed < arguments.last; ++seed) {
        if (!known.contains({arguments.designs, seed})) {
            wanted.push_back({arguments.designs, seed});
        }
    }
    std::mutex mutex;
    parallelFor(wanted.size(), arguments.threads, [&](std::size_t index, int) {
        const fs::path folder =
            fs::temp_directory_path() / fmt::format("tandem-measure-{}-{}", getpid(), index);
        const std::string row = measure(wanted[index], family, arguments.library, folder);
        fs::remove_all(folder);
        const std::lock_guard lock(mutex);
        std::ofstream(arguments.table, std::ios::app) << row;
    });
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Synthesizes sample accelerators for a family and appends what they take to a table");
    Arguments arguments;
    app.add_option("family", arguments.family, "xc7, xcup, ice40, ecp5 or asic")->required();
    app.add_option("designs", arguments.designs, "pipeline or folded")
        ->required()
        ->check(CLI::IsMember({"pipeline", "folded"}));
    app.add_option("first", arguments.first, "Seed of the first design")->required();
    app.add_option("last", arguments.last, "Seed behind the last one")->required();
    app.add_option("table", arguments.table, "File that lines are appended to")->required();
    app.add_option("--library", arguments.library, "Folder of the RTL modules");
    app.add_option("--threads", arguments.threads, "Designs synthesized side by side; 0: all processors");
    CLI11_PARSE(app, argc, argv);
    try {
        run(arguments);
    } catch (const Error& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}

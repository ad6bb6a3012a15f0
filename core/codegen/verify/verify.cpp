// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/verify/verify.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/process.h"
#include "core/base/processor.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/package/manifest.h"
#include "core/codegen/package/tool_flags.h"
#include "core/codegen/report/report.h"
#include "core/codegen/verify/place_and_route.h"
#include "core/codegen/verify/rtl_tools.h"
#include "core/codegen/verify/synthesis.h"
#include "core/codegen/verify/tool_folder.h"
#include "core/hw/device/primitives.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace tandem::codegen {

namespace fs = std::filesystem;

namespace {

/// LUTs and flip-flops that Yosys synthesizes in a second: between half and twice as many
/// on generated designs (one core of a server of 2020).
constexpr double kYosysRate = 150.0;
/// An estimate may be wrong by so much: what should take longer is not even tried.
constexpr double kEstimateError = 3.0;

double sizeOf(const hw::Resources& used) {
    constexpr double kUm2PerCell = 25.0; // an ASIC's cells, as so many LUTs
    return used.lut + used.ff + used.cellsUm2 / kUm2PerCell;
}

/// "40 s", "12 min".
std::string about(double seconds) {
    constexpr double kMinutesFrom = 120.0;
    return seconds < kMinutesFrom ? fmt::format("{:.0f} s", std::max(1.0, seconds))
                                  : fmt::format("{:.0f} min", seconds / 60.0);
}

// LUT and FF come from a fit: designs unlike those that it was made on are further off than the worst of
// those that it left out, hardly one twice as far, and none by more than a third or so. Products that become
// LUTs for want of DSPs are a rule of thumb.
constexpr double kAcceptedWorst = 2.0, kMostAccepted = 0.35, kRuleOfThumb = 0.5;

std::string lastLine(const std::string& text) {
    const std::size_t end = text.find_last_not_of("\n\r ");
    if (end == std::string::npos) {
        return "no output";
    }
    const std::size_t start = text.find_last_of('\n', end);
    return text.substr(start == std::string::npos ? 0 : start + 1,
                       end - (start == std::string::npos ? 0 : start + 1) + 1);
}

class Verifier {
  public:
    Verifier(fs::path folder, VerifyOptions options, Progress progress)
        : folder_(std::move(folder)),
          options_(options),
          progress_(std::move(progress)),
          manifest_(readManifest(folder_)) {}

    Verification run() {
        report("checking files", 0.0);
        checkFiles();
        if (fs::exists(folder_ / "cpp")) {
            report("building and running the C++", 0.05);
            runCpp(ToolFolder(folder_, "cpp").path());
        }
        if (manifest_.hardware && fs::exists(folder_ / "rtl")) {
            const ToolFolder rtl(folder_, "rtl");
            simulate(rtl.path());
            if (options_.synthesize) {
                synthesize(rtl.path());
            }
        }
        report("verified", 1.0);
        return std::move(result_);
    }

  private:
    ProcessLimits limits() const { return {.seconds = options_.timeoutSeconds, .cancel = options_.cancel}; }

    void report(const std::string& what, double done) const {
        stopIfAsked(options_.cancel);
        if (progress_) {
            progress_(what, done);
        }
    }

    void add(std::string item, std::string expected, std::string found, std::optional<bool> passed) {
        result_.checks.push_back({std::move(item), std::move(expected), std::move(found), passed});
    }

    void compare(const std::string& item, std::int64_t expected, std::int64_t found) {
        add(item, fmt::format("{} (modelled)", expected), fmt::format("{} (measured)", found),
            expected == found);
    }

    void compareFit(const std::string& item, double expected, double found, const hw::FitError& stated) {
        const bool soft = !manifest_.hasDsps && item == "LUT";
        const double accepted = soft ? kRuleOfThumb : std::min(kAcceptedWorst * stated.worst, kMostAccepted);
        const double error = found > 0 ? (expected - found) / found : 0.0;
        add(item, fmt::format("{:.0f} (modelled, mean error {:.0f} %)", expected, 100.0 * stated.mean),
            fmt::format("{:.0f} (measured, model {:+.1f} %)", found, 100.0 * error),
            std::abs(error) <= accepted);
    }

    // False, with a check that says so, where the program is missing.
    bool available(const std::string& program, const std::string& item) {
        if (!findProgram(program).empty()) {
            return true;
        }
        add(item, "", program + " is not installed", std::nullopt);
        return false;
    }

    void checkFiles() {
        if (manifest_.files.empty()) {
            add("files as exported", "", "an older version wrote no hashes; export again", std::nullopt);
            return;
        }
        const auto now = fileHashes(folder_);
        std::string changed;
        for (const auto& [path, hash] : manifest_.files) {
            const auto found = now.find(path);
            if (found == now.end() || found->second != hash) {
                changed += (changed.empty() ? "" : ", ") + path;
            }
        }
        add("files as exported", fmt::format("{} files", manifest_.files.size()),
            changed.empty() ? "unchanged" : "changed: " + changed, changed.empty());
    }

    void runCpp(const fs::path& cpp) {
        const std::string item = "C++ outputs";
        if (!available("c++", item)) {
            return;
        }
        fs::create_directories(cpp / "build");
        std::vector<std::string> sources, objects;
        for (const fs::directory_entry& entry : fs::directory_iterator(cpp)) {
            if (entry.path().extension() == ".cpp" && entry.path().filename() != "golden_test.cpp") {
                sources.push_back("../" + entry.path().filename().string());
                objects.push_back(entry.path().stem().string() + ".o");
            }
        }
        ProcessResult compiled = compile(cpp, {"-c"}, sources);
        const auto link = [&](const std::string& source, const std::string& program) {
            std::vector<std::string> inputs = objects;
            inputs.insert(inputs.begin(), source);
            return compile(cpp, {"-I..", "-o", program}, inputs);
        };
        if (compiled.exitCode == 0) {
            compiled = link("../golden_test.cpp", "golden_test");
        }
        if (compiled.exitCode != 0) {
            add(item, "compiles", lastLine(compiled.output), false);
            return;
        }
        const ProcessResult ran = runProcess({"./build/golden_test", "--layers"}, cpp, limits());
        stopIfAsked(options_.cancel);
        add(item, fmt::format("{} inputs exact", manifest_.goldenInputs), lastLine(ran.output),
            ran.exitCode == 0);
        checkLayers("C++ layers", parseLayerChecksums(ran.output));
        if (fs::exists(cpp / "tools/network_profile.cpp")) {
            profileCpp(cpp, link("../tools/network_profile.cpp", "network_profile"));
        }
    }

    void profileCpp(const fs::path& cpp, const ProcessResult& built) {
        const std::string item = "C++ time";
        if (built.exitCode != 0) {
            add(item, "", "the profiler does not compile: " + lastLine(built.output), std::nullopt);
            return;
        }
        const ProcessResult ran = runProcess({"./build/network_profile"}, cpp, limits());
        stopIfAsked(options_.cancel);
        result_.profile = parseCppProfile(ran.output);
        if (!result_.profile) {
            add(item, "", "the profiler gave no times: " + lastLine(ran.output), std::nullopt);
        }
    }

    /// Compiles in the folder `build`.
    ProcessResult compile(const fs::path& cpp, const std::vector<std::string>& flags,
                          const std::vector<std::string>& inputs) const {
        std::vector<std::string> command{"c++", "-std=c++17", "-O3"};
        command.insert(command.end(), flags.begin(), flags.end());
        command.insert(command.end(), inputs.begin(), inputs.end());
        const ProcessResult result = runProcess(command, cpp / "build", limits());
        stopIfAsked(options_.cancel);
        return result;
    }

    // Where the layers' results start to differ from the golden ones.
    void checkLayers(const std::string& item, const std::vector<LayerChecksum>& found) {
        if (manifest_.layers.empty()) {
            return;
        }
        std::vector<std::vector<std::uint32_t>> golden;
        for (const ManifestLayer& layer : manifest_.layers) {
            golden.push_back(layer.checksums);
        }
        const std::optional<LayerDifference> difference = firstDifference(golden, found);
        std::string text = "every CRC-32 as promised";
        if (difference) {
            text =
                fmt::format("{} at layer {} ({}), input {}",
                            difference->missing ? "nothing was seen" : "starts to differ", difference->layer,
                            manifest_.layers[difference->layer].name, difference->input);
        }
        add(item, fmt::format("{} layers, {} inputs", golden.size(), manifest_.goldenInputs), text,
            !difference);
    }

    void simulate(const fs::path& rtl) {
        const hw::FrameCycles& promised = manifest_.hardware->timing;
        const std::int64_t cycles =
            promised.latency + promised.interval * static_cast<std::int64_t>(
                                                       std::max<std::size_t>(manifest_.goldenInputs, 1) - 1);
        if (available("verilator", "RTL outputs, Verilator")) {
            report("building the simulator with Verilator", 0.15);
            const BuiltBench bench(rtl, Simulator::Verilator, limits());
            report("simulating with Verilator", 0.4);
            compareRun(bench.run({}, limits()), "Verilator", true);
            report("simulating with random stalls", 0.45);
            compareRun(bench.run({40, 40, 7}, limits()), "Verilator, both ports stalled at random", false);
        }
        if (available("iverilog", "RTL outputs, Icarus Verilog")) {
            report("estimating how long Icarus Verilog takes", 0.5);
            const BuiltBench bench(rtl, Simulator::Icarus, limits());
            ProcessLimits most = limits();
            most.seconds = options_.icarusSeconds;
            const std::optional<double> seconds = bench.estimate(cycles, most);
            if (!seconds) {
                add("RTL outputs, Icarus Verilog", "",
                    fmt::format("it would take more than {} here", about(options_.icarusSeconds)),
                    std::nullopt);
                return;
            }
            report(fmt::format("simulating with Icarus Verilog, about {}", about(*seconds)), 0.5);
            most.seconds *= kEstimateError;
            if (const std::optional<Simulation> simulation = bench.runInTime({}, most)) {
                compareRun(*simulation, "Icarus Verilog", true);
            } else {
                add("RTL outputs, Icarus Verilog", "",
                    fmt::format("it did not end within {}", about(most.seconds)), std::nullopt);
            }
        }
    }

    void compareRun(const Simulation& simulation, const std::string& name, bool cycles) {
        const std::string item = "RTL outputs, " + name;
        add(item, fmt::format("{} inputs exact", manifest_.goldenInputs),
            simulation.exact ? fmt::format("{} beats exact", simulation.outputs)
                             : fmt::format("{} of {} beats differ; {}", simulation.wrong, simulation.outputs,
                                           simulation.firstMismatch),
            simulation.exact);
        if (!cycles) {
            return;
        }
        checkLayers("RTL layers, " + name, simulation.layers);
        const hw::FrameCycles& promised = manifest_.hardware->timing;
        compare("first output, cycle, " + name, promised.firstOutput, simulation.firstOutput);
        if (!simulation.lastOutput.empty()) {
            compare("last output of the first frame, cycle, " + name, promised.latency,
                    simulation.lastOutput.front());
        }
        if (simulation.lastOutput.size() > 1) {
            compare("interval between frames, cycles, " + name, promised.interval, simulation.interval());
        }
    }

    void synthesize(const fs::path& rtl) {
        if (!available("yosys", "synthesis")) {
            return;
        }
        if (manifest_.family == hw::DeviceFamily::Asic && !fs::exists(kStandardCells)) {
            add("synthesis", "",
                fmt::format("the standard cells '{}' are not installed (Debian: qflow-tech-osu018)",
                            kStandardCells),
                std::nullopt);
            return;
        }
        const std::optional<hw::Resources> synthesized = synthesizedInTime(rtl);
        if (!synthesized) {
            return;
        }
        const hw::Resources& found = *synthesized;
        const hw::FitErrors errors = hw::fitErrors(manifest_.family);
        for (const hw::Primitive& primitive : hw::primitivesOf(manifest_.family)) {
            const std::string item(primitive.name);
            const double modelled = primitive.of(manifest_.hardware->resources), made = primitive.of(found);
            if (primitive.fit != nullptr) {
                compareFit(item, modelled, made, errors.*primitive.fit);
            } else {
                compare(item, std::llround(modelled), std::llround(made));
            }
        }
        if (manifest_.family == hw::DeviceFamily::Ice40) {
            report("placing and routing with nextpnr", 0.8);
            placeAndRoute(rtl);
        }
    }

    /// What Yosys counts; none, with a check that says so, where that takes too long.
    std::optional<hw::Resources> synthesizedInTime(const fs::path& rtl) {
        const double seconds = sizeOf(manifest_.hardware->resources) / kYosysRate;
        if (seconds > kEstimateError * options_.synthesisSeconds) {
            add("synthesis", "",
                fmt::format("Yosys would take about {} here, {} are allowed", about(seconds),
                            about(options_.synthesisSeconds)),
                std::nullopt);
            return std::nullopt;
        }
        report(fmt::format("synthesizing with Yosys for {}, about {}", hw::toString(manifest_.family),
                           about(seconds)),
               0.6);
        ProcessLimits most = limits();
        most.seconds = options_.synthesisSeconds;
        std::optional<hw::Resources> used = synthesizeInTime(rtl, manifest_.family, most);
        if (!used) {
            add("synthesis", "", fmt::format("Yosys did not end within {}", about(options_.synthesisSeconds)),
                std::nullopt);
        }
        return used;
    }

    // What synthesis left behind, on the device. Only this measures a clock.
    void placeAndRoute(const fs::path& rtl) {
        const std::string fits = "fits, placed and routed", clock = "clock, MHz";
        const std::optional<Ice40Part> part = ice40Part(manifest_.part);
        if (!part) {
            add(fits, "", fmt::format("'{}' is no part that nextpnr-ice40 knows", manifest_.part),
                std::nullopt);
            return;
        }
        if (!available("nextpnr-ice40", fits)) {
            return;
        }
        const PlacedDesign placed = codegen::placeAndRoute(rtl, *part, manifest_.clockMhz, limits());
        std::string found =
            fmt::format("{} of {} logic cells, one for each bit of the ports among them (measured)",
                        placed.logicCells, placed.available);
        if (!placed.fits) {
            found += "; " + placed.problem;
        }
        add(fits, fmt::format("{:.0f} LUT (modelled)", manifest_.hardware->resources.lut), found,
            placed.fits);
        const std::string planned = fmt::format("{:g} (planned)", manifest_.clockMhz);
        if (placed.mhz) {
            add(clock, planned, fmt::format("{:.2f} (measured)", *placed.mhz),
                *placed.mhz >= manifest_.clockMhz);
        } else {
            add(clock, planned, "nothing was routed", std::nullopt);
        }
    }

    fs::path folder_;
    VerifyOptions options_;
    Progress progress_;
    Manifest manifest_;
    Verification result_;
};

// Leaves the result beside the export and in its report.
void record(const Verification& verification, const fs::path& folder) {
    std::ofstream(folder / "verification.json") << toJson(verification).dump(2) << '\n';
    if (fs::exists(folder / "report.html")) {
        std::vector<ReportCheck> rows;
        for (const Check& check : verification.checks) {
            rows.push_back({check.item, check.expected, check.found, check.passed});
        }
        ReportSpeed speed;
        if (verification.profile) {
            speed.where = fmt::format("{} kernels, one thread, medians, on {}", verification.profile->kernels,
                                      processorName());
            for (const CppLayerTime& layer : verification.profile->layers) {
                speed.layers.push_back({layer.name, layer.operations, layer.microseconds, layer.ofPeak});
            }
        }
        putChecksIntoReport(rows, speed, folder / "report.html");
    }
}

} // namespace

bool Verification::passed() const {
    bool ran = false;
    for (const Check& check : checks) {
        if (check.passed && !*check.passed) {
            return false;
        }
        ran = ran || (check.passed && check.item.find("outputs") != std::string::npos);
    }
    return ran;
}

Verification verify(const fs::path& folder, const VerifyOptions& options, const Progress& progress) {
    Verification verification = Verifier(folder, options, progress).run();
    record(verification, folder);
    return verification;
}

nlohmann::ordered_json toJson(const Verification& verification) {
    nlohmann::ordered_json json{{"passed", verification.passed()},
                                {"checks", nlohmann::ordered_json::array()}};
    for (const Check& check : verification.checks) {
        nlohmann::ordered_json row{
            {"item", check.item}, {"expected", check.expected}, {"found", check.found}};
        row["result"] = !check.passed ? "not run" : *check.passed ? "passed" : "failed";
        json["checks"].push_back(std::move(row));
    }
    if (verification.profile) {
        nlohmann::ordered_json layers = nlohmann::ordered_json::array();
        for (const CppLayerTime& layer : verification.profile->layers) {
            layers.push_back({{"name", layer.name},
                              {"operations", layer.operations},
                              {"microseconds", layer.microseconds}});
            if (layer.ofPeak) {
                layers.back()["percent_of_peak"] = *layer.ofPeak;
            }
        }
        json["cpp_profile"] = {{"source", "measured"},
                               {"processor", processorName()},
                               {"kernels", verification.profile->kernels},
                               {"layers", std::move(layers)}};
    }
    return json;
}

} // namespace tandem::codegen

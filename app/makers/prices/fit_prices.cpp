// SPDX-License-Identifier: GPL-3.0-or-later
// Fits what the amounts of hardware in the generated RTL cost in each family (core/hw/device/prices.cpp) to
// the tables of measured sample designs in this folder, and says how far the result is off on the designs
// that it leaves out.
#include "app/makers/prices/expected_prices.h"
#include "app/makers/prices/nonnegative_least_squares.h"
#include "core/base/error.h"
#include "core/codegen/package/synthesis_scripts.h"
#include "core/codegen/rtl/rtl.h"
#include "core/codegen/rtl/sample_design.h"
#include "core/codegen/text_files.h"
#include "core/codegen/verify/measured_design.h"
#include "core/hw/workload/workload_of.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace {

using namespace tandem;
using hw::kCostTerms;

/// Weight of what is expected against what is measured: of a rule of thumb, and of what is counted.
constexpr double kTrust = 5e-3, kCountedTrust = 5;
/// Square micrometres of a LUT's logic and of a flip-flop in standard cells, about.
constexpr double kLutUm2 = 150, kFfUm2 = 110;

/// A measured design and what it has of everything.
struct Sample {
    codegen::MeasuredDesign measured;
    hw::CostTerms terms{};
};

struct Error {
    double mean = 0, worst = 0;
    int designs = 0;
};

/// Prices of one figure in one family.
struct Fit {
    std::vector<double> prices;
    Error error; ///< on the designs left out
};

/// A design's layers, one a line.
std::string describe(std::uint64_t seed) {
    const codegen::SampleDesign design = codegen::sampleDesign(seed);
    const hw::Workload workload = hw::workloadOf(design.network);
    std::string text;
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        const hw::Layer& layer = workload.layers[l];
        const hw::Folding& folding = design.parameters.foldings[l];
        text += fmt::format("        {}: {}x{}x{} to {}x{}x{}, kernel {}x{}, stride {}, pad {}, bits {} {} "
                            "{} {} to {}, sum {}, "
                            "multiplier {}, shift {}+{}, pe {}, simd {}, {}, weights {}\n",
                            hw::kindName(layer.kind), layer.inputChannels, layer.inputHeight,
                            layer.inputWidth, layer.outputChannels, layer.outputHeight, layer.outputWidth,
                            layer.kernelHeight, layer.kernelWidth, layer.strideHeight, layer.padTop,
                            layer.inputSigned ? "signed" : "unsigned", layer.inputBits, layer.weightBits,
                            layer.secondBits, layer.outputBits, layer.accumulatorBits, layer.multiplierBits,
                            layer.shift, layer.shiftBits, folding.pe, folding.simd,
                            hw::toString(folding.multiplier), static_cast<int>(folding.weights));
    }
    return text;
}

/// What each amount of a design comes to, the number of its term first.
std::string contributions(const Sample& sample, const std::vector<double>& prices) {
    std::string text = "        ";
    for (std::size_t t = 0; t < kCostTerms; ++t) {
        if (const double part = sample.terms[t] * prices[t]; part >= 1) {
            text += fmt::format("{}: {:.0f}*{:.2f} ", t, sample.terms[t], prices[t]);
        }
    }
    return text + "\n";
}

using Figure = double (*)(const codegen::MeasuredDesign&);

double predicted(const Sample& sample, const std::vector<double>& prices) {
    double sum = 0;
    for (std::size_t t = 0; t < kCostTerms; ++t) {
        sum += sample.terms[t] * prices[t];
    }
    return sum;
}

/// What amounts should cost, and how far that is trusted.
struct ExpectedFigure {
    std::vector<double> prices, trust;
};
/// The same in a family.
struct Expected {
    ExpectedFigure size, ff;
};

Expected expectedIn(hw::DeviceFamily family) {
    const bool asic = family == hw::DeviceFamily::Asic;
    const bool dspRegisters =
        family == hw::DeviceFamily::Xilinx7 || family == hw::DeviceFamily::UltraScalePlus;
    Expected expected;
    for (const fit::ExpectedPrice& price : fit::kExpectedPrices) {
        expected.size.prices.push_back(asic ? price.lut * kLutUm2 + price.ff * kFfUm2 : price.lut);
        expected.size.trust.push_back(price.sureLut && !asic ? kCountedTrust : kTrust);
        expected.ff.prices.push_back(dspRegisters ? price.dspFf : price.ff);
        expected.ff.trust.push_back(price.sureFf ? kCountedTrust : kTrust);
    }
    return expected;
}

Fit fitFigure(const std::vector<Sample>& samples, Figure figure, const ExpectedFigure& expected,
              const std::string& name, bool verbose) {
    std::vector<std::vector<double>> rows;
    for (const Sample& sample : samples) {
        if (!codegen::leftOut(sample.measured)) {
            std::vector<double>& row = rows.emplace_back(sample.terms.begin(), sample.terms.end());
            for (double& amount : row) {
                amount /= figure(sample.measured);
            }
        }
    }
    Fit made{fit::nonnegativeLeastSquares(rows, std::vector<double>(rows.size(), 1.0), expected.prices,
                                          expected.trust),
             {}};
    std::vector<std::pair<double, const Sample*>> errors;
    for (const Sample& sample : samples) {
        const double error = predicted(sample, made.prices) / figure(sample.measured) - 1;
        errors.emplace_back(error, &sample);
        if (codegen::leftOut(sample.measured)) {
            made.error.mean += std::abs(error);
            made.error.worst = std::max(made.error.worst, std::abs(error));
            ++made.error.designs;
        }
    }
    made.error.mean /= std::max(1, made.error.designs);
    double fitted = 0;
    for (const auto& [error, sample] : errors) {
        fitted += codegen::leftOut(sample->measured) ? 0 : std::abs(error) / static_cast<double>(rows.size());
    }
    std::cout << fmt::format(
        "{}: {} designs fitted, mean error {:.1f} %; {} left out, mean {:.1f} %, worst {:.1f} %\n", name,
        rows.size(), 100 * fitted, made.error.designs, 100 * made.error.mean, 100 * made.error.worst);
    if (verbose) {
        std::ranges::sort(errors,
                          [](const auto& a, const auto& b) { return std::abs(a.first) > std::abs(b.first); });
        for (std::size_t i = 0; i < std::min<std::size_t>(errors.size(), 12); ++i) {
            std::cout << fmt::format("    {} {}: {:+.1f} % of {}\n", errors[i].second->measured.kind,
                                     errors[i].second->measured.seed, 100 * errors[i].first,
                                     figure(errors[i].second->measured))
                      << describe(errors[i].second->measured.seed)
                      << contributions(*errors[i].second, made.prices);
        }
    }
    return made;
}

hw::CostTerms termsOf(const codegen::MeasuredDesign& measured, const hw::Technology& technology) {
    const quant::IntegerNetwork network = codegen::sampleDesign(measured.seed).network;
    const hw::AnyAccelerator built =
        codegen::settled(network, *codegen::sampleAccelerator(measured.kind, measured.seed));
    return built->costTerms(hw::workloadOf(network), technology);
}

std::vector<Sample> samplesOf(hw::DeviceFamily family, const std::filesystem::path& folder) {
    const hw::Technology& technology = hw::technologyOf(family);
    std::vector<Sample> samples;
    for (const codegen::MeasuredDesign& measured :
         codegen::readMeasured(folder / (codegen::familyScript(family) + ".txt"))) {
        samples.push_back({measured, termsOf(measured, technology)});
    }
    return samples;
}

/// Says which modelled counts of DSPs and memories are not the measured ones.
void compareCounts(hw::DeviceFamily family, const std::vector<Sample>& samples) {
    int wrong = 0;
    for (const Sample& sample : samples) {
        const hw::Resources& found = sample.measured.used;
        const hw::Resources modelled = codegen::modelled(sample.measured, family);
        const auto counts = [](const hw::Resources& used) {
            return std::array<std::int64_t, 7>{used.dsp,   used.ramb36,   used.ramb18, used.ram16k,
                                               used.ram4k, used.sramBits, used.romBits};
        };
        if (counts(found) != counts(modelled)) {
            ++wrong;
            if (wrong <= 8) {
                std::cout << fmt::format("    seed {}: modelled {} measured {}\n", sample.measured.seed,
                                         fmt::join(counts(modelled), " "), fmt::join(counts(found), " "))
                          << describe(sample.measured.seed);
            }
        }
    }
    std::cout << fmt::format("  DSPs and memories: {} of {} designs differ\n", wrong, samples.size());
}

std::string priceTable(const std::string& name, const Fit& size, const Fit& ff) {
    std::string text = fmt::format("constexpr PriceList {}{{{{\n", name);
    for (std::size_t t = 0; t < kCostTerms; ++t) {
        text += fmt::format("    {{{:.4g}, {:.4g}}},\n", size.prices[t], ff.prices[t]);
    }
    return text + "}};\n";
}

std::string errorText(const Error& error) {
    return fmt::format("{{{:.4f}, {:.4f}, {}}}", error.mean, error.worst, error.designs);
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Fits prices of LUTs, flip-flops and cells to measured sample designs");
    std::filesystem::path folder = "resources/fit", output = "core/hw/device/prices.cpp";
    bool verbose = false;
    app.add_option("--tables", folder, "Folder of the tables that measure_designs wrote");
    app.add_option("--output", output, "The C++ file to write");
    app.add_flag("--verbose", verbose, "Name the designs that are furthest off");
    CLI11_PARSE(app, argc, argv);
    try {
        std::string tables, cases, errors;
        for (const auto& [family, name] : codegen::kMeasuredFamilies) {
            const std::vector<Sample> samples = samplesOf(family, folder);
            const bool asic = family == hw::DeviceFamily::Asic;
            const Expected expected = expectedIn(family);
            std::cout << codegen::familyScript(family) << '\n';
            const Fit size = fitFigure(
                samples,
                asic ? Figure{[](const codegen::MeasuredDesign& design) { return design.used.cellsUm2; }}
                     : Figure{[](const codegen::MeasuredDesign& design) { return design.used.lut; }},
                expected.size, asic ? "  area" : "  LUT", verbose);
            const Fit ff = fitFigure(
                samples, [](const codegen::MeasuredDesign& design) { return design.used.ff; }, expected.ff,
                "  FF", verbose);
            compareCounts(family, samples);
            tables += priceTable(fmt::format("k{}", name), size, ff) + "\n";
            cases += fmt::format("    case DeviceFamily::{0}:\n        return k{0};\n", name);
            errors += fmt::format("    case DeviceFamily::{}:\n        return {{{}, {}}};\n", name,
                                  errorText(size.error), errorText(ff.error));
        }
        codegen::writeText(output, fmt::format(R"(// SPDX-License-Identifier: GPL-3.0-or-later
// Written by app/makers/prices/refit from the tables in resources/fit: do not edit.
#include "core/hw/device/prices.h"

namespace tandem::hw {{

namespace {{

// clang-format off
{}// clang-format on

}} // namespace

const PriceList& pricesOf(DeviceFamily family) {{
    switch (family) {{
{}    }}
    return kXilinx7;
}}

FitErrors fitErrors(DeviceFamily family) {{
    switch (family) {{
{}    }}
    return {{}};
}}

}} // namespace tandem::hw
)",
                                               tables, cases, errors));
    } catch (const tandem::Error& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}

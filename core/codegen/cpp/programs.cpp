// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/cpp/texts.h"
#include "core/codegen/text_files.h"
#include "core/quant/arithmetic/executor.h"

namespace tandem::codegen {

namespace {

std::string goldenArray(const std::string& type, const std::string& name,
                        std::span<const std::vector<std::int32_t>> vectors) {
    std::string text =
        fmt::format("\nconst {} {}[{}][{}] = {{\n", type, name, vectors.size(), vectors[0].size());
    for (const std::vector<std::int32_t>& vector : vectors) {
        text += "    {";
        for (std::size_t i = 0; i < vector.size(); ++i) {
            text += fmt::format("{}{}", i == 0 ? "" : i % 24 == 0 ? ",\n     " : ", ", vector[i]);
        }
        text += "},\n";
    }
    return text + "};\n";
}

constexpr std::string_view kGoldenIncludes = R"(#include "network.h"

#include <cstdio>
#include <cstring>

// Cortex-M has none unless the board's software provides it.
#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
#define WITHOUT_CLOCK
#else
#include <chrono>
#endif

)";

constexpr std::string_view kGoldenMain = R"(
Workspace workspace;
OutputElement output[kOutputSize];
int vectorNumber = 0;

double secondsNow() {
#ifdef WITHOUT_CLOCK
    return 0.0;
#else
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
#endif
}

/// Prints the CRC-32 of a layer's elements in the order row, column, channel, one byte each.
void printChecksum(const LayerResult& result) {
    const unsigned mask = (1U << result.bits) - 1U;
    std::uint32_t crc = 0xffffffffU;
    for (int row = 0; row < result.height; ++row) {
        for (int column = 0; column < result.width; ++column) {
            const std::uint8_t* pixel = result.elements + row * result.rowStride + column * result.pixelStride;
            for (int channel = 0; channel < result.channels; ++channel) {
                crc ^= static_cast<unsigned>(pixel[channel] + result.lowest) & mask;
                for (int bit = 0; bit < 8; ++bit) {
                    crc = (crc & 1U) != 0U ? (crc >> 1U) ^ 0xedb88320U : crc >> 1U;
                }
            }
        }
    }
    std::printf("tandem: layer %d frame %d crc %08x\n", result.layer, vectorNumber, static_cast<unsigned>(~crc));
}

bool isExact(int vector) {
    for (int i = 0; i < kOutputSize; ++i) {
        if (output[i] != kOutputs[vector][i]) {
            std::printf("vector %d, element %d: %d, expected %d\n", vector, i, static_cast<int>(output[i]),
                        static_cast<int>(kOutputs[vector][i]));
            return false;
        }
    }
    return true;
}

/// Runs all vectors and prints how many are exact.
bool test(const tandem_kernels::Kernels& kernels, bool layers) {
    Options options;
    options.kernels = &kernels;
    int exact = 0;
    double seconds = 0.0;
    for (int vector = 0; vector < kVectors; ++vector) {
        const double start = secondsNow();
        run(kInputs[vector], output, workspace, options);
        seconds += secondsNow() - start;
        exact += isExact(vector) ? 1 : 0;
        if (layers) {
            vectorNumber = vector;
            Options observed = options;
            observed.observe = printChecksum;
            run(kInputs[vector], output, workspace, observed);
        }
    }
    std::printf("%d of %d vectors exact", exact, kVectors);
    if (seconds > 0.0) {
        std::printf(", %.3f ms each", seconds / kVectors * 1000.0);
    }
    std::printf(" (%s)\n", kernels.name);
    return exact == kVectors;
}

} // namespace

// With --layers it also prints what every layer gives, with --kernels it tests all kernels that can run here.
int main(int argc, char** argv) {
    const bool layers = argc > 1 && std::strcmp(argv[1], "--layers") == 0;
    const bool every = argc > 1 && std::strcmp(argv[1], "--kernels") == 0;
    const tandem_kernels::Kernels* paths[8];
    const int count = tandem_kernels::availableKernels(paths, every ? 8 : 1);
    bool exact = true;
    for (int i = 0; i < count; ++i) {
        exact = test(*paths[i], layers) && exact;
    }
    return exact ? 0 : 1;
}
)";

constexpr std::string_view kProfilerMain = R"(
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

Workspace workspace;

double secondsOf(int layer, const Options& options) {
    const auto start = std::chrono::steady_clock::now();
    runLayer(layer, workspace, options);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Operations a second that the processor can do at most, or 0 where that is not known.
double peakOf(const tandem_kernels::Kernels& kernels) {
    if (kernels.dotProducts == nullptr) {
        return 0.0;
    }
    double best = 0.0;
    for (int i = 0; i < 20; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const double operations = kernels.dotProducts(20000);
        best = std::max(best, operations / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

void printLine(const char* name, double operations, double seconds, double peak) {
    std::printf("%-40s %12.0f %10.2f %10.2f", name, operations, seconds * 1e6, operations / seconds * 1e-9);
    if (peak > 0.0) {
        std::printf(" %6.1f %%", operations / seconds / peak * 100.0);
    }
    std::printf("\n");
}

double median(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

} // namespace

// usage: network_profile [repetitions] [kernels]    Medians of single layers and of whole inferences, one thread.
int main(int argc, char** argv) {
    const int repetitions = std::max(argc > 1 ? std::atoi(argv[1]) : 200, 1);
    const tandem_kernels::Kernels* paths[8];
    const int count = tandem_kernels::availableKernels(paths, 8);
    Options options;
    options.kernels = paths[0];
    for (int i = 0; argc > 2 && i < count; ++i) {
        if (std::strcmp(paths[i]->name, argv[2]) == 0) {
            options.kernels = paths[i];
        }
    }
    if (argc > 2 && std::strcmp(options.kernels->name, argv[2]) != 0) {
        std::fprintf(stderr, "network_profile: no kernels '%s' here; there are", argv[2]);
        for (int i = 0; i < count; ++i) {
            std::fprintf(stderr, "%s '%s'", i == 0 ? "" : ",", paths[i]->name);
        }
        std::fprintf(stderr, "\n");
        return 2;
    }
    static InputElement input[kInputSize];
    static OutputElement output[kOutputSize];
    for (int i = 0; i < kInputSize; ++i) {
        input[i] = static_cast<InputElement>(kInputLowest + i * 37 % (kInputHighest - kInputLowest + 1));
    }
    std::vector<std::vector<double>> layers(kLayerCount);
    std::vector<double> whole;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        const auto start = std::chrono::steady_clock::now();
        run(input, output, workspace, options);
        whole.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        for (int layer = 0; layer < kLayerCount; ++layer) {
            layers[static_cast<std::size_t>(layer)].push_back(secondsOf(layer, options));
        }
    }
    const double peak = peakOf(*options.kernels);
    std::printf("kernels: %s\npeak: %.2f Gop/s in registers alone\n%-40s %12s %10s %10s %8s\n", options.kernels->name,
                peak * 1e-9, "layer", "operations", "us", "Gop/s", "of peak");
    double operations = 0.0;
    for (int layer = 0; layer < kLayerCount; ++layer) {
        const LayerInfo info = layerInfo(layer);
        operations += info.operations;
        printLine(info.name, info.operations, median(layers[static_cast<std::size_t>(layer)]), peak);
    }
    printLine("network", operations, median(whole), peak);
    return 0;
}
)";

} // namespace

std::string cppGoldenTest(const CppProgram& program, std::span<const std::vector<std::int32_t>> inputs) {
    std::vector<std::vector<std::int32_t>> outputs;
    const quant::Executor executor(program.network);
    for (const std::vector<std::int32_t>& input : inputs) {
        outputs.push_back(executor.output(input));
    }
    std::string text = program.banner("Runs the network on golden vectors: every output must be exact.");
    text += std::string(kGoldenIncludes) + "namespace {\n\nusing namespace " + program.name() + ";\n" +
            fmt::format("\nconstexpr int kVectors = {};\n", inputs.size());
    text += goldenArray("InputElement", "kInputs", inputs);
    text += goldenArray("OutputElement", "kOutputs", outputs);
    return text + std::string(kGoldenMain);
}

std::string cppProfiler(const CppProgram& program) {
    return program.banner("Times every layer.") + "#include \"network.h\"\n" +
           std::string(kProfilerMain)
               .insert(kProfilerMain.find("namespace {"), "using namespace " + program.name() + ";\n\n");
}

} // namespace tandem::codegen

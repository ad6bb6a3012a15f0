// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/cpp/cpp.h"

#include "core/base/error.h"
#include "core/codegen/cpp/layers.h"
#include "core/codegen/text_files.h"
#include "core/quant/arithmetic/executor.h"

namespace tandem::codegen {

namespace {

const quant::IntegerTensor& tensorOf(const quant::IntegerNetwork& network, int tensor) {
    return network.tensors.at(static_cast<std::size_t>(tensor));
}

int widestRow(const quant::IntegerNetwork& network) {
    int width = 1;
    for (const quant::IntegerLayer& layer : network.layers) {
        width = std::max(width, tensorOf(network, layer.output).shape.width);
    }
    return width;
}

std::string hostText(const nn::Graph& part) {
    std::string text;
    for (const nn::Node& node : part.nodes) {
        text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", commentText(node.name),
                            commentText(node.sourceOperator));
    }
    return text.empty() ? "nothing" : text;
}

std::string side(const quant::IntegerTensor& tensor, const std::string& name, const std::string& title) {
    return fmt::format(R"(/// {2}: {0}, elements ordered channel, row, column, {3} bits in one byte each.
using {1}Element = {4};
constexpr int k{1}Size = {5};
constexpr double k{1}Scale = {6:.17g};
constexpr int k{1}ZeroPoint = {7};

)",
                       cppSize(tensor.shape), name, title, tensor.format.bits, cppElementType(tensor),
                       tensor.shape.count(), tensor.format.scale, tensor.format.zeroPoint);
}

std::string headerText(const quant::IntegerNetwork& network) {
    const quant::IntegerTensor& in = tensorOf(network, network.input());
    const quant::IntegerTensor& out = tensorOf(network, network.output());
    std::string text = cppBanner(network, "Integer inference: the interface.");
    text += "#pragma once\n\n#include <algorithm>\n#include <cmath>\n#include <cstdint>\n\n";
    text += fmt::format("namespace {} {{\n\n", cppNamespace(network));
    text += side(in, "Input", "The input");
    text += side(out, "Output", "The output");
    text += fmt::format(
        R"(/// Memory for one inference; threads that run at the same time each need their own.
struct Workspace {{
    std::uint8_t bytes[{0}];
    std::int32_t sums[{1}];
}};

/// What a layer has computed: elements of `bits` bits, one byte each, in the order channel, row, column.
struct LayerResult {{
    int layer;
    const void* elements;
    struct {{
        int channels, height, width;
    }} shape;
    int bits;
}};
/// Called after every layer, to compare executions layer by layer.
using LayerObserver = void (*)(const LayerResult&);

/// The network. Left to the host in front: {2}; behind: {3}.
void run(const InputElement* input, OutputElement* output, Workspace& workspace,
         LayerObserver observe = nullptr);

/// A real number as an input element: half up, limited to the {4} bits of the input.
inline InputElement quantize(double real) {{
    const double integer = std::floor(real / kInputScale + 0.5) + kInputZeroPoint;
    return static_cast<InputElement>(std::min(std::max(integer, {5:.1f}), {6:.1f}));
}}

/// The real number that an output element stands for.
inline double dequantize(OutputElement element) {{
    return kOutputScale * (element - kOutputZeroPoint);
}}

}} // namespace {7}
)",
        std::max<std::int64_t>(planWorkspace(network).bytes, 1), widestRow(network), hostText(network.before),
        hostText(network.after), in.format.bits, static_cast<double>(in.format.low()),
        static_cast<double>(in.format.high()), cppNamespace(network));
    return text;
}

std::string sourceText(const quant::IntegerNetwork& network) {
    std::string text = cppBanner(network, "Integer inference, layer by layer.");
    text += "#include \"network.h\"\n\n#include \"tandem_kernels.h\"\n#include \"weights.h\"\n\n";
    text += fmt::format("namespace {} {{\n\n", cppNamespace(network));
    const std::string calls = cppCalls(network);
    if (calls.find("at<") != std::string::npos) {
        text += "namespace {\n\n/// A feature map in the workspace.\ntemplate <typename Element>\n"
                "Element* at(Workspace& workspace, int offset) {\n"
                "    return reinterpret_cast<Element*>(workspace.bytes + offset);\n}\n\n} // namespace\n\n";
    }
    text += "void run(const InputElement* input, OutputElement* output, Workspace& workspace,\n"
            "         LayerObserver observe) {\n"
            "    static_cast<void>(workspace); // one layer alone may need none of it\n";
    text += calls + fmt::format("}}\n\n}} // namespace {}\n", cppNamespace(network));
    return text;
}

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

std::string testText(const quant::IntegerNetwork& network,
                     std::span<const std::vector<std::int32_t>> inputs) {
    std::vector<std::vector<std::int32_t>> outputs;
    const quant::Executor executor(network);
    for (const std::vector<std::int32_t>& input : inputs) {
        outputs.push_back(executor.output(input));
    }
    std::string text = cppBanner(network, "Runs the network on golden vectors: every output must be exact.");
    text += "#include \"network.h\"\n\n#include <chrono>\n#include <cstdio>\n#include <cstring>\n\nnamespace "
            "{\n\n"
            "using namespace " +
            cppNamespace(network) + ";\n" + fmt::format("\nconstexpr int kVectors = {};\n", inputs.size());
    text += goldenArray("InputElement", "kInputs", inputs);
    text += goldenArray("OutputElement", "kOutputs", outputs);
    text += R"(
Workspace workspace;
int vectorNumber = 0;

/// Prints the CRC-32 of a layer's elements in the order row, column, channel, one byte each.
void printChecksum(const LayerResult& result) {
    const auto* elements = static_cast<const unsigned char*>(result.elements);
    const int pixels = result.shape.height * result.shape.width;
    std::uint32_t crc = 0xffffffffU;
    for (int pixel = 0; pixel < pixels; ++pixel) {
        for (int channel = 0; channel < result.shape.channels; ++channel) {
            crc ^= elements[channel * pixels + pixel] & ((1U << result.bits) - 1U);
            for (int bit = 0; bit < 8; ++bit) {
                crc = (crc & 1U) != 0U ? (crc >> 1U) ^ 0xedb88320U : crc >> 1U;
            }
        }
    }
    std::printf("tandem: layer %d frame %d crc %08x\n", result.layer, vectorNumber, static_cast<unsigned>(~crc));
}

} // namespace

// With --layers it also prints what every layer gives.
int main(int argc, char** argv) {
    const bool layers = argc > 1 && std::strcmp(argv[1], "--layers") == 0;
    int exact = 0;
    double seconds = 0.0;
    for (int vector = 0; vector < kVectors; ++vector) {
        OutputElement output[kOutputSize];
        const auto start = std::chrono::steady_clock::now();
        run(kInputs[vector], output, workspace);
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (layers) {
            OutputElement again[kOutputSize];
            vectorNumber = vector;
            run(kInputs[vector], again, workspace, printChecksum);
        }
        int wrong = 0;
        for (int i = 0; i < kOutputSize; ++i) {
            if (output[i] != kOutputs[vector][i]) {
                if (wrong++ == 0) {
                    std::printf("vector %d, element %d: %d, expected %d\n", vector, i, static_cast<int>(output[i]),
                                static_cast<int>(kOutputs[vector][i]));
                }
            }
        }
        exact += wrong == 0 ? 1 : 0;
    }
    std::printf("%d of %d vectors exact, %.3f ms each\n", exact, kVectors, seconds / kVectors * 1000.0);
    return exact == kVectors ? 0 : 1;
}
)";
    return text;
}

std::string cmakeText(const quant::IntegerNetwork& network) {
    const std::string name = cppNamespace(network);
    return fmt::format(R"(# Generated by Tandem. This file belongs to you: use it under any terms you like.
cmake_minimum_required(VERSION 3.10)
project({0} LANGUAGES CXX)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)

add_library({0} network.cpp weights.cpp)
target_include_directories({0} PUBLIC ${{CMAKE_CURRENT_SOURCE_DIR}})

enable_testing()
add_executable({0}_golden golden_test.cpp)
target_link_libraries({0}_golden PRIVATE {0})
add_test(NAME golden COMMAND {0}_golden)
)",
                       name);
}

std::string readmeText(const quant::IntegerNetwork& network) {
    const quant::IntegerTensor& in = tensorOf(network, network.input());
    const quant::IntegerTensor& out = tensorOf(network, network.output());
    std::string text = fmt::format(
        R"(# {0}: integer inference in C++17

Generated by Tandem. Everything in this folder belongs to you.

    cmake -S . -B build && cmake --build build && ctest --test-dir build

or without CMake: `c++ -std=c++17 -O2 network.cpp weights.cpp golden_test.cpp && ./a.out`

`network.h` is the interface: fill {1} input elements (`quantize()` makes them of real numbers), call `run()`, read
{2} output elements (`dequantize()`). No heap, no floating point inside `run()`, {3} bytes of workspace.

* Input: {4}, channel, row, column; {5} bits, {6}; scale {7:.9g}, zero point {8}.
* Output: {9}; {10} bits, {11}; scale {12:.9g}, zero point {13}.
* Left to the host in front: {14}. Behind: {15}.

## Layers

)",
        cppNamespace(network), in.shape.count(), out.shape.count(), planWorkspace(network).bytes,
        cppSize(in.shape), in.format.bits, in.format.isSigned ? "signed" : "unsigned", in.format.scale,
        in.format.zeroPoint, cppSize(out.shape), out.format.bits, out.format.isSigned ? "signed" : "unsigned",
        out.format.scale, out.format.zeroPoint, hostText(network.before), hostText(network.after));
    for (const quant::IntegerLayer& layer : network.layers) {
        text += "* " + commentText(describeLayer(network, layer)) + "\n";
    }
    return text;
}

} // namespace

std::string cppNamespace(const quant::IntegerNetwork& network) {
    return "net_" + identifier(network.name);
}

std::string cppBanner(const quant::IntegerNetwork& network, const std::string& what) {
    return fmt::format(
        "// {}: {}\n// Generated by Tandem. This file belongs to you: use it under any terms you "
        "like.\n",
        commentText(network.name), what);
}

void writeCpp(const quant::IntegerNetwork& network, std::span<const std::vector<std::int32_t>> inputs,
              const std::filesystem::path& library, const std::filesystem::path& folder) {
    if (inputs.empty()) {
        throw inputError("network '{}': no inputs were given for the golden vectors", network.name);
    }
    quant::check(network);
    writeText(folder / "network.h", headerText(network));
    writeText(folder / "network.cpp", sourceText(network));
    writeText(folder / "weights.h", cppWeightsHeader(network));
    writeText(folder / "weights.cpp", cppWeightsSource(network));
    writeText(folder / "tandem_kernels.h", readText(library / "tandem_kernels.h"));
    writeText(folder / "golden_test.cpp", testText(network, inputs));
    writeText(folder / "CMakeLists.txt", cmakeText(network));
    writeText(folder / "README.md", readmeText(network));
}

} // namespace tandem::codegen

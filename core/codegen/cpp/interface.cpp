// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/cpp/texts.h"
#include "core/codegen/text_files.h"

namespace tandem::codegen {

namespace {

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

std::string side(const quant::IntegerTensor& tensor, const std::string& name, const std::string& title) {
    return fmt::format(R"(/// {2}: {0}, elements ordered channel, row, column, {3} bits in one byte each.
using {1}Element = {4};
constexpr int k{1}Size = {5};
constexpr double k{1}Scale = {6:.17g};
constexpr int k{1}ZeroPoint = {7};
constexpr int k{1}Lowest = {8}, k{1}Highest = {9};

)",
                       cppSize(tensor.shape), name, title, tensor.format.bits, cppElementType(tensor),
                       tensor.shape.count(), tensor.format.scale, tensor.format.zeroPoint,
                       tensor.format.low(), tensor.format.high());
}

constexpr std::string_view kHeaderBody =
    R"(/// Threads that may compute one inference together: as many have scratch memory in a workspace.
#ifndef TANDEM_THREADS
#define TANDEM_THREADS 1
#endif
constexpr int kMostThreads = TANDEM_THREADS;

/// Memory for one inference; inferences that run at the same time each need their own.
struct Workspace {{
    alignas(64) std::uint8_t maps[{0}];
    alignas(64) std::uint8_t scratch[kMostThreads][tandem_kernels::scratchSize({1})];
}};

/// What a layer has computed: channels side by side in a pixel, pixels and rows `pixelStride` and `rowStride`
/// bytes apart; every byte is an integer of `bits` bits less `lowest`.
struct LayerResult {{
    int layer;
    const std::uint8_t* elements;
    int channels, height, width;
    int pixelStride, rowStride;
    int bits, lowest;
}};
/// Called after every layer, to compare executions layer by layer.
using LayerObserver = void (*)(const LayerResult&);

/// Calls task(context, 0) .. task(context, count - 1), on the threads of `pool`, and returns when all have ended.
using ParallelFor = void (*)(void* pool, int count, void (*task)(void* context, int index), void* context);

/// What one may choose for a run; nothing need be chosen.
struct Options {{
    LayerObserver observe = nullptr;
    ParallelFor parallelFor = nullptr;                  ///< together with `threads`
    void* pool = nullptr;                               ///< handed to it
    int threads = 1;                                    ///< at most kMostThreads
    const tandem_kernels::Kernels* kernels = nullptr;   ///< instead of the best that the processor can run
}};

/// The network. Left to the host in front: {2}; behind: {3}.
void run(const InputElement* input, OutputElement* output, Workspace& workspace, const Options& options = {{}});

/// `count` inferences, one after the other in memory.
void runBatch(const InputElement* inputs, OutputElement* outputs, int count, Workspace& workspace,
              const Options& options = {{}});

/// Real numbers as input elements: half up, limited to the {4} bits of the input.
void quantize(const float* reals, InputElement* elements, int count = kInputSize);
InputElement quantize(double real);

/// The real numbers that output elements stand for.
void dequantize(const OutputElement* elements, float* reals, int count = kOutputSize);
double dequantize(OutputElement element);

/// The layers by name, and how many operations each takes (a multiplication and an addition are two).
struct LayerInfo {{
    const char* name;
    double operations;
}};
constexpr int kLayerCount = {5};
LayerInfo layerInfo(int layer);

/// Runs one layer on what the workspace holds: for measurements.
void runLayer(int layer, Workspace& workspace, const Options& options = {{}});

}} // namespace {6}
)";

constexpr std::string_view kSourceBody = R"(
tandem_kernels::Map resultOf(std::uint8_t* maps, const Layer& layer) {
    const auto& map = layer.output;
    return {maps + map.offset, map.channels, map.height, map.width, map.pixelStride, map.rowStride};
}

// A layer that several threads compute.
struct Together {
    const Layer* layer;
    Workspace* workspace;
    const Kernels* kernels;
    int count;
};

void runShare(void* context, int index) {
    const Together& all = *static_cast<const Together*>(context);
    all.layer->run(all.workspace->maps, {all.kernels, all.workspace->scratch[index], {index, all.count}});
}

// Less is not worth waking threads for.
constexpr double kWorthSharing = 200000.0;

} // namespace

LayerInfo layerInfo(int layer) {
    return kLayers[layer].info;
}

void runLayer(int number, Workspace& workspace, const Options& options) {
    const Layer& layer = kLayers[number];
    const Kernels* const kernels = options.kernels != nullptr ? options.kernels : &bestKernels();
    const int threads = options.threads < kMostThreads ? options.threads : kMostThreads;
    if (options.parallelFor != nullptr && threads > 1 && layer.isShared && layer.info.operations > kWorthSharing) {
        Together all = {&layer, &workspace, kernels, threads};
        options.parallelFor(options.pool, threads, runShare, &all);
    } else {
        layer.run(workspace.maps, {kernels, workspace.scratch[0], {0, 1}});
    }
}

void run(const InputElement* input, OutputElement* output, Workspace& workspace, const Options& options) {
    loadInput(workspace.maps, input);
    for (int i = 0; i < kLayerCount; ++i) {
        runLayer(i, workspace, options);
        if (options.observe != nullptr) {
            const Map map = resultOf(workspace.maps, kLayers[i]);
            options.observe({i, map.data, map.channels, map.height, map.width, map.pixelStride, map.rowStride,
                             kLayers[i].bits, kLayers[i].lowest});
        }
    }
    storeOutput(workspace.maps, output);
}

void runBatch(const InputElement* inputs, OutputElement* outputs, int count, Workspace& workspace,
              const Options& options) {
    for (int i = 0; i < count; ++i) {
        run(inputs + std::ptrdiff_t{i} * kInputSize, outputs + std::ptrdiff_t{i} * kOutputSize, workspace, options);
    }
}

void quantize(const float* reals, InputElement* elements, int count) {
    tandem_kernels::quantize(reals, elements, count, kInputScale, kInputZeroPoint, kInputLowest, kInputHighest);
}

InputElement quantize(double real) {
    return static_cast<InputElement>(
        tandem_kernels::quantized(real, kInputScale, kInputZeroPoint, kInputLowest, kInputHighest));
}

void dequantize(const OutputElement* elements, float* reals, int count) {
    for (int i = 0; i < count; ++i) {
        reals[i] = static_cast<float>(dequantize(elements[i]));
    }
}

double dequantize(OutputElement element) {
    return kOutputScale * (element - kOutputZeroPoint);
}

)";

constexpr std::string_view kCFunctions = R"(size_t {0}_workspace_size(void) {{
    return sizeof(Workspace);
}}
void {0}_run(const {0}_input* input, {0}_output* output, void* workspace) {{
    run(input, output, *static_cast<Workspace*>(workspace));
}}
void {0}_run_batch(const {0}_input* inputs, {0}_output* outputs, int count, void* workspace) {{
    runBatch(inputs, outputs, count, *static_cast<Workspace*>(workspace));
}}
void {0}_quantize(const float* reals, {0}_input* elements, int count) {{
    quantize(reals, elements, count);
}}
void {0}_dequantize(const {0}_output* elements, float* reals, int count) {{
    dequantize(elements, reals, count);
}}
const char* {0}_kernels(void) {{
    return bestKernels().name;
}}
)";

std::string cElementType(const quant::IntegerTensor& tensor) {
    return tensor.format.isSigned ? "int8_t" : "uint8_t";
}

} // namespace

std::string cppHeader(const CppProgram& program) {
    std::string text = program.banner("Integer inference: the interface.");
    text += "#pragma once\n\n#include \"tandem_kernels.h\"\n\n#include <cstdint>\n\n";
    text += fmt::format("namespace {} {{\n\n", program.name());
    text += side(program.input(), "Input", "The input");
    text += side(program.output(), "Output", "The output");
    text += fmt::format(kHeaderBody, std::max<std::int64_t>(program.packed.mapBytes, 1),
                        std::max<std::int64_t>(program.packed.scratchBytes, 1),
                        cppHostText(program.network.before), cppHostText(program.network.after),
                        program.input().format.bits, program.packed.layers.size(), program.name());
    return text;
}

std::string cppCHeader(const CppProgram& program) {
    const std::string name = program.name(), guard = upper(name);
    std::string text = program.banner("Integer inference: the interface for C.");
    // C11 knows no comments that start with ///, but // it does.
    return text + fmt::format(R"(#ifndef {1}_C_H
#define {1}_C_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {{
#endif

// Elements are ordered channel, row, column: {2} in, {3} out.
typedef {4} {0}_input;
typedef {5} {0}_output;
#define {1}_INPUT_SIZE {6}
#define {1}_OUTPUT_SIZE {7}

// Bytes of memory that an inference needs, aligned to 64; inferences at the same time each need their own.
size_t {0}_workspace_size(void);

// One inference, and `count` of them one after the other in memory.
void {0}_run(const {0}_input* input, {0}_output* output, void* workspace);
void {0}_run_batch(const {0}_input* inputs, {0}_output* outputs, int count, void* workspace);

// Real numbers to input elements, and output elements to real numbers.
void {0}_quantize(const float* reals, {0}_input* elements, int count);
void {0}_dequantize(const {0}_output* elements, float* reals, int count);

// Which instructions the kernels use on this processor.
const char* {0}_kernels(void);

#ifdef __cplusplus
}}
#endif

#endif
)",
                              name, guard, cppSize(program.input().shape), cppSize(program.output().shape),
                              cElementType(program.input()), cElementType(program.output()),
                              program.input().shape.count(), program.output().shape.count());
}

std::string cppSource(const CppProgram& program) {
    std::string text = program.banner("Integer inference, layer by layer.");
    text += "#include \"network.h\"\n\n#include \"network_c.h\"\n#include \"weights.h\"\n\n";
    text +=
        fmt::format("namespace {} {{\n\nnamespace {{\n\nusing namespace tandem_kernels;\n\n", program.name());
    text += R"(// What one thread computes of a layer.
struct Part {
    const Kernels* kernels;
    std::uint8_t* scratch;
    Share share;
};

struct Layer {
    LayerInfo info;
    void (*run)(std::uint8_t* maps, const Part& part);
    bool isShared;
    int bits, lowest;
    struct {
        std::ptrdiff_t offset;
        int channels, height, width, pixelStride, rowStride;
    } output;
};

)";
    text += cppLayers(program);
    text += kSourceBody;
    text += fmt::format("}} // namespace {0}\n\nusing namespace {0};\n\n", program.name());
    return text + fmt::format(kCFunctions, program.name());
}

} // namespace tandem::codegen

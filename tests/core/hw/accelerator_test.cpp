// SPDX-License-Identifier: GPL-3.0-or-later
// The one interface of accelerators, asked of every template.
#include "core/hw/accelerator.h"
#include "core/hw/folded/accelerator.h"
#include "core/hw/hybrid/accelerator.h"
#include "core/hw/pipeline/accelerator.h"
#include "core/hw/system.h"
#include "core/hw/templates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace tandem::hw {
namespace {

using testing::HasSubstr;

Layer convolution(int input, int inputs, int outputs) {
    constexpr int kSize = 12;
    Layer layer;
    layer.name = "conv" + std::to_string(outputs);
    layer.inputs = {input};
    layer.inputChannels = inputs;
    layer.outputChannels = outputs;
    layer.inputHeight = layer.outputHeight = layer.inputWidth = layer.outputWidth = kSize;
    layer.kernelHeight = layer.kernelWidth = 3;
    layer.padTop = layer.padLeft = layer.padBottom = layer.padRight = 1;
    layer.accumulatorBits = 20;
    return layer;
}

Workload chain() {
    return {4, 12,   12,
            8, true, {convolution(kNetworkInput, 4, 8), convolution(0, 8, 16), convolution(1, 16, 24)}};
}

constexpr std::int64_t kInterval = 20'000;
constexpr MemoryTiming kSlowMemory{32, 5};

hybrid::Parameters cutBehindTheFirst(const Workload& workload) {
    hybrid::Parameters parameters;
    parameters.layers = 1;
    parameters.tail.rows = parameters.tail.columns = 8;
    parameters.tail.streamed = true;
    parameters.head = hybrid::allocate(hybrid::split(workload, 1).head, kInterval, 8);
    return parameters;
}

/// An accelerator of every template, in the order of templates().
std::vector<AnyAccelerator> accelerators(const Workload& workload) {
    return {pipeline::Pipeline(workload, pipeline::allocate(workload, kInterval)),
            folded::FoldedArray(workload, folded::Parameters{}, kSlowMemory),
            hybrid::Hybrid(workload, cutBehindTheFirst(workload), kSlowMemory)};
}

TEST(Templates, EachHasANameOfItsOwnAndAnAccelerator) {
    const std::vector<AnyAccelerator> all = accelerators(chain());
    ASSERT_EQ(templates().size(), all.size());
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i]->templateName(), templates()[i].name);
        EXPECT_TRUE(names.insert(templates()[i].name).second);
    }
}

TEST(Accelerator, ExactCyclesAreThoseOfTheRun) {
    const Workload workload = chain();
    for (const AnyAccelerator& accelerator : accelerators(workload)) {
        SCOPED_TRACE(accelerator->templateName());
        const FrameCycles exact = accelerator->exactCycles(workload);
        const AcceleratorRun run = accelerator->run(workload, Cycles::Exact);
        EXPECT_EQ(run.latencyCycles, exact.latency);
        EXPECT_EQ(run.intervalCycles, exact.interval);
        const AcceleratorRun estimate = accelerator->run(workload, Cycles::Estimated);
        EXPECT_EQ(estimate.intervalCycles, exact.interval);
        const auto latency = static_cast<double>(exact.latency);
        EXPECT_NEAR(static_cast<double>(estimate.latencyCycles), latency, 0.1 * latency);
    }
}

TEST(Accelerator, EveryLayerHasItsFigures) {
    const Workload workload = chain();
    for (const AnyAccelerator& accelerator : accelerators(workload)) {
        SCOPED_TRACE(accelerator->templateName());
        const std::vector<LayerFigures> layers = accelerator->layers(workload, DeviceFamily::Xilinx7);
        ASSERT_EQ(layers.size(), workload.layers.size());
        Energy sum;
        for (std::size_t l = 0; l < layers.size(); ++l) {
            EXPECT_GT(layers[l].cycles, 0);
            EXPECT_GT(layers[l].energy.total(), 0.0);
            sum += layers[l].energy;
        }
        const Energy whole = accelerator->energy(workload);
        EXPECT_NEAR(sum.compute, whole.compute, 1e-6 * whole.compute);
        EXPECT_NEAR(sum.onChip, whole.onChip, 1e-6 * whole.onChip);
        EXPECT_NEAR(sum.dram, whole.dram, 1e-6 * whole.dram) << "with the frame read and the result written";
    }
}

TEST(Accelerator, MemoryThatItWasMadeForSlowsItDown) {
    const Workload workload = chain();
    const folded::FoldedArray slow(workload, folded::Parameters{}, kSlowMemory),
        quick(workload, folded::Parameters{}, MemoryTiming{});
    EXPECT_GT(slow.exactCycles(workload).latency, quick.exactCycles(workload).latency);
    // Much slower, so that layers wait for their weights.
    const folded::FoldedArray waiting(workload, folded::Parameters{}, MemoryTiming{32, 100});
    EXPECT_GT(waiting.layers(workload, DeviceFamily::Xilinx7)[2].cycles,
              quick.layers(workload, DeviceFamily::Xilinx7)[2].cycles);
}

TEST(Accelerator, SaysWhyItCannotBeBuilt) {
    Workload workload = chain();
    for (const AnyAccelerator& accelerator : accelerators(workload)) {
        EXPECT_EQ(accelerator->fault(workload), std::nullopt) << accelerator->templateName();
    }
    pipeline::Pipeline odd(workload, pipeline::allocate(workload, kInterval));
    odd.parameters.foldings[1].pe = 7;
    EXPECT_THAT(odd.fault(workload).value_or(""), HasSubstr("layer 'conv16': pe 7 must divide"));
    folded::FoldedArray wide(workload, folded::Parameters{}, kSlowMemory);
    wide.parameters.rows = 16;
    EXPECT_THAT(wide.fault(workload).value_or(""), HasSubstr("16 rows"));
    hybrid::Hybrid uncut(workload, cutBehindTheFirst(workload), kSlowMemory);
    uncut.parameters.layers = 3;
    EXPECT_THAT(uncut.fault(workload).value_or(""), HasSubstr("cannot be cut after 3 layers"));
}

TEST(Accelerator, NamesItsChoices) {
    for (const AnyAccelerator& accelerator : accelerators(chain())) {
        std::set<std::string> names;
        for (const auto& [name, value] : accelerator->choices()) {
            EXPECT_TRUE(names.insert(name).second) << name;
            EXPECT_FALSE(value.empty()) << name;
        }
        EXPECT_FALSE(names.empty()) << accelerator->templateName();
    }
}

TEST(AnyAccelerator, ACopyIsAnAcceleratorOfItsOwn) {
    const Workload workload = chain();
    const AnyAccelerator first = accelerators(workload).front();
    AnyAccelerator second = first;
    second.reuse<pipeline::Pipeline>().parameters.foldings[0].pe = 1;
    second.reuse<pipeline::Pipeline>().parameters.foldings[0].simd = 1;
    EXPECT_NE(first.as<pipeline::Pipeline>()->parameters.foldings,
              second.as<pipeline::Pipeline>()->parameters.foldings);
    EXPECT_EQ(first.as<folded::FoldedArray>(), nullptr);
    EXPECT_EQ(&second.reuse<pipeline::Pipeline>(), &*second) << "what is held is used again";
    second.reuse<folded::FoldedArray>();
    EXPECT_EQ(second->templateName(), "folded");
}

TEST(System, WeightsStreamWhereBlockRamCannotHoldThem) {
    const Workload workload = chain();
    Device device;
    device.lut = device.ff = 1e6;
    device.dsp = 1000;
    device.dramGBperS = 10.0;
    AnyAccelerator accelerator = accelerators(workload).front();
    auto& pipeline = accelerator.reuse<pipeline::Pipeline>();
    for (Folding& folding : pipeline.parameters.foldings) {
        folding.weights = WeightStore::Block;
    }
    pipeline = pipeline::Pipeline(workload, pipeline.parameters);
    const double whole = pipeline.resources(workload, device.family).bram36();
    device.bram36 = whole - 0.5;
    const SystemFigures figures = searchedFigures(workload, *accelerator, 100.0, 0.0, device);
    EXPECT_LE(figures.used.bram36(), device.bram36);
    EXPECT_EQ(figures.used.bram36(), accelerator->resources(workload, device.family).bram36());
    EXPECT_FALSE(accelerator->remarks(workload).empty()) << "a report says which weights stream";
}

} // namespace
} // namespace tandem::hw

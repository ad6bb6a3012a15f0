// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline_cost.h"
#include "core/hw/pipeline_cost_terms.h"
#include "core/hw/pipeline_netlist.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tandem::hw::pipeline {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

int operandBits(int bits, bool isSigned) {
    return bits + (isSigned ? 0 : 1);
}

bool multipliesInDsp(const Layer& layer) {
    // Bits of products beyond those of the sum are never used.
    const int product = operandBits(layer.inputBits, layer.inputSigned) + layer.weightBits;
    return std::min(product, layer.accumulatorBits) >= kDspProductBits;
}

std::int64_t multipliers(const Layer& layer, const Folding& folding) {
    return layer.kind == LayerKind::Convolution ? std::int64_t{folding.pe} * folding.simd : folding.pe;
}

/// DSPs that multiply by weights.
std::int64_t productDsps(const Layer& layer, const Folding& folding) {
    const int together = productsPerDsp(layer, folding);
    const bool used = together > 1 || (together == 1 && multipliesInDsp(layer));
    return used ? multipliers(layer, folding) / together : 0;
}

bool convolves(const Layer& layer) {
    return layer.kind == LayerKind::Convolution || layer.kind == LayerKind::DepthwiseConvolution;
}

int dspOf(const Layer& layer, const Folding& folding, const Engine& engine) {
    const int scales = layer.multiplierBits == 0 ? 0 : layer.accumulatorBits > kDspOperandBits ? 2 : 1;
    switch (layer.kind) {
    case LayerKind::Convolution:
    case LayerKind::DepthwiseConvolution: {
        return static_cast<int>(productDsps(layer, folding)) + engine.outputLanes * scales;
    }
    case LayerKind::AveragePool:
        return engine.outputLanes * scales;
    case LayerKind::Add:
        return layer.multiplierBits == 0 ? 0 : 2 * folding.simd;
    case LayerKind::MaximumPool:
        break;
    case LayerKind::Scale: {
        const int product = layer.inputBits + layer.secondBits + 2;
        return folding.simd * ((product >= kDspProductBits ? 1 : 0) + (layer.multiplierBits == 0 ? 0 : 1));
    }
    case LayerKind::Table:
    case LayerKind::Concat:
    case LayerKind::Select:
    case LayerKind::Expand:
    case LayerKind::SpaceToDepth:
    case LayerKind::DepthToSpace:
        break;
    }
    return 0;
}

void add(Resources& used, const BlockRams& blocks) {
    used.ramb36 += blocks.ramb36;
    used.ramb18 += blocks.ramb18;
}

} // namespace

namespace {

/// log2 of the beats of a ChannelScale's memory: the factors of two frames.
int factorsLog2(const Engine& engine) {
    return std::max(1, log2Ceil(engine.inputBeats)) + 1;
}

/// Bits of a memory's word on the input side, and how often the memory is there.
struct InputMemory {
    std::int64_t width = 0;
    int log2 = 0, copies = 0;
};
InputMemory inputMemory(const Layer& layer, const Engine& engine) {
    const std::int64_t lanes = engine.inputLanes;
    if (engine.module == Module::ChannelScale) {
        return {lanes * (layer.secondBits + 1), factorsLog2(engine), 1};
    }
    return {lanes * layer.inputBits, engine.ringLog2,
            engine.ringBeats == 0             ? 0
            : engine.module == Module::Select ? engine.inputLanes
                                              : 1};
}

/// Engines that only move, look up or scale beats.
void putStreamTerms(CostTerms& terms, const Layer& layer, const Engine& engine) {
    const auto put = [&](CostTerm term, double amount) { terms[static_cast<std::size_t>(term)] += amount; };
    const double in = engine.inputLanes * layer.inputBits, out = engine.outputLanes * layer.outputBits;
    switch (engine.module) {
    case Module::Table:
        put(CostTerm::TableLuts, out * std::ceil(std::exp2(layer.inputBits) / 64));
        put(CostTerm::TableBits, out);
        break;
    case Module::Concat:
        put(CostTerm::Gates, 1);
        put(CostTerm::GateBits, in * static_cast<double>(layer.parts.size() - 1));
        break;
    case Module::Crop:
        put(CostTerm::Gates, 1);
        break;
    case Module::Insert:
        put(CostTerm::Gates, 2);
        put(CostTerm::GateBits, in);
        break;
    case Module::Select:
        put(CostTerm::Stores, 1);
        put(CostTerm::SelectRomBits, engine.outputLanes * engine.ringLog2 * std::ceil(engine.groups / 64.0));
        put(CostTerm::SelectBits, in * (engine.outputLanes - 1));
        break;
    case Module::Reorder:
        put(CostTerm::Stores, 1);
        put(CostTerm::StoreCounterBits, engine.ringLog2 + 2);
        break;
    case Module::ChannelScale:
        put(CostTerm::Engine, 1);
        put(CostTerm::ChannelScaleLanes, engine.outputLanes);
        put(CostTerm::ChannelScaleBits, engine.outputLanes * (layer.inputBits + layer.secondBits));
        put(CostTerm::FifoBits, out);
        put(CostTerm::OutputBits, out);
        break;
    default:
        break;
    }
    const InputMemory memory = inputMemory(layer, engine);
    if (memory.copies > 0 && !ringInBlock(memory.log2)) {
        put(CostTerm::RingBits,
            static_cast<double>(memory.copies * memory.width) * (memory.log2 > 5 ? 2 : 1));
    }
}

} // namespace

CostTerms layerTerms(const Layer& layer, const Folding& folding, const Engine& engine) {
    CostTerms terms{};
    if (!hasWindow(engine.module) && engine.module != Module::Add) {
        putStreamTerms(terms, layer, engine);
        return terms;
    }
    const auto put = [&](CostTerm term, double amount) { terms[static_cast<std::size_t>(term)] += amount; };
    const double in = folding.simd * layer.inputBits;
    const double out = engine.outputLanes * layer.outputBits;
    put(CostTerm::OutputBits, out);
    put(CostTerm::FifoBits, out * (engine.fifoLog2 > 5 ? 2 : 1));
    put(CostTerm::Engine, 1);
    if (layer.kind == LayerKind::Add) {
        put(CostTerm::AddLanes, folding.simd);
        put(CostTerm::AddBits, folding.simd * (layer.inputBits + (layer.multiplierBits == 0 ? 8 : 18)));
        return terms;
    }
    const bool dense =
        layer.kernelHeight * layer.kernelWidth == 1 && layer.strideHeight * layer.strideWidth == 1;
    const double counter = log2Ceil(3 * engine.inputFrame);
    put(dense ? CostTerm::DenseCounterBits : CostTerm::WindowCounterBits, counter);
    const bool padded = layer.padTop + layer.padLeft + layer.padBottom + layer.padRight > 0;
    put(CostTerm::InputBits, padded || !convolves(layer) ? in : 0);
    if (!ringInBlock(engine.ringLog2)) {
        put(CostTerm::RingBits, in * (engine.ringLog2 > 5 ? 2 : 1));
    }
    if (layer.kind == LayerKind::MaximumPool) {
        put(CostTerm::CompareBits, in);
        return terms;
    }
    const double sums = folding.pe * layer.accumulatorBits;
    put(engine.beatsPerGroup > 1 ? CostTerm::ShiftedBits : CostTerm::DirectBits, sums);
    put(CostTerm::ScaleLanes, engine.outputLanes);
    put(layer.multiplierBits == 0 ? CostTerm::FreeScaleBits : CostTerm::ScaleBits,
        engine.outputLanes * layer.accumulatorBits);
    if (layer.multiplierBits != 0 && layer.accumulatorBits > kDspOperandBits) {
        put(CostTerm::WideScales, engine.outputLanes);
    }
    if (!convolves(layer)) {
        put(CostTerm::AverageBits, sums);
        return terms;
    }
    const double words = layer.outputChannels / engine.outputLanes;
    const double constants = engine.outputLanes * (layer.accumulatorBits + layer.multiplierBits * 2 + 2);
    put(CostTerm::ScaleRomBits, constants * std::ceil(words / 64));
    put(CostTerm::ScaleRomWidth, constants);

    const double products = static_cast<double>(multipliers(layer, folding));
    const int operand = operandBits(layer.inputBits, layer.inputSigned);
    const int together = productsPerDsp(layer, folding);
    // Whether the DSP that multiplies adds the next operand, too.
    const bool dsp = together == 1 && multipliesInDsp(layer);
    const double word = products * layer.weightBits;
    const std::int64_t depth = std::int64_t{engine.groups} * engine.steps;
    if (!romInBlock(depth, static_cast<std::int64_t>(word), folding.weights)) {
        put(CostTerm::WeightRomBits, word * std::ceil(static_cast<double>(depth) / 64));
        put(CostTerm::WeightRomWidth, word);
    }
    const int productBits = (together == 1 ? operand : layer.inputBits) + layer.weightBits;
    if (!dsp && together == 1) {
        put(CostTerm::FabricProducts, products * operand * layer.weightBits);
    } else if (together == 0) {
        put(CostTerm::BoothBits, products * ((layer.weightBits + 1) / 2) * (operand + 1));
    }
    if (!dsp) {
        put(CostTerm::FabricOperands, in + word);
        put(together > 1 ? CostTerm::PackedBits : CostTerm::ProductBits, products * productBits);
    }
    if (!dsp || engine.treeLevels > 0) {
        put(CostTerm::FabricSums, sums);
    }
    double tree = 0;
    for (int level = dsp ? 2 : 1; level <= engine.treeLevels; ++level) {
        tree += static_cast<double>((folding.simd + (1 << level) - 1) >> level) * (productBits + level);
    }
    put(CostTerm::TreeBits, folding.pe * tree);
    return terms;
}

namespace {

Resources resourcesOf(const Layer& layer, const Folding& folding, const Engine& engine) {
    Resources used = weigh(layerTerms(layer, folding, engine));
    used.dsp = dspOf(layer, folding, engine);
    const InputMemory memory = inputMemory(layer, engine);
    if (ringInBlock(memory.log2)) {
        const BlockRams each = blockRams(std::int64_t{1} << memory.log2, memory.width, Memory::Written);
        add(used, {each.ramb36 * memory.copies, each.ramb18 * memory.copies});
    }
    if (convolves(layer)) {
        const std::int64_t depth = std::int64_t{engine.groups} * engine.steps;
        const std::int64_t width = multipliers(layer, folding) * layer.weightBits;
        if (romInBlock(depth, width, folding.weights)) {
            add(used, blockRams(depth, width, Memory::ReadOnly));
        }
    }
    return used;
}

} // namespace

Resources layerResources(const Layer& layer, const Folding& folding) {
    return resourcesOf(layer, folding, engineOf(layer, folding));
}

LayerCost layerCost(const Layer& layer, const Folding& folding) {
    const Engine engine = engineOf(layer, folding);
    return {std::max(engine.work, engine.inputFrame), resourcesOf(layer, folding, engine)};
}

namespace {

/// Fixed scratch per layer of a resource count; networks beyond go to the heap.
class LayerScratch {
  public:
    explicit LayerScratch(std::size_t layers) {
        if (layers > kOwn) {
            heap_.resize(layers);
            data_ = heap_.data();
        }
    }
    struct Entry {
        Lag lag;
        int readers = 0;
    };
    Entry& operator[](int producer) { return data_[static_cast<std::size_t>(producer + 1)]; }

  private:
    static constexpr std::size_t kOwn = 64;
    std::array<Entry, kOwn> own_{};
    std::vector<Entry> heap_;
    Entry* data_ = own_.data();
};

/// A buffer between engines.
void addBuffer(CostTerms& terms, Resources& blocks, const Buffer& buffer, int width) {
    const auto put = [&](CostTerm term, double amount) { terms[static_cast<std::size_t>(term)] += amount; };
    for (const int log2 : {buffer.first, buffer.second}) {
        if (log2 == 0) {
            continue;
        }
        put(CostTerm::Fifos, 1);
        put(CostTerm::OutputBits, width);
        if (ringInBlock(log2)) {
            add(blocks, blockRams(std::int64_t{1} << log2, width, Memory::Written));
        } else {
            put(CostTerm::FifoBits, width * (log2 > 5 ? 2 : 1));
        }
    }
}

void addConverters(CostTerms& terms, int from, int to, int bits) {
    const int common = std::gcd(from, to);
    const auto put = [&](CostTerm term, double amount) { terms[static_cast<std::size_t>(term)] += amount; };
    if (from > common) {
        put(CostTerm::Converters, 1);
        put(CostTerm::NarrowBits, from * bits);
    }
    if (to > common) {
        put(CostTerm::Converters, 1);
        put(CostTerm::WidenBits, to * bits);
    }
}

} // namespace

CostTerms connectionTerms(const Workload& workload, std::span<const Engine> engines, Resources& blocks,
                          std::span<const std::int64_t> inputBeats) {
    const int layers = static_cast<int>(workload.layers.size());
    LayerScratch scratch(at(layers) + 1);
    CostTerms terms{};
    const auto put = [&](CostTerm term, double amount) { terms[static_cast<std::size_t>(term)] += amount; };
    std::int64_t slowest = 1;
    int sourceLanes = 0;
    std::size_t nextInput = 0;
    for (int l = 0; l < layers; ++l) {
        const Layer& layer = workload.layers[at(l)];
        const Engine& engine = engines[at(l)];
        slowest = std::max({slowest, engine.work, engine.inputFrame});
        for (int producer : layer.inputs) {
            ++scratch[producer].readers;
            if (producer == kNetworkInput && sourceLanes == 0) {
                sourceLanes = engine.inputLanes;
            }
        }
    }
    ++scratch[layers - 1].readers;
    const auto lanesOf = [&](int producer) {
        return producer == kNetworkInput ? sourceLanes : engines[at(producer)].outputLanes;
    };
    const auto bitsOf = [&](int producer) {
        return producer == kNetworkInput ? workload.inputBits : workload.layers[at(producer)].outputBits;
    };
    for (int l = 0; l < layers; ++l) {
        const Layer& layer = workload.layers[at(l)];
        const Engine& engine = engines[at(l)];
        const Lag latest = latestLag(layer, [&](int producer) { return scratch[producer].lag; });
        for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
            const int producer = layer.inputs[i];
            const int held = heldLanes(lanesOf(producer), engine.inputLanes);
            const std::int64_t beats =
                inputBeats.empty() ? beatsHeld(layer, engine, i, held, scratch[producer].lag, latest, slowest)
                                   : inputBeats[nextInput++];
            addBuffer(terms, blocks, bufferFor(beats), held * bitsOf(producer));
            addConverters(terms, lanesOf(producer), engine.inputLanes, bitsOf(producer));
        }
        addBuffer(terms, blocks, outputBuffer(layer, engine), engine.outputLanes * layer.outputBits);
        scratch[l].lag = lagAfter(layer, engine, latest);
    }
    for (int producer = kNetworkInput; producer < layers; ++producer) {
        if (scratch[producer].readers > 1) {
            put(CostTerm::Forks, scratch[producer].readers);
        }
    }
    put(CostTerm::Ports, 1);
    put(CostTerm::PortBits, sourceLanes * workload.inputBits + lanesOf(layers - 1) * bitsOf(layers - 1));
    return terms;
}

Resources resources(const Workload& workload, const Parameters& parameters) {
    return resources(workload, parameters, enginesOf(workload, parameters));
}

Resources resources(const Workload& workload, const Parameters& parameters, std::span<const Engine> engines) {
    Resources blocks;
    Resources used = weigh(connectionTerms(workload, engines, blocks, parameters.inputBeats));
    used += blocks;
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        used += resourcesOf(workload.layers[l], parameters.foldings[l], engines[l]);
    }
    return used;
}

} // namespace tandem::hw::pipeline

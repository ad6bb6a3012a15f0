// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/memory_mapping.h"
#include "core/hw/device/weigher.h"
#include "core/hw/pipeline/amounts.h"
#include "core/hw/pipeline/cost.h"
#include "core/hw/pipeline/netlist.h"
#include "core/hw/pipeline/weight_stream.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace tandem::hw::pipeline {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

bool convolves(const Layer& layer) {
    return traitsOf(layer.kind).hasWeights;
}

/// Bits of an activation as a signed operand.
int operandBits(int bits, bool isSigned) {
    return bits + (isSigned ? 0 : 1);
}

std::int64_t multipliers(const Layer& layer, const Folding& folding) {
    return layer.kind == LayerKind::Convolution ? std::int64_t{folding.pe} * folding.simd : folding.pe;
}

/// DSPs of one product of a convolution, by a weight that has no neighbours in its DSP.
int weightDsps(const Technology& technology, const Layer& layer) {
    const int operand = operandBits(layer.inputBits, layer.inputSigned);
    // Bits of products beyond those of the sum are never used.
    return productDsps(technology, operand, layer.weightBits,
                       std::min(operand + layer.weightBits, layer.accumulatorBits));
}

/// DSPs that multiply by weights.
int convolutionDsps(const Technology& technology, const Layer& layer, const Folding& folding) {
    const int together = productsPerDsp(layer, folding);
    const auto all = static_cast<int>(multipliers(layer, folding));
    if (together == 0) {
        return 0;
    }
    if (together == 1) {
        return all * weightDsps(technology, layer);
    }
    const int product = layer.inputBits + layer.weightBits;
    return all / together *
           productDsps(technology, (together - 1) * product + layer.weightBits,
                       operandBits(layer.inputBits, layer.inputSigned), together * product);
}

/// DSPs of a requantizer's lanes.
int scaleDsps(const Technology& technology, const Layer& layer, int lanes) {
    constexpr int kFactor = 17;
    return layer.multiplierBits == 0 ? 0
                                     : lanes * productDsps(technology, layer.accumulatorBits, kFactor,
                                                           layer.accumulatorBits + kFactor);
}

int dspOf(const Technology& technology, const Layer& layer, const Folding& folding, const Engine& engine) {
    constexpr int kFactor = 17;
    switch (engine.module) {
    case Module::Convolution:
        return convolutionDsps(technology, layer, folding) + scaleDsps(technology, layer, engine.outputLanes);
    case Module::Pool:
        return traitsOf(layer.kind).requantizes ? scaleDsps(technology, layer, engine.outputLanes) : 0;
    case Module::Add: {
        const int operand = operandBits(layer.inputBits, layer.inputSigned);
        return layer.multiplierBits == 0
                   ? 0
                   : 2 * folding.simd * productDsps(technology, operand, kFactor, operand + kFactor);
    }
    case Module::ChannelScale: {
        const int a = layer.inputBits + 1, b = layer.secondBits + 1;
        const int scale = productDsps(technology, a + b, kFactor, a + b + kFactor);
        return folding.simd *
               (productDsps(technology, a, b, a + b) + (layer.multiplierBits == 0 ? 0 : scale));
    }
    case Module::Table:
    case Module::Concat:
    case Module::Crop:
    case Module::Select:
    case Module::Reorder:
    case Module::Insert:
        break;
    }
    return 0;
}

/// A buffer: the memory and its registers, pointers, handshake.
template <typename Put>
void fifo(const Put& put, const Technology& technology, Resources& used, int depthLog2, double width) {
    put(CostTerm::Fifos, 1);
    put(CostTerm::PointerBits, depthLog2 + 1);
    putMemory(put, technology, used, {depthLog2, width, ringInBlock(depthLog2)}, CostTerm::BufferRegisters);
}

/// An engine's output buffer with its count of free places; it never stands in block RAM of its own will.
template <typename Put>
void outbox(const Put& put, const Technology& technology, Resources& used, const Engine& engine,
            double width) {
    put(CostTerm::Fifos, 1);
    put(CostTerm::PointerBits, engine.fifoLog2 + 1);
    put(CostTerm::CreditBits, engine.fifoLog2 + 2);
    putMemory(put, technology, used, {engine.fifoLog2, width, false}, CostTerm::BufferRegisters);
}

/// The ring has a memory for each beat of a word.
template <typename Put>
void weightStream(const Put& put, const Technology& technology, Resources& used, const WeightStream& stream) {
    amounts::weightStream(put, stream);
    for (int bit = 0; bit < stream.wordBits; bit += stream.busBits) {
        const double width = std::min(stream.busBits, stream.wordBits - bit);
        putMemory(put, technology, used, {stream.ringLog2, width, ringInBlock(stream.ringLog2)},
                  CostTerm::BufferRegisters);
    }
}

template <typename Put>
void weights(const Put& put, const Technology& technology, Resources& used, const Layer& layer,
             const Folding& folding, const Engine& engine, const WeightPort& port) {
    if (streamsWeights(layer, folding)) {
        const WeightStream stream = weightStreamOf(layer, folding, engine, port);
        if (productsPerDsp(layer, folding) == 1 && weightDsps(technology, layer) > 0) {
            put(CostTerm::WeightRegisters, stream.wordBits); // which become zeros: not those of DSPs
        }
        weightStream(put, technology, used, stream);
        return;
    }
    const std::int64_t depth = std::int64_t{engine.groups} * engine.steps;
    const std::int64_t width = multipliers(layer, folding) * layer.weightBits;
    if (romInBlock(depth, width, folding.weights)) {
        put(CostTerm::BlockRomBits, static_cast<double>(width));
        addRom(technology.family, depth, engine.weightColumns.value_or(width), used);
        return;
    }
    const double columns = amounts::differentColumns(static_cast<double>(width), depth);
    put(CostTerm::WeightRomLuts, amounts::weightLuts(technology, columns, depth, layer.weightBits));
    put(CostTerm::WeightRegisters, columns);
}

/// An engine with a window.
template <typename Put>
void windowEngine(const Put& put, const Technology& technology, Resources& used, const Layer& layer,
                  const Folding& folding, const Engine& engine, const WeightPort& port) {
    const double beat = folding.simd * layer.inputBits;
    amounts::window(put, layer, engine, convolves(layer) && !streamsWeights(layer, folding));
    const bool dsp = convolves(layer) && weightDsps(technology, layer) > 0;
    putMemory(put, technology, used, {engine.ringLog2, beat, ringInBlock(engine.ringLog2)},
              dsp && productsPerDsp(layer, folding) == 1 ? CostTerm::DspRingRegisters
                                                         : CostTerm::RingRegisters);
    outbox(put, technology, used, engine, engine.outputLanes * layer.outputBits);
    if (layer.kind == LayerKind::MaximumPool) {
        put(CostTerm::CompareBits, beat);
        return;
    }
    const double sums = folding.pe * layer.accumulatorBits;
    std::int64_t words = 1;
    if (convolves(layer)) {
        weights(put, technology, used, layer, folding, engine, port);
        const bool separate = layer.kind == LayerKind::DepthwiseConvolution;
        amounts::products(put, layer, folding.pe, separate ? 0 : folding.simd, productsPerDsp(layer, folding),
                          engine.treeLevels, dsp);
        words = layer.outputChannels / engine.outputLanes;
    } else {
        put(CostTerm::Activations, beat);
        put(CostTerm::AverageBits, sums);
    }
    amounts::requantize(put, technology, layer, engine, sums, words);
}

/// An engine that adds or scales.
template <typename Put>
void arithmeticEngine(const Put& put, const Technology& technology, Resources& used, const Layer& layer,
                      const Folding& folding, const Engine& engine) {
    const double lanes = folding.simd;
    put(CostTerm::Adders, 1);
    outbox(put, technology, used, engine, lanes * layer.outputBits);
    double result = 0, dropped = 0;
    if (engine.module == Module::Add) {
        result = layer.multiplierBits == 0 ? layer.inputBits + 7.0 : 28;
        dropped = layer.shift < 0 ? (layer.multiplierBits == 0 ? 3 : 16) : layer.shift;
        put(layer.multiplierBits == 0 ? CostTerm::FreeAddBits : CostTerm::AddBits, lanes * result);
        put(CostTerm::OperandBits, 2 * lanes * layer.inputBits);
    } else {
        result = layer.inputBits + layer.secondBits + (layer.multiplierBits == 0 ? 3.0 : 19);
        dropped = layer.shift < 0 ? result - layer.outputBits - 2 : layer.shift;
        put(CostTerm::ScaledBits, lanes * (layer.inputBits + layer.secondBits + 2));
        const int a = layer.inputBits + 1, b = layer.secondBits + 1;
        if (productDsps(technology, a, b, a + b) == 0) {
            amounts::smallProducts(put, lanes, a, b);
        }
        put(layer.multiplierBits == 0 ? CostTerm::FreeAddBits : CostTerm::AddBits, lanes * result);
        const int log2 = std::max(1, log2Ceil(engine.inputBeats)) + 1;
        put(CostTerm::StoreCounters, 2 * log2 + log2Ceil(engine.inputFrame / engine.inputBeats + 1));
        putMemory(put, technology, used, {log2, lanes * (layer.secondBits + 1), ringInBlock(log2)},
                  CostTerm::StoreRegisters);
    }
    amounts::clamp(put, lanes, std::max(1.0, result - dropped), layer.outputBits);
}

/// Input lanes that an output lane of a Select can read: those whose numbers share the bits that never change
/// in its list.
int lanesRead(const Layer& layer, const Engine& engine, int lane) {
    const auto laneOf = [&](int c) {
        return static_cast<unsigned>(layer.channels[at(c)] % engine.inputLanes);
    };
    const unsigned first = laneOf(lane);
    unsigned changing = 0;
    for (int c = lane; c < layer.outputChannels; c += engine.outputLanes) {
        changing |= laneOf(c) ^ first;
    }
    int count = 0;
    for (int l = 0; l < engine.inputLanes; ++l) {
        count += ((static_cast<unsigned>(l) ^ first) & ~changing) == 0 ? 1 : 0;
    }
    return count;
}

/// Input channels that a Select reads at all.
int channelsRead(const Layer& layer) {
    std::vector<int> read = layer.channels;
    std::ranges::sort(read);
    return static_cast<int>(std::ranges::unique(read).begin() - read.begin());
}

/// A Select: two pixels, a copy for each lane.
template <typename Put>
void selectEngine(const Put& put, const Technology& technology, Resources& used, const Layer& layer,
                  const Engine& engine) {
    const double lane = log2Ceil(engine.inputLanes), beat = std::max(1, log2Ceil(engine.inputBeats));
    put(CostTerm::Stores, 1);
    put(CostTerm::StoreCounters, beat + std::max(1, log2Ceil(engine.groups)) + engine.outputLanes * lane);
    put(CostTerm::SelectRomLuts,
        amounts::romLuts(technology, engine.outputLanes * (beat + lane), engine.groups));
    const MemoryShape whole{engine.ringLog2, static_cast<double>(engine.inputLanes * layer.inputBits),
                            ringInBlock(engine.ringLog2)};
    const bool blocks = inBlock(technology.family, whole);
    const bool lutRam = lutRamLuts(technology.family, whole) > 0;
    if (!blocks && !lutRam) {
        // Copies of a flip-flop are one, and those of channels that nothing reads are none.
        put(CostTerm::LatchedBits, 2.0 * channelsRead(layer) * layer.inputBits);
    }
    for (int copy = 0; copy < engine.outputLanes; ++copy) {
        // Of its copy of the pixels a lane keeps those lanes that it can read, if no block holds them.
        const int read = lanesRead(layer, engine, copy);
        const double kept = read * layer.inputBits;
        put(CostTerm::SelectLuts, layer.inputBits * amounts::choiceLuts(technology, read));
        if (blocks || lutRam) {
            putMemory(put, technology, used, blocks ? whole : MemoryShape{engine.ringLog2, kept, false},
                      CostTerm::StoreRegisters);
        } else {
            put(CostTerm::StoreRegisters, kept);
            put(CostTerm::LatchedReads, 2.0 * engine.groups * layer.inputBits);
        }
    }
}

/// An engine that moves or looks up beats.
template <typename Put>
void streamEngine(const Put& put, const Technology& technology, Resources& used, const Layer& layer,
                  const Engine& engine) {
    const double in = engine.inputLanes * layer.inputBits, out = engine.outputLanes * layer.outputBits;
    const double beats = log2Ceil(engine.inputBeats + 1);
    switch (engine.module) {
    case Module::Table: {
        const double luts = amounts::romLuts(technology, out, std::int64_t{1} << layer.inputBits);
        put(luts > 2 * out ? CostTerm::TableLuts : CostTerm::SmallTableLuts, luts);
        put(CostTerm::TableBits, out);
        break;
    }
    case Module::Concat:
        put(CostTerm::Gates, 1);
        put(CostTerm::GateCounters, beats + 1);
        put(CostTerm::GateBits, in * static_cast<double>(layer.parts.size() - 1));
        break;
    case Module::Crop:
        put(CostTerm::Gates, 1);
        put(CostTerm::GateCounters, beats);
        break;
    case Module::Insert:
        put(CostTerm::Gates, 2);
        put(CostTerm::GateCounters, amounts::counter(engine.inputBeats) +
                                        amounts::counter(layer.expandWidth) +
                                        amounts::counter(layer.expandHeight) +
                                        amounts::counter(std::int64_t{layer.inputWidth} * layer.expandWidth));
        put(CostTerm::GateBits, in);
        break;
    case Module::Select:
        selectEngine(put, technology, used, layer, engine);
        break;
    case Module::Reorder: {
        const Reorder order = reorderOf(layer, engine.inputLanes);
        put(CostTerm::Stores, 1);
        put(CostTerm::DistanceBits, log2Ceil(2 * order.unit + (std::int64_t{2} << engine.ringLog2) + 2) + 1);
        put(CostTerm::AddressBits, engine.ringLog2 * 2.0 / 3.0);
        double loops = 0;
        for (const std::int64_t extent : order.extents) {
            loops += amounts::counter(extent);
        }
        put(CostTerm::LoopBits, loops);
        putMemory(put, technology, used, {engine.ringLog2, in, ringInBlock(engine.ringLog2)},
                  CostTerm::StoreRegisters);
        break;
    }
    case Module::Convolution:
    case Module::Pool:
    case Module::Add:
    case Module::ChannelScale: // with functions of their own
        break;
    }
}

/// A layer's engine with its buffers and memories; DSPs and blocks go to `used`.
template <typename Put>
void engineAmounts(const Put& put, const Technology& technology, Resources& used, const Layer& layer,
                   const Folding& folding, const Engine& engine, const WeightPort& port) {
    used.dsp += dspOf(technology, layer, folding, engine);
    if (hasWindow(engine.module)) {
        windowEngine(put, technology, used, layer, folding, engine, port);
    } else if (engine.module == Module::Add || engine.module == Module::ChannelScale) {
        arithmeticEngine(put, technology, used, layer, folding, engine);
    } else {
        streamEngine(put, technology, used, layer, engine);
    }
}

Resources resourcesOf(const Layer& layer, const Folding& folding, const Engine& engine,
                      const WeightPort& port, const Technology& technology) {
    Resources used;
    const Weigher weigher(pricesOf(technology.family));
    engineAmounts(weigher, technology, used, layer, folding, engine, port);
    weigher.addTo(used, technology.family);
    return used;
}

} // namespace

Resources layerResources(const Layer& layer, const Folding& folding, DeviceFamily family,
                         const WeightPort& port) {
    return resourcesOf(layer, folding, engineOf(layer, folding, port), port, technologyOf(family));
}

LayerCost layerCost(const Layer& layer, const Folding& folding, DeviceFamily family, const WeightPort& port) {
    const Engine engine = engineOf(layer, folding, port);
    return {std::max(engine.work, engine.inputFrame),
            resourcesOf(layer, folding, engine, port, technologyOf(family))};
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
template <typename Put>
void buffer(const Put& put, const Technology& technology, Resources& used, const Buffer& made, int width) {
    for (const int log2 : {made.first, made.second}) {
        if (log2 > 0) {
            fifo(put, technology, used, log2, width);
        }
    }
}

template <typename Put>
void converters(const Put& put, int from, int to, int bits) {
    const int common = std::gcd(from, to);
    if (from > common) {
        put(CostTerm::Converters, 1);
        put(CostTerm::NarrowBits, from * bits);
    }
    if (to > common) {
        put(CostTerm::Converters, 1);
        put(CostTerm::WidenBits, to * bits);
    }
}

/// Everything between the engines.
template <typename Put>
void connectionAmounts(const Put& put, const Technology& technology, Resources& used,
                       const Workload& workload, std::span<const Engine> engines,
                       std::span<const std::int64_t> inputBeats) {
    const int layers = static_cast<int>(workload.layers.size());
    LayerScratch scratch(at(layers) + 1);
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
            buffer(put, technology, used, bufferFor(beats), held * bitsOf(producer));
            converters(put, lanesOf(producer), engine.inputLanes, bitsOf(producer));
        }
        buffer(put, technology, used, outputBuffer(layer, engine), engine.outputLanes * layer.outputBits);
        scratch[l].lag = lagAfter(engine, latest);
    }
    for (int producer = kNetworkInput; producer < layers; ++producer) {
        if (scratch[producer].readers > 1) {
            put(CostTerm::Forks, scratch[producer].readers);
        }
    }
    put(CostTerm::Ports, 1);
    constexpr int kLutInputs = 6;
    const int frameBits = log2Ceil(engines.back().outputFrame + 1);
    put(frameBits > kLutInputs ? CostTerm::FrameBits : CostTerm::ShortFrameBits, frameBits);
    put(CostTerm::PortBits, sourceLanes * workload.inputBits + lanesOf(layers - 1) * bitsOf(layers - 1));
}

} // namespace

CostTerms costTerms(const Workload& workload, const Parameters& parameters, const Technology& technology) {
    CostTerms terms{};
    Resources used;
    const Collector put{&terms};
    const std::vector<Engine> engines = enginesOf(workload, parameters);
    connectionAmounts(put, technology, used, workload, engines, parameters.inputBeats);
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        engineAmounts(put, technology, used, workload.layers[l], parameters.foldings[l], engines[l],
                      parameters.weightPort);
    }
    return terms;
}

Resources resources(const Workload& workload, const Parameters& parameters, DeviceFamily family) {
    return resources(workload, parameters, enginesOf(workload, parameters), family);
}

Resources resources(const Workload& workload, const Parameters& parameters, std::span<const Engine> engines,
                    DeviceFamily family) {
    const Technology& technology = technologyOf(family);
    Resources used;
    const Weigher weigher(pricesOf(family));
    connectionAmounts(weigher, technology, used, workload, engines, parameters.inputBeats);
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        engineAmounts(weigher, technology, used, workload.layers[l], parameters.foldings[l], engines[l],
                      parameters.weightPort);
    }
    weigher.addTo(used, family);
    return used;
}

} // namespace tandem::hw::pipeline

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/amounts.h"
#include "core/hw/pipeline/weight_stream.h"

#include <algorithm>
#include <cmath>

/// The amounts of hardware in the modules of resources/rtl that only a pipeline has; see device/amounts.h.
namespace tandem::hw::amounts {

/// The counters of a stream of weights: the address of requests, what is left of the image, the ring's
/// places, words and two addresses, the beat of a word.
template <typename Put>
void weightStream(const Put& put, const pipeline::WeightStream& stream) {
    constexpr double kAddress = 32, kSigns = 3;
    const double image = bitsFor(stream.imageBeats() + (std::int64_t{1} << stream.burstLog2) + 1);
    const double beat = bitsFor(stream.beatsPerWord + 1);
    put(CostTerm::PointerBits, // each of which counts for two
        (kAddress - bitsFor(stream.busBits / 8) + image + 4.0 * stream.ringLog2 + 2 * beat + kSigns) / 2);
}

/// Whether windows begin further back in the next row, or frame, than where the last one began.
inline bool stepsBack(const Layer& layer) {
    const std::int64_t width = layer.inputWidth,
                       rows = std::int64_t{layer.outputHeight - 1} * layer.strideHeight;
    const std::int64_t columns = std::int64_t{layer.outputWidth - 1} * layer.strideWidth;
    return columns > layer.strideHeight * width || rows * width + columns > layer.inputHeight * width;
}

template <typename Put>
void window(const Put& put, const Layer& layer, const pipeline::Engine& engine, bool steps) {
    const std::int64_t eh = std::int64_t{layer.kernelHeight - 1} * layer.dilationHeight + 1;
    const std::int64_t ew = std::int64_t{layer.kernelWidth - 1} * layer.dilationWidth + 1;
    const std::int64_t beats = engine.inputBeats, row = layer.inputWidth * beats;
    const std::int64_t slices = layer.kind == LayerKind::Convolution ? engine.slices : beats;
    const double distance = log2Ceil(2 * engine.inputFrame + (std::int64_t{1} << engine.ringLog2) +
                                     (layer.strideHeight + eh) * row + (layer.strideWidth + ew) * beats + 2) +
                            1;
    const bool dense =
        layer.kernelHeight * layer.kernelWidth == 1 && layer.strideHeight * layer.strideWidth == 1;
    constexpr double kSlackAndRoom = 2; // distances that every window counts
    put(CostTerm::Windows, 1);
    put(CostTerm::DistanceBits, distance + (stepsBack(layer) ? distance / kSlackAndRoom : 0));
    put(CostTerm::AddressBits, engine.ringLog2);
    put(CostTerm::LoopBits, counter(beats / slices) + counter(layer.kernelWidth) +
                                counter(layer.kernelHeight) + counter(engine.groups) +
                                (dense ? 1 : 2) * (counter(layer.outputWidth) + counter(layer.outputHeight)));
    if (!dense) {
        put(CostTerm::ClippedBits, distance);
    }
    if (layer.padTop + layer.padLeft + layer.padBottom + layer.padRight > 0) {
        put(CostTerm::PlaceBits, log2Ceil(layer.inputHeight + layer.padTop + eh + layer.strideHeight + 1) +
                                     log2Ceil(layer.inputWidth + layer.padLeft + ew + layer.strideWidth + 1) +
                                     2);
    }
    if (steps) {
        put(CostTerm::StepBits, bitsFor(std::int64_t{engine.groups} * engine.steps));
    }
}

template <typename Put>
void requantize(const Put& put, const Technology& technology, const Layer& layer,
                const pipeline::Engine& engine, double sums, std::int64_t words) {
    const double lanes = engine.outputLanes, m = layer.multiplierBits;
    const double result = layer.accumulatorBits + (m > 0 ? 18 : 2);
    // Where quantization has not told yet, what is left of a result when as many bits as usual are dropped.
    const double shifted = layer.shift < 0 ? layer.outputBits + 4.0 : std::max(1.0, result - layer.shift);
    const double constant = result - 2;
    put(CostTerm::Requantizers, 1);
    put(engine.beatsPerGroup > 1 ? CostTerm::ShiftedBits : CostTerm::HeldBits, sums);
    if (words > 1) {
        const double columns = differentColumns(lanes * (constant + m + layer.shiftBits), words);
        put(CostTerm::ScaleRomLuts, romLuts(technology, columns, words));
        put(CostTerm::ScaleRomBits, columns);
    }
    put(CostTerm::ConstantBits, lanes * constant);
    if (m > 0) {
        put(CostTerm::ScaleLanes, lanes);
        put(CostTerm::ScaleBits, lanes * result);
        if (productDsps(technology, layer.accumulatorBits, 17, 99) != 1) {
            put(CostTerm::WideScaleBits, lanes * result);
        }
    } else {
        put(CostTerm::FreeScaleBits, lanes * result);
    }
    put(CostTerm::LoopBits, bitsFor(words) + counter(engine.beatsPerGroup));
    put(CostTerm::MovedBits, lanes * shifted);
    put(CostTerm::BarrelBits, lanes * shifted * layer.shiftBits);
    clamp(put, lanes, shifted, layer.outputBits);
}

} // namespace tandem::hw::amounts

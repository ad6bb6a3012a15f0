// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/sensitivity.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/quant/quantize/agreement.h"
#include "core/quant/quantize/float_batches.h"
#include "core/quant/quantize/noise_tally.h"
#include "core/quant/quantize/partial_run.h"
#include "core/quant/quantize/quantize.h"
#include "core/quant/quantize/squares.h"
#include "core/train/executor.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <optional>
#include <utility>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// Of very large networks: layers whose gain is measured, channels whose weights are rounded, and of each the
/// weights.
constexpr std::size_t kRoughPlaces = 6, kRoughChannels = 64, kRoughWeights = 4096;

using BatchValues = std::vector<std::optional<nn::Tensor>>; ///< by graph value

void clampTo(const LoweredTensor& tensor, std::vector<float>& values) {
    for (float& value : values) {
        value = static_cast<float>(std::clamp(double{value}, tensor.low, tensor.high));
    }
}

/// Fills zeros with what lies between the numbers around them, by their logarithms; all 1 where there are
/// none.
void fillGaps(std::vector<double>& numbers) {
    std::optional<std::size_t> before;
    for (std::size_t i = 0; i <= numbers.size(); ++i) {
        const bool isEnd = i == numbers.size();
        if (!isEnd && !(numbers[i] > 0.0)) {
            continue;
        }
        const std::size_t first = before ? *before + 1 : 0;
        for (std::size_t gap = first; gap < i; ++gap) {
            const double left = before ? numbers[*before] : isEnd ? 1.0 : numbers[i];
            const double right = isEnd ? left : numbers[i];
            const double share = static_cast<double>(gap + 1 - first) / static_cast<double>(i + 1 - first);
            numbers[gap] = left * std::pow(right / left, share);
        }
        before = i;
    }
}

/// What one batch of inputs makes of the unchanged network.
struct Batch {
    std::size_t size = 0;
    BatchValues values;
    std::vector<nn::Tensor> outputs; ///< what networks are judged by (judgedContent), clamped
    std::vector<double> signal;      ///< power of each input's output

    const nn::Tensor& value(nn::ValueId id) const { return values[at(id)].value(); }
};

/// What networks are judged by where one of the accelerator's maps is changed: only what follows it is run.
class Rest {
  public:
    Rest(const nn::Graph& graph, const Lowering& lowering, int tensor, std::size_t batch,
         const std::stop_token& cancel)
        : lowering_(lowering),
          judged_(judgedContent(graph, lowering)),
          changed_(lowering.tensors[at(tensor)].value),
          run_(graph, unchangedBy(graph, changed_), valuesOf(judged_), batch, cancel) {}

    /// The power of the difference that `content` in the place of the map makes at the output, by input.
    std::vector<double> noise(const Batch& batch, const nn::Tensor& content) {
        std::vector<nn::Tensor> outputs = run_.run([&](nn::ValueId value) -> const nn::Tensor& {
            return value == changed_ ? content : batch.value(value);
        });
        std::vector<double> noise(batch.size, 0.0);
        for (std::size_t part = 0; part < judged_.size(); ++part) {
            clampJudged(lowering_, judged_[part], outputs[part].floats());
            for (std::size_t i = 0; i < batch.size; ++i) {
                noise[i] += sumOfSquaredDifferences(sampleOf(outputs[part], i, batch.size),
                                                    sampleOf(batch.outputs[part], i, batch.size));
            }
        }
        return noise;
    }

    static std::vector<nn::ValueId> valuesOf(const std::vector<TensorContent>& parts) {
        std::vector<nn::ValueId> values;
        std::ranges::transform(parts, std::back_inserter(values), &TensorContent::value);
        return values;
    }

  private:
    /// All values that a change of this one does not reach, and itself.
    static std::vector<bool> unchangedBy(const nn::Graph& graph, nn::ValueId changed) {
        std::vector<bool> isUnchanged(graph.values.size(), true);
        isUnchanged[at(changed)] = false;
        for (const nn::Node& node : graph.nodes) {
            const bool isReached = std::ranges::any_of(node.inputs, [&](nn::ValueId value) {
                return value != nn::kNoValue && !isUnchanged[at(value)];
            });
            for (const nn::ValueId output : node.outputs) {
                if (isReached && output != nn::kNoValue) {
                    isUnchanged[at(output)] = false;
                }
            }
        }
        isUnchanged[at(changed)] = true;
        return isUnchanged;
    }

    const Lowering& lowering_;
    std::vector<TensorContent> judged_;
    nn::ValueId changed_;
    PartialRun run_;
};

/// One thing that is quantized alone: what a layer writes, its weights, or the network's input.
struct Spot {
    int layer = -1;                          ///< -1: the network's input
    const LoweredLayer* weightsOf = nullptr; ///< none: the tensor
    int tensor = 0;
    NoiseByBits* result = nullptr;

    std::array<TensorFormat, 9> formats{};       ///< of the tensor, by bits
    std::array<std::vector<double>, 9> scales{}; ///< of the weights by bits, for each channel

    std::array<NoiseTally, 9> output{}; ///< by bits
    /// On the first batch, the error power that the change makes in the map, and the map's own.
    NoiseByBits here{};
    double power = 0.0;
    bool isStarted = false;
    bool isSettled = false;
};

class Meter {
  public:
    Meter(const nn::Graph& graph, const Lowering& lowering, const Calibration& calibration,
          std::span<const nn::Tensor> inputs, const SensitivityOptions& options)
        : graph_(graph),
          lowering_(lowering),
          calibration_(calibration),
          options_(options),
          classes_(formatClasses(lowering)),
          inputs_(inputs),
          measured_(options.measuredBits) {
        settleBudget();
    }

    Sensitivities run(const std::function<void(double)>& progress) {
        Sensitivities result;
        std::vector<Spot> spots = spotsOf(result);
        const std::size_t size = std::min(batchSize(graph_), inputs_.size());
        const std::size_t batches = (inputs_.size() + size - 1) / size;
        BatchExecutor executor(graph_, options_.workers.cancel);
        std::size_t done = 0; // spots times batches
        std::mutex telling;
        for (std::size_t first = 0; first < inputs_.size(); first += size) {
            std::vector<Spot*> open;
            for (Spot& spot : spots) {
                if (!spot.isSettled) {
                    open.push_back(&spot);
                }
            }
            if (open.empty()) {
                break;
            }
            const Batch batch = recorded(executor, first, std::min(size, inputs_.size() - first));
            parallelFor(open.size(), options_.workers, [&](std::size_t i, int) {
                measure(*open[i], batch);
                const std::lock_guard lock(telling);
                done += open[i]->isSettled ? batches - first / size : 1;
                if (progress) {
                    progress(static_cast<double>(done) / static_cast<double>(spots.size() * batches));
                }
            });
        }
        for (const Spot& spot : spots) {
            *spot.result = relative(spot);
        }
        result.gains = gainsOf(spots);
        return result;
    }

    /// Of very large networks: see SensitivityOptions::limit.
    Sensitivities runRoughly(const std::function<void(double)>& progress) {
        inputs_ = inputs_.first(1);
        Sensitivities result;
        std::vector<Spot> spots = spotsOf(result);
        std::vector<Spot*> maps;
        for (Spot& spot : spots) {
            if (spot.weightsOf == nullptr && spot.tensor != lowering_.input) {
                maps.push_back(&spot);
            }
        }
        const std::size_t places = std::min(maps.size(), kRoughPlaces);
        BatchExecutor executor(graph_, options_.workers.cancel);
        const Batch batch = recorded(executor, 0, 1);
        executor = BatchExecutor(graph_); // its weights take memory
        std::atomic<std::size_t> done = 0;
        parallelFor(places, options_.workers, [&](std::size_t i, int worker) {
            measure(*maps[i * (maps.size() - 1) / std::max<std::size_t>(1, places - 1)], batch);
            const std::size_t finished = ++done;
            if (progress && worker == 0) {
                progress(static_cast<double>(finished) / static_cast<double>(places));
            }
        });
        result.gains = gainsOf(spots);
        parallelFor(spots.size(), options_.workers,
                    [&](std::size_t i, int) { *spots[i].result = estimated(spots[i], result.gains); });
        return result;
    }

    /// Whether one input and one width would take more than this.
    bool isBeyond(double limit) const { return leastWork_ > limit; }

  private:
    /// By layer, from the spots that were measured.
    std::vector<double> gainsOf(const std::vector<Spot>& spots) const {
        std::vector<double> gains(lowering_.layers.size(), 0.0);
        for (const Spot& spot : spots) {
            const int bits = measured_.back();
            const double error = spot.power > 0.0 ? spot.here[at(bits)] / spot.power : 0.0;
            if (spot.isStarted && spot.weightsOf == nullptr && spot.layer >= 0 && error > 0.0) {
                gains[at(spot.layer)] = spot.output[at(bits)].relative() / error;
            }
        }
        fillGaps(gains);
        return gains;
    }

    /// The gain of its layer times the relative error of rounding what is known of it.
    NoiseByBits estimated(Spot& spot, const std::vector<double>& gains) const {
        NoiseByBits noise{};
        const LoweredTensor& lowered = lowering_.tensors[at(spot.tensor)];
        const double gain = gains[at(std::max(0, spot.layer))];
        if (spot.weightsOf != nullptr) {
            const nn::Tensor& weights = *graph_.value(spot.weightsOf->weights).constant;
            const std::size_t channels = at(lowered.shape.channels);
            for (int bits = 2; bits <= 8; ++bits) {
                noise[at(bits)] = gain * weightError(weights.floats(), channels, bits);
            }
            return noise;
        }
        const TensorStatistics seen = classStatistics(lowering_, calibration_, classes_, spot.tensor);
        for (int bits = 2; bits <= 8; ++bits) {
            std::vector<float> sample = seen.sample;
            roundMap(sample, chooseFormat(seen, lowered.neverNegative, bits, options_.range));
            const double power = sumOfSquares(seen.sample);
            noise[at(bits)] = power > 0.0 ? gain * sumOfSquaredDifferences(sample, seen.sample) / power : 0.0;
        }
        return noise;
    }

    /// Relative power of the error of rounding weights, by some of the channels.
    double weightError(std::span<const float> weights, std::size_t channels, int bits) const {
        const std::size_t row = weights.size() / channels, taken = std::min(row, kRoughWeights);
        double error = 0.0, power = 0.0;
        for (std::size_t channel = 0; channel < channels; channel += 1 + channels / kRoughChannels) {
            const std::span<const float> some = weights.subspan(channel * row, taken);
            std::vector<float> rounded(some.begin(), some.end());
            roundWeights(rounded, chooseWeightScale(some, bits, options_.range), bits);
            error += sumOfSquaredDifferences(rounded, some);
            power += sumOfSquares(some);
        }
        return power > 0.0 ? error / power : 0.0;
    }

    std::vector<Spot> spotsOf(Sensitivities& result) const {
        result.weights.assign(lowering_.layers.size(), {});
        result.activations.assign(lowering_.layers.size(), {});
        std::vector<Spot> spots;
        const auto add = [&](int layer, const LoweredLayer* weightsOf, int tensor, NoiseByBits& noise) {
            Spot& spot = spots.emplace_back();
            spot.layer = layer;
            spot.weightsOf = weightsOf;
            spot.tensor = tensor;
            spot.result = &noise;
        };
        add(-1, nullptr, lowering_.input, result.input);
        for (std::size_t i = 0; i < lowering_.layers.size(); ++i) {
            const LoweredLayer& layer = lowering_.layers[i];
            if (layer.kind == LayerKind::Convolution) {
                add(static_cast<int>(i), &layer, layer.output, result.weights[i]);
            }
            if (!layer.keepsFormat() && lowering_.tensors[at(layer.output)].value != nn::kNoValue) {
                add(static_cast<int>(i), nullptr, layer.output, result.activations[i]);
            }
        }
        return spots;
    }

    /// Drops inputs, then measured widths, until the work fits the budget.
    void settleBudget() {
        double all = 0.0, behind = 0.0;
        for (auto node = graph_.nodes.rbegin(); node != graph_.nodes.rend(); ++node) {
            const double macs = static_cast<double>(nn::multiplyAccumulates(graph_, *node));
            all += macs;
            behind += macs > 0 ? 2.0 * all : 0.0; // weights and activations of the layers in front
        }
        const auto work = [&] {
            return behind * static_cast<double>(inputs_.size()) * static_cast<double>(measured_.size());
        };
        while (work() > options_.budget && inputs_.size() > 4) {
            inputs_ = inputs_.first(inputs_.size() - 1);
        }
        if (work() > options_.budget) {
            measured_ = {4};
        }
        while (work() > options_.budget && inputs_.size() > 1) {
            inputs_ = inputs_.first(inputs_.size() - 1);
        }
        leastWork_ = behind;
    }

    Batch recorded(BatchExecutor& executor, std::size_t first, std::size_t count) const {
        Batch batch{count, executor.record(inputs_.subspan(first, count)), {}, {}};
        batch.signal.assign(count, 0.0);
        for (const TensorContent& part : judgedContent(graph_, lowering_)) {
            batch.outputs.push_back(batch.value(part.value));
            clampJudged(lowering_, part, batch.outputs.back().floats());
            for (std::size_t i = 0; i < count; ++i) {
                batch.signal[i] += sumOfSquares(sampleOf(batch.outputs.back(), i, count));
            }
        }
        return batch;
    }

    /// Whether the width is measured and not known well enough.
    bool isOpen(const Spot& spot, int bits) const {
        return std::ranges::find(measured_, bits) != measured_.end() && !spot.output[at(bits)].isSettled();
    }

    void measure(Spot& spot, const Batch& batch) const {
        Rest rest(graph_, lowering_, spot.tensor, batch.size, options_.workers.cancel);
        const bool isFirst = !std::exchange(spot.isStarted, true);
        const LoweredTensor& lowered = lowering_.tensors[at(spot.tensor)];
        nn::Tensor original = batch.value(lowered.value);
        clampTo(lowered, original.floats());
        if (isFirst) {
            chooseSteps(spot);
            spot.power = sumOfSquares(original.floats());
        }
        const auto take = [&](int bits, const nn::Tensor& content) {
            if (isFirst) {
                spot.here[at(bits)] = sumOfSquaredDifferences(content.floats(), original.floats());
            }
            if (isOpen(spot, bits)) {
                const std::vector<double> noise = rest.noise(batch, content);
                for (std::size_t i = 0; i < batch.size; ++i) {
                    spot.output[at(bits)].add(noise[i], batch.signal[i]);
                }
            }
        };
        for (int bits = 2; bits <= 8; ++bits) {
            if (isFirst || isOpen(spot, bits)) {
                take(bits, spot.weightsOf != nullptr ? withRoundedWeights(spot, batch, bits)
                                                     : rounded(original, spot.formats[at(bits)]));
            }
        }
        spot.isSettled = std::ranges::none_of(measured_, [&](int width) { return isOpen(spot, width); });
    }

    /// How the tensor or the weights are rounded: the same for all inputs.
    void chooseSteps(Spot& spot) const {
        const LoweredTensor& lowered = lowering_.tensors[at(spot.tensor)];
        if (spot.weightsOf != nullptr) {
            const nn::Tensor& weights = *graph_.value(spot.weightsOf->weights).constant;
            for (int bits = 2; bits <= 8; ++bits) {
                spot.scales[at(bits)] = weightScales(weights.floats(), lowered.shape.channels, bits);
            }
            return;
        }
        const TensorStatistics seen = classStatistics(lowering_, calibration_, classes_, spot.tensor);
        for (int bits = 2; bits <= 8; ++bits) {
            spot.formats[at(bits)] = chooseFormat(seen, lowered.neverNegative, bits, options_.range);
        }
    }

    static nn::Tensor rounded(nn::Tensor content, const TensorFormat& format) {
        roundMap(content.floats(), format);
        return content;
    }

    nn::Tensor withRoundedWeights(const Spot& spot, const Batch& batch, int bits) const {
        const LoweredLayer& layer = *spot.weightsOf;
        const LoweredTensor& lowered = lowering_.tensors[at(layer.output)];
        const nn::Node& node = graph_.node(layer.node);
        nn::Graph single = subgraph(graph_, {layer.node}, {node.inputs[0]}, {node.outputs[0]});
        const std::span<float> weights = single.value(single.nodes[0].inputs[1]).constant->floats();
        const std::vector<double>& scales = spot.scales[at(bits)];
        const std::size_t perChannel = weights.size() / scales.size();
        for (std::size_t channel = 0; channel < scales.size(); ++channel) {
            roundWeights(weights.subspan(channel * perChannel, perChannel), scales[channel], bits);
        }
        train::Executor executor(std::move(single), static_cast<int>(batch.size), options_.workers.cancel);
        nn::Tensor content = std::move(executor.run(std::span(&batch.value(node.inputs[0]), 1)).front());
        removeMean(content, batch.value(lowered.value), at(lowered.shape.channels) * batch.size);
        clampTo(lowered, content.floats());
        return content;
    }

    std::vector<double> weightScales(std::span<const float> weights, int channels, int bits) const {
        if (options_.range.powerOfTwo) {
            return std::vector<double>(at(channels), chooseWeightScale(weights, bits, options_.range));
        }
        const std::size_t perChannel = weights.size() / at(channels);
        std::vector<double> scales;
        for (std::size_t channel = 0; channel < at(channels); ++channel) {
            scales.push_back(
                chooseWeightScale(weights.subspan(channel * perChannel, perChannel), bits, options_.range));
        }
        return scales;
    }

    /// Bias correction as the quantizer does it: the mean error of a channel does not count.
    static void removeMean(nn::Tensor& content, const nn::Tensor& original, std::size_t planes) {
        const std::vector<float>& wanted = original.floats();
        std::vector<float>& changed = content.floats();
        const std::size_t area = changed.size() / planes;
        if (area < 4) {
            return; // too few values to tell a mean from the error itself
        }
        for (std::size_t first = 0; first < changed.size(); first += area) {
            double mean = 0.0;
            for (std::size_t i = first; i < first + area; ++i) {
                mean += (double{changed[i]} - wanted[i]) / static_cast<double>(area);
            }
            for (std::size_t i = first; i < first + area; ++i) {
                changed[i] -= static_cast<float>(mean);
            }
        }
    }

    /// Fills in the widths that were not measured and relates all to the output's power.
    NoiseByBits relative(const Spot& spot) const {
        NoiseByBits result{};
        for (int bits = 2; bits <= 8; ++bits) {
            const int nearest = *std::ranges::min_element(measured_, {}, [bits](int measured) {
                return std::abs(measured - bits) * 2 + (measured < bits);
            });
            const double share = nearest == bits                ? 1.0
                                 : spot.here[at(nearest)] > 0.0 ? spot.here[at(bits)] / spot.here[at(nearest)]
                                                                : 0.0;
            result[at(bits)] = share * spot.output[at(nearest)].relative();
        }
        return result;
    }

    const nn::Graph& graph_;
    const Lowering& lowering_;
    const Calibration& calibration_;
    const SensitivityOptions& options_;
    std::vector<int> classes_; ///< formatClasses
    std::span<const nn::Tensor> inputs_;
    std::vector<int> measured_;
    double leastWork_ = 0.0; ///< multiply-accumulates of one input and one width
};

} // namespace

Sensitivities sensitivities(const nn::Graph& prepared, const Lowering& lowering,
                            const Calibration& calibration, std::span<const nn::Tensor> inputs,
                            const SensitivityOptions& options, const std::function<void(double)>& progress) {
    const bool legal =
        std::ranges::all_of(options.measuredBits, [](int bits) { return bits >= 2 && bits <= 8; });
    if (inputs.empty() || options.measuredBits.empty() || !legal) {
        throw inputError(
            "network '{}': sensitivities need at least one input and measured widths of 2 to 8 bits",
            prepared.name);
    }
    Meter meter(prepared, lowering, calibration, inputs, options);
    return meter.isBeyond(options.limit) ? meter.runRoughly(progress) : meter.run(progress);
}

} // namespace tandem::quant

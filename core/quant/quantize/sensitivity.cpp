// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/sensitivity.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/quant/quantize/quantize.h"
#include "core/train/executor.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <optional>
#include <set>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// Elements of feature maps that are kept in memory at most.
constexpr double kKeptElements = 4e7;

using Values = std::vector<std::vector<nn::Tensor>>; ///< [graph value][input]

void clampTo(const LoweredTensor& tensor, std::vector<float>& values) {
    for (float& value : values) {
        value = static_cast<float>(std::clamp(double{value}, tensor.low, tensor.high));
    }
}

/// A part of the accelerator, run again with one of its maps changed.
class Rest {
  public:
    /// Everything between `tensor` and the accelerator's output.
    Rest(const nn::Graph& graph, const Lowering& lowering, int tensor)
        : lowering_(lowering),
          leaving_(contentOf(lowering, lowering.output)),
          changed_(lowering.tensors[at(tensor)].value) {
        std::vector<nn::ValueId> outputs;
        for (const TensorContent& part : leaving_) {
            outputs.push_back(part.value);
        }
        if (outputs == std::vector{changed_}) {
            return;
        }
        const std::vector<nn::NodeId> nodes = nodesBetween(graph, changed_, outputs);
        std::set<nn::ValueId> made;
        for (const nn::NodeId node : nodes) {
            made.insert(graph.node(node).outputs.begin(), graph.node(node).outputs.end());
        }
        for (const nn::NodeId node : nodes) {
            for (const nn::ValueId input : graph.node(node).inputs) {
                const bool enters =
                    input != nn::kNoValue && !graph.value(input).constant && !made.contains(input);
                if (enters && std::ranges::find(entering_, input) == entering_.end()) {
                    entering_.push_back(input);
                }
            }
        }
        // An output that the change does not reach enters and leaves as it is.
        for (const nn::ValueId output : outputs) {
            const bool isKnown =
                made.contains(output) || std::ranges::find(entering_, output) != entering_.end();
            if (!isKnown) {
                entering_.push_back(output);
            }
        }
        nn::Graph part = subgraph(graph, nodes, entering_, outputs);
        executor_.emplace(std::move(part));
    }

    /// The accelerator's output for one input with the map's content replaced.
    std::vector<float> run(const Values& values, std::size_t input, const nn::Tensor& content) {
        std::vector<nn::Tensor> outputs;
        if (!executor_) {
            outputs = {content};
        } else {
            std::vector<nn::Tensor> given;
            for (const nn::ValueId value : entering_) {
                given.push_back(value == changed_ ? content : values[at(value)][input]);
            }
            outputs = executor_->run(given);
        }
        std::vector<float> output;
        for (std::size_t part = 0; part < leaving_.size(); ++part) {
            clampTo(lowering_.tensors[at(leaving_[part].tensor)], outputs[part].floats());
            output.insert(output.end(), outputs[part].floats().begin(), outputs[part].floats().end());
        }
        return output;
    }

  private:
    static std::vector<nn::NodeId> nodesBetween(const nn::Graph& graph, nn::ValueId from,
                                                const std::vector<nn::ValueId>& targets) {
        std::vector<bool> after(graph.values.size(), false), before(graph.values.size(), false);
        after[at(from)] = true;
        std::ranges::for_each(targets, [&](nn::ValueId value) { before[at(value)] = true; });
        const auto any = [](const std::vector<nn::ValueId>& values, const std::vector<bool>& flags) {
            return std::ranges::any_of(
                values, [&](nn::ValueId value) { return value != nn::kNoValue && flags[at(value)]; });
        };
        for (const nn::Node& node : graph.nodes) {
            if (any(node.inputs, after)) {
                std::ranges::for_each(node.outputs, [&](nn::ValueId value) { after[at(value)] = true; });
            }
        }
        std::vector<nn::NodeId> nodes;
        for (std::size_t i = graph.nodes.size(); i-- > 0;) {
            const nn::Node& node = graph.nodes[i];
            const bool makesFrom = std::ranges::find(node.outputs, from) != node.outputs.end();
            if (!makesFrom && any(node.outputs, before)) {
                for (const nn::ValueId value : node.inputs) {
                    if (value != nn::kNoValue && value != from) {
                        before[at(value)] = true;
                    }
                }
                if (any(node.outputs, after)) {
                    nodes.insert(nodes.begin(), static_cast<nn::NodeId>(i));
                }
            }
        }
        return nodes;
    }

    const Lowering& lowering_;
    std::vector<TensorContent> leaving_;
    nn::ValueId changed_;
    std::vector<nn::ValueId> entering_;
    std::optional<train::Executor> executor_;
};

/// The error power that a change makes on the spot (over the map) and at the output, both summed over inputs.
struct Noise {
    double here = 0.0;
    std::optional<double> output;
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
          inputs_(inputs.first(std::min(inputs.size(), fittingInputs()))),
          measured_(options.measuredBits) {
        settleBudget();
        recordValues();
    }

    Sensitivities run(std::span<const nn::Tensor> all, const std::function<void(double)>& progress) {
        Sensitivities result;
        const std::size_t layers = lowering_.layers.size();
        result.weights.assign(layers, {});
        result.activations.assign(layers, {});
        std::atomic<std::size_t> done = 0;
        std::mutex telling;
        parallelFor(layers + 1, options_.workers, [&](std::size_t i, int) {
            if (i == layers) {
                result.input = activationNoise(lowering_.input);
            } else {
                const LoweredLayer& layer = lowering_.layers[i];
                if (layer.kind == LayerKind::Convolution) {
                    result.weights[i] = weightNoise(layer);
                }
                if (!layer.keepsFormat() && lowering_.tensors[at(layer.output)].value != nn::kNoValue) {
                    result.activations[i] = activationNoise(layer.output);
                }
            }
            const double share = static_cast<double>(++done) / static_cast<double>(layers + 1);
            if (progress) {
                const std::lock_guard lock(telling);
                progress(share);
            }
        });
        result.agreement = AgreementModel(referenceOutputs(graph_, lowering_, all, options_.workers));
        return result;
    }

  private:
    std::size_t fittingInputs() const {
        double elements = 1.0;
        for (const nn::Value& value : graph_.values) {
            elements += value.constant ? 0.0 : static_cast<double>(nn::elementCount(value.shape));
        }
        return std::max<std::size_t>(1, static_cast<std::size_t>(kKeptElements / elements));
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
    }

    void recordValues() {
        values_.assign(graph_.values.size(), {});
        train::Executor executor(graph_, 1, options_.workers.cancel);
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            executor.run(inputs_.subspan(i, 1), [&](nn::ValueId value, const nn::Tensor& tensor) {
                values_[at(value)].push_back(tensor);
            });
        }
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            std::vector<float>& whole = reference_.emplace_back();
            for (const TensorContent& part : contentOf(lowering_, lowering_.output)) {
                std::vector<float> own = values_[at(part.value)][i].floats();
                clampTo(lowering_.tensors[at(part.tensor)], own);
                whole.insert(whole.end(), own.begin(), own.end());
            }
            for (const float value : whole) {
                signal_ += double{value} * value;
            }
        }
    }

    bool isMeasured(int bits) const { return std::ranges::find(measured_, bits) != measured_.end(); }

    NoiseByBits activationNoise(int tensor) const {
        const LoweredTensor& lowered = lowering_.tensors[at(tensor)];
        Rest rest(graph_, lowering_, tensor);
        std::array<Noise, 9> noise;
        const TensorStatistics seen = classStatistics(lowering_, calibration_, classes_, tensor);
        for (int bits = 2; bits <= 8; ++bits) {
            const TensorFormat format = chooseFormat(seen, lowered.neverNegative, bits, options_.range);
            noise[at(bits)] = measure(rest, lowered, bits, [&](std::size_t input) {
                nn::Tensor content = values_[at(lowered.value)][input];
                clampTo(lowered, content.floats());
                for (float& value : content.floats()) {
                    value = static_cast<float>(format.scale *
                                               (quantized(double{value}, format) - format.zeroPoint));
                }
                return content;
            });
        }
        return relative(noise);
    }

    NoiseByBits weightNoise(const LoweredLayer& layer) const {
        const LoweredTensor& lowered = lowering_.tensors[at(layer.output)];
        const nn::Node& node = graph_.node(layer.node);
        Rest rest(graph_, lowering_, layer.output);
        std::array<Noise, 9> noise;
        nn::Graph single = subgraph(graph_, {layer.node}, {node.inputs[0]}, {node.outputs[0]});
        const nn::ValueId weights = single.nodes[0].inputs[1];
        const nn::Tensor original = *single.value(weights).constant;
        for (int bits = 2; bits <= 8; ++bits) {
            *single.value(weights).constant = roundedWeights(original, lowered.shape.channels, bits);
            train::Executor executor(single, 1, options_.workers.cancel);
            noise[at(bits)] = measure(rest, lowered, bits, [&](std::size_t input) {
                nn::Tensor content =
                    std::move(executor.run(std::span(values_[at(node.inputs[0])]).subspan(input, 1)).front());
                removeMean(content, values_[at(lowered.value)], lowered.shape.channels, input);
                clampTo(lowered, content.floats());
                return content;
            });
        }
        return relative(noise);
    }

    nn::Tensor roundedWeights(nn::Tensor weights, int channels, int bits) const {
        const int limit = (1 << (bits - 1)) - 1;
        const std::size_t perChannel = weights.floats().size() / at(channels);
        const double common =
            options_.range.powerOfTwo ? chooseWeightScale(weights.floats(), bits, options_.range) : 0.0;
        for (std::size_t channel = 0; channel < at(channels); ++channel) {
            const std::span<float> row(weights.floats().data() + channel * perChannel, perChannel);
            const double scale = common > 0 ? common : chooseWeightScale(row, bits, options_.range);
            for (float& weight : row) {
                const double steps = scale > 0 ? std::floor(weight / scale + 0.5) : 0.0;
                weight = static_cast<float>(std::clamp<double>(steps, -limit, limit) * scale);
            }
        }
        return weights;
    }

    /// Bias correction as the quantizer does it: the mean error of a channel does not count.
    static void removeMean(nn::Tensor& content, const std::vector<nn::Tensor>& originals, int channels,
                           std::size_t input) {
        const std::vector<float>& original = originals[input].floats();
        std::vector<float>& changed = content.floats();
        const std::size_t area = changed.size() / at(channels);
        if (area < 4) {
            return; // too few values to tell a mean from the error itself
        }
        for (std::size_t first = 0; first < changed.size(); first += area) {
            double mean = 0.0;
            for (std::size_t i = first; i < first + area; ++i) {
                mean += (double{changed[i]} - original[i]) / static_cast<double>(area);
            }
            for (std::size_t i = first; i < first + area; ++i) {
                changed[i] -= static_cast<float>(mean);
            }
        }
    }

    template <typename Content>
    Noise measure(Rest& rest, const LoweredTensor& lowered, int bits, const Content& contentOf) const {
        Noise noise;
        for (std::size_t input = 0; input < inputs_.size(); ++input) {
            const nn::Tensor content = contentOf(input);
            std::vector<float> original = values_[at(lowered.value)][input].floats();
            clampTo(lowered, original);
            noise.here += distance(content.floats(), original);
            if (isMeasured(bits)) {
                const double output = distance(rest.run(values_, input, content), reference_[input]);
                noise.output = noise.output.value_or(0.0) + output;
            }
        }
        return noise;
    }

    static double distance(const std::vector<float>& a, const std::vector<float>& b) {
        double sum = 0.0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            sum += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
        }
        return sum;
    }

    /// Fills in the widths that were not measured and relates all to the output's power.
    NoiseByBits relative(const std::array<Noise, 9>& noise) const {
        NoiseByBits result{};
        for (int bits = 2; bits <= 8; ++bits) {
            const int nearest = *std::ranges::min_element(measured_, {}, [bits](int measured) {
                return std::abs(measured - bits) * 2 + (measured < bits);
            });
            const Noise& from = noise[at(nearest)];
            const double gain = from.here > 0 ? *from.output / from.here : 0.0;
            result[at(bits)] = signal_ > 0 ? noise[at(bits)].here * gain / signal_ : 0.0;
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
    Values values_;
    Outputs reference_;
    double signal_ = 0.0;
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
    return Meter(prepared, lowering, calibration, inputs, options).run(inputs, progress);
}

} // namespace tandem::quant

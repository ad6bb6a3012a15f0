// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/tuning/rounding_graph.h"

#include "core/base/error.h"
#include "core/train/executor.h"
#include "core/train/layers/learned_step_size.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

constexpr float kEpsilon = 1e-5F;

/// Channels without a scale of their own (all their weights are 0) get the finest of the others': their bias
/// is still rounded to it, and weights that training moves away from 0 can be told from it.
void fillWithSmallest(std::vector<float>& scales, float withoutAny) {
    float smallest = std::numeric_limits<float>::infinity();
    for (const float scale : scales) {
        smallest = scale > 0.0F ? std::min(smallest, scale) : smallest;
    }
    std::ranges::replace_if(
        scales, [](float scale) { return !(scale > 0.0F); }, std::isfinite(smallest) ? smallest : withoutAny);
}

/// Mean and variance of every channel of a feature map.
struct Moments {
    std::vector<double> sums, squares;
    double count = 0.0; ///< elements of one channel

    void add(const nn::Tensor& map) {
        const auto channels = at(static_cast<int>(map.shape.at(1)));
        const std::size_t area = map.floats().size() / (channels * at(static_cast<int>(map.shape[0])));
        sums.resize(channels);
        squares.resize(channels);
        for (std::size_t i = 0; i < map.floats().size(); ++i) {
            const auto x = static_cast<double>(map.floats()[i]);
            sums[i / area % channels] += x;
            squares[i / area % channels] += x * x;
        }
        count += static_cast<double>(map.floats().size() / channels);
    }

    double mean(std::size_t channel) const { return sums[channel] / count; }
    double variance(std::size_t channel) const {
        return std::max(0.0, squares[channel] / count - mean(channel) * mean(channel));
    }
};

/// Makes the rounding graph: copies the nodes one by one and puts what it adds behind them.
class Maker {
  public:
    Maker(const nn::Graph& prepared, const Lowering& lowering, const IntegerNetwork& start,
          const RoundingGraphOptions& options)
        : prepared_(prepared), lowering_(lowering), start_(start), options_(options) {
        made_.graph = prepared;
        made_.graph.nodes.clear();
        made_.layers.resize(lowering.layers.size());
        made_.tail = tailParameters(prepared, lowering);
    }

    RoundingGraph run(std::span<const nn::Tensor> calibration) {
        findRounded();
        findFolded();
        if (options_.normalizes) {
            measure(calibration);
        }
        roundInput();
        for (std::size_t id = 0; id < prepared_.nodes.size(); ++id) {
            copyNode(static_cast<nn::NodeId>(id));
        }
        settleQuantizers();
        made_.graph.check();
        return std::move(made_);
    }

  private:
    /// Which values are rounded, and the steps: one for each format class.
    void findRounded() {
        const std::vector<int> classes = formatClasses(lowering_);
        std::vector<nn::ValueId> steps(classes.size(), nn::kNoValue);
        for (std::size_t tensor = 0; tensor < classes.size(); ++tensor) {
            nn::ValueId& step = steps[at(classes[tensor])];
            if (step == nn::kNoValue) {
                const TensorFormat& format = start_.tensors[tensor].format;
                step = made_.graph.addConstant(lowering_.tensors[tensor].name + ".step",
                                               nn::Tensor::ofFloats({1}, {static_cast<float>(format.scale)}));
            }
            made_.steps.push_back(step);
        }
        round(lowering_.input, lowering_.tensors[at(lowering_.input)].value);
        for (const LoweredLayer& layer : lowering_.layers) {
            if (!layer.keepsFormat()) {
                const nn::ValueId content = lowering_.tensors[at(layer.output)].value;
                round(layer.output, content == nn::kNoValue ? layer.function : content);
            }
        }
    }

    void round(int tensor, nn::ValueId value) {
        const LoweredTensor& map = lowering_.tensors[at(tensor)];
        if (value == nn::kNoValue) {
            throw workError("feature map '{}' is nowhere in the graph; it cannot be rounded in training",
                            map.name);
        }
        const TensorFormat& format = start_.tensors[at(tensor)].format;
        quantizers_.push_back({value, made_.steps[at(tensor)], format.low() - format.zeroPoint,
                               format.high() - format.zeroPoint, map.low, map.high});
    }

    /// Whether all that reads maps of the output's format only moves them, to where the scores leave.
    bool scoresLeave(const std::vector<int>& classes) const {
        const auto isScores = [&](int tensor) {
            return classes[at(tensor)] == classes[at(lowering_.output)];
        };
        return !isScores(lowering_.input) &&
               std::ranges::none_of(lowering_.layers,
                                    [&](const LoweredLayer& layer) {
                                        return !layer.keepsFormat() &&
                                               std::ranges::any_of(layer.inputs, isScores);
                                    }) &&
               std::ranges::all_of(lowering_.after.nodes, [](const nn::Node& node) {
                   return std::holds_alternative<nn::Softmax>(node.op) ||
                          std::holds_alternative<nn::Reshape>(node.op);
               });
    }

    /// Sorts the quantizers into those of activations and of outputs.
    void settleQuantizers() {
        const bool leave = scoresLeave(formatClasses(lowering_));
        for (const train::ActivationQuantizer& quantizer : quantizers_) {
            const bool isOutput = leave && quantizer.step == made_.steps[at(lowering_.output)];
            (isOutput ? made_.quantization.outputs : made_.quantization.activations).push_back(quantizer);
        }
    }

    /// Activations that the rounding clamps to.
    void findFolded() {
        for (std::size_t i = 0; i < lowering_.layers.size(); ++i) {
            const LoweredLayer& layer = lowering_.layers[i];
            for (const nn::NodeId node : layer.nodes) {
                if (node != layer.node) {
                    folded_.insert(node);
                }
            }
            if (layer.kind == LayerKind::Convolution) {
                weighted_[layer.node] = i;
            }
        }
    }

    /// Whether a batch norm may stand behind the layer: not where the scores leave, whose scale the loss
    /// depends on.
    bool normalizes(const LoweredLayer& layer) const {
        return options_.normalizes && layer.output != lowering_.output &&
               std::holds_alternative<nn::Convolution>(prepared_.node(layer.node).op);
    }

    void measure(std::span<const nn::Tensor> calibration) {
        train::Executor executor(prepared_);
        for (const nn::Tensor& input : calibration) {
            executor.run({&input, 1}, [this](nn::ValueId value, const nn::Tensor& map) {
                const bool isWanted = std::ranges::any_of(weighted_, [&](const auto& weighted) {
                    return prepared_.node(weighted.first).outputs[0] == value &&
                           normalizes(lowering_.layers[weighted.second]);
                });
                if (isWanted) {
                    moments_[value].add(map);
                }
            });
        }
    }

    nn::ValueId addLike(nn::ValueId value, const std::string& suffix) {
        nn::Value like;
        like.name = made_.graph.value(value).name + suffix;
        like.shape = made_.graph.value(value).shape;
        return made_.graph.addValue(std::move(like));
    }

    nn::ValueId addPerChannel(const std::string& name, std::vector<float> numbers) {
        const auto channels = static_cast<std::int64_t>(numbers.size());
        return made_.graph.addConstant(name, nn::Tensor::ofFloats({channels}, std::move(numbers)));
    }

    const train::ActivationQuantizer* quantizerOf(nn::ValueId value) const {
        const auto found = std::ranges::find(quantizers_, value, &train::ActivationQuantizer::value);
        return found == quantizers_.end() ? nullptr : &*found;
    }

    void addIdentity(nn::ValueId from, nn::ValueId to) {
        made_.graph.nodes.push_back(
            {made_.graph.value(to).name + ".round", "Identity", nn::Identity{}, {from}, {to}});
    }

    /// Where the accelerator reads the network's own input, all nodes read the rounded one.
    void roundInput() {
        const nn::ValueId input = lowering_.tensors[at(lowering_.input)].value;
        if (std::ranges::find(prepared_.inputs, input) == prepared_.inputs.end()) {
            return;
        }
        const nn::ValueId rounded = addLike(input, ".rounded");
        addIdentity(input, rounded);
        replacedInput_ = {input, rounded};
        for (train::ActivationQuantizer& quantizer : quantizers_) {
            quantizer.value = quantizer.value == input ? rounded : quantizer.value;
        }
    }

    void copyNode(nn::NodeId id) {
        nn::Node node = prepared_.node(id);
        std::ranges::replace(node.inputs, replacedInput_.first, replacedInput_.second);
        if (folded_.contains(id)) {
            node.op = nn::Identity{};
        }
        const auto weighted = weighted_.find(id);
        if (weighted != weighted_.end()) {
            roundWeights(weighted->second, node);
        }
        std::vector<std::pair<nn::ValueId, nn::ValueId>> rounded; // from, to
        for (nn::ValueId& output : node.outputs) {
            if (quantizerOf(output) != nullptr) {
                const nn::ValueId whole = addLike(output, ".whole");
                rounded.emplace_back(whole, output);
                output = whole;
            }
        }
        const nn::ValueId first = node.outputs.at(0);
        if (weighted != weighted_.end() && normalizes(lowering_.layers[weighted->second])) {
            normalize(weighted->second, std::move(node), first);
        } else {
            made_.graph.nodes.push_back(std::move(node));
        }
        for (const auto& [from, to] : rounded) {
            addIdentity(from, to);
        }
    }

    void roundWeights(std::size_t index, const nn::Node& node) {
        const LoweredLayer& layer = lowering_.layers[index];
        const auto& integers = std::get<ConvolutionLayer>(start_.layers[index].op);
        const std::vector<float>& weights = prepared_.value(layer.weights).constant->floats();
        const std::size_t channels = at(lowering_.tensors[at(layer.output)].shape.channels);
        std::vector<float> steps;
        for (std::size_t channel = 0; channel < channels; ++channel) {
            const std::size_t size = weights.size() / channels;
            const double scale = chooseWeightScale(std::span(weights).subspan(channel * size, size),
                                                   integers.weightBits, RangeOptions());
            steps.push_back(static_cast<float>(scale));
        }
        fillWithSmallest(steps, 1.0F);
        RoundingLayer& made = made_.layers[index];
        made.weights = layer.weights;
        made.bias = layer.bias;
        made.steps = addPerChannel(node.name + ".steps", std::move(steps));
        made_.quantization.weights.push_back({made.weights, made.steps, integers.weightBits});
    }

    /// Appends the node without its bias and a batch norm that computes `output`.
    void normalize(std::size_t index, nn::Node node, nn::ValueId output) {
        RoundingLayer& made = made_.layers[index];
        const Moments& moments = moments_.at(lowering_.tensors[at(lowering_.layers[index].output)].value);
        std::vector<float> scale, shift, mean, variance;
        for (std::size_t channel = 0; channel < moments.sums.size(); ++channel) {
            const float bias =
                made.bias == nn::kNoValue ? 0.0F : prepared_.value(made.bias).constant->floats()[channel];
            shift.push_back(static_cast<float>(moments.mean(channel)));
            mean.push_back(shift.back() - bias);
            variance.push_back(static_cast<float>(moments.variance(channel)));
            scale.push_back(std::sqrt(variance.back() + kEpsilon));
        }
        made.bias = nn::kNoValue;
        made.normalizing = {addPerChannel(node.name + ".scale", std::move(scale)),
                            addPerChannel(node.name + ".shift", std::move(shift)),
                            addPerChannel(node.name + ".mean", std::move(mean)),
                            addPerChannel(node.name + ".variance", std::move(variance))};
        const nn::ValueId sums = addLike(output, ".sums");
        node.inputs.resize(2);
        node.outputs = {sums};
        nn::Node normalization{node.name + ".normalize",
                               "BatchNormalization",
                               nn::BatchNormalization{kEpsilon},
                               {sums},
                               {output}};
        normalization.inputs.insert(normalization.inputs.end(), made.normalizing.begin(),
                                    made.normalizing.end());
        made_.graph.nodes.push_back(std::move(node));
        made_.graph.nodes.push_back(std::move(normalization));
    }

    const nn::Graph& prepared_;
    const Lowering& lowering_;
    const IntegerNetwork& start_;
    const RoundingGraphOptions& options_;
    RoundingGraph made_;
    std::vector<train::ActivationQuantizer> quantizers_;
    std::set<nn::NodeId> folded_;
    std::map<nn::NodeId, std::size_t> weighted_; ///< nodes with weights and their layers
    std::map<nn::ValueId, Moments> moments_;
    std::pair<nn::ValueId, nn::ValueId> replacedInput_{nn::kNoValue, nn::kNoValue};
};

const std::vector<float>& numbers(const nn::Graph& graph, nn::ValueId id) {
    return graph.value(id).constant.value().floats();
}

/// What the batch norm behind a layer multiplies and adds, per channel; 1 and the bias without one.
struct Folding {
    std::vector<float> factors, bias;
};

/// A channel whose sums hardly ever move is its batch norm's shift: 0 times its weights. With them, the batch
/// norm would make one unit of the sums larger than the output's whole range, and the bias would be rounded
/// to such units. `units`: the real number that one is before the batch norm, per channel.
Folding foldingOf(const nn::Graph& trained, const RoundingLayer& layer, std::span<const float> units) {
    constexpr float kStill =
        0.01F; // of the inputs, where sums are integers: variance / unit^2 bounds that share
    const std::size_t channels = units.size();
    Folding folding{std::vector<float>(channels, 1.0F), std::vector<float>(channels, 0.0F)};
    if (layer.bias != nn::kNoValue) {
        folding.bias = numbers(trained, layer.bias);
    }
    if (layer.normalizing.empty()) {
        return folding;
    }
    const std::vector<float>&scale = numbers(trained, layer.normalizing[0]),
          &shift = numbers(trained, layer.normalizing[1]), &mean = numbers(trained, layer.normalizing[2]),
          &variance = numbers(trained, layer.normalizing[3]);
    for (std::size_t channel = 0; channel < channels; ++channel) {
        const bool isStill = variance[channel] < kStill * units[channel] * units[channel];
        const float factor = isStill ? 0.0F : scale[channel] / std::sqrt(variance[channel] + kEpsilon);
        folding.factors[channel] = factor;
        folding.bias[channel] = shift[channel] - mean[channel] * factor;
    }
    return folding;
}

/// `inputStep`, `outputStep`: of the maps that it reads and writes.
TunedLayer tunedLayer(const nn::Graph& trained, const RoundingLayer& layer, int bits, float inputStep,
                      float outputStep) {
    constexpr float kFiner = 256.0F; // than the output, where nothing but a bias is rounded to the scale
    const std::vector<float>& steps = numbers(trained, layer.steps);
    const std::vector<float>& weights = numbers(trained, layer.weights);
    TunedLayer tuned;
    tuned.bits = bits;
    tuned.weights.resize(weights.size());
    train::quantizeWeights(weights, steps, bits, tuned.weights);
    std::vector<float> units(steps);
    std::ranges::for_each(units, [inputStep](float& unit) { unit *= inputStep; });
    Folding folding = foldingOf(trained, layer, units);
    tuned.bias = std::move(folding.bias);
    const std::size_t perChannel = weights.size() / steps.size();
    for (std::size_t channel = 0; channel < steps.size(); ++channel) {
        const float factor = folding.factors[channel];
        bool isZero = true;
        for (float& weight : std::span(tuned.weights).subspan(channel * perChannel, perChannel)) {
            weight *= factor;
            isZero = isZero && weight == 0.0F;
        }
        tuned.scales.push_back(isZero ? 0.0F : std::abs(steps[channel] * factor));
    }
    fillWithSmallest(tuned.scales, outputStep / (kFiner * inputStep));
    return tuned;
}

} // namespace

RoundingGraph makeRoundingGraph(const nn::Graph& prepared, const Lowering& lowering,
                                const IntegerNetwork& start, std::span<const nn::Tensor> calibration,
                                const RoundingGraphOptions& options) {
    return Maker(prepared, lowering, start, options).run(calibration);
}

TunedNetwork tunedNetwork(const RoundingGraph& rounding, const Lowering& lowering,
                          const IntegerNetwork& start, const nn::Graph& trained) {
    TunedNetwork tuned;
    const auto stepOf = [&](int tensor) { return numbers(trained, rounding.steps[at(tensor)]).at(0); };
    for (std::size_t i = 0; i < lowering.layers.size(); ++i) {
        const RoundingLayer& layer = rounding.layers[i];
        if (layer.weights == nn::kNoValue) {
            tuned.layers.emplace_back();
            continue;
        }
        const LoweredLayer& lowered = lowering.layers[i];
        tuned.layers.push_back(tunedLayer(trained, layer,
                                          std::get<ConvolutionLayer>(start.layers[i].op).weightBits,
                                          stepOf(lowered.inputs.at(0)), stepOf(lowered.output)));
    }
    for (std::size_t i = 0; i < start.tensors.size(); ++i) {
        TensorFormat format = start.tensors[i].format;
        format.scale = static_cast<double>(stepOf(static_cast<int>(i)));
        tuned.formats.push_back(format);
    }
    for (const nn::ValueId value : rounding.tail) {
        tuned.tail.push_back(numbers(trained, value));
    }
    return tuned;
}

} // namespace tandem::quant

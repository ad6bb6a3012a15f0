// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/bundles.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/nn/builder.h"

#include <array>

namespace tandem::nn {

namespace {

constexpr std::array kOperators{
    ComputeOperator{false, 1}, ComputeOperator{false, 3}, ComputeOperator{false, 5},
    ComputeOperator{false, 7}, ComputeOperator{true, 3},  ComputeOperator{true, 5},
    ComputeOperator{true, 7},
};
constexpr int kMostChannels = 4096, kMostRepetitions = 32, kMostClasses = 100'000;
constexpr std::int64_t kMostWeights = 20'000'000; // drawn at random: more would take seconds

std::string nameOf(const ComputeOperator& op) {
    return fmt::format("{}{}", op.isDepthwise ? "dw" : "conv", op.kernel);
}

void checkRange(const char* what, std::int64_t value, std::int64_t least, std::int64_t most) {
    if (value < least || value > most) {
        throw inputError("{} {} cannot be assembled; {} to {} is accepted", value, what, least, most);
    }
}

/// About as many weights as the stages will have.
std::int64_t stageWeights(const AssemblyOptions& options) {
    std::int64_t weights = 0, inputs = options.channels[0];
    for (const std::int64_t channels : options.channels) {
        for (int i = 0; i < options.repetitions; ++i) {
            for (const ComputeOperator& op : options.bundle) {
                weights += (op.isDepthwise ? 1 : inputs) * channels * op.kernel * op.kernel;
                inputs = op.isDepthwise ? inputs : channels;
            }
        }
    }
    return weights;
}

void check(const AssemblyOptions& options) {
    if (options.input.size() != 4 || options.input[0] != 1) {
        throw inputError(
            "an input of shape {} cannot be assembled for; 1 x channels x height x width is accepted",
            toString(options.input));
    }
    for (std::size_t i = 1; i < 4; ++i) {
        checkRange(i == 1 ? "input channels" : "input rows or columns", options.input[i], 1, kMostChannels);
    }
    checkRange("classes", options.classes, 2, kMostClasses);
    checkRange("bundles in a stage", options.repetitions, 1, kMostRepetitions);
    checkRange("stages", std::ssize(options.channels), 1, 8);
    for (const int channels : options.channels) {
        checkRange("channels in a stage", channels, 1, kMostChannels);
    }
    if (const std::int64_t weights = stageWeights(options); weights > kMostWeights) {
        throw inputError(
            "{} weights are more than the {} that are accepted; fewer channels or smaller kernels "
            "are needed",
            weights, kMostWeights);
    }
    if (!(options.clip >= 0.0)) {
        throw inputError("activations clipped at {} cannot be assembled; 0 (not clipped) or more is accepted",
                         options.clip);
    }
}

class Assembler {
  public:
    Assembler(const AssemblyOptions& options, Weights weights)
        : options_(options), builder_(toString(options.bundle), options.seed, weights) {}

    Graph run() {
        ValueId x = builder_.input("image", options_.input);
        x = activated(normalized(builder_.convolution(x, {.channels = options_.channels[0]})));
        for (std::size_t stage = 0; stage < options_.channels.size(); ++stage) {
            for (int i = 0; i < options_.repetitions; ++i) {
                x = bundle(x, options_.channels[stage], stage > 0 && i == 0);
            }
        }
        x = builder_.flatten(builder_.globalAveragePool(x));
        return builder_.finish({builder_.linear(x, options_.classes)});
    }

  private:
    int channelsOf(ValueId x) const { return static_cast<int>(builder_.shape(x).at(1)); }
    ValueId normalized(ValueId x) { return builder_.batchNormalization(x); }

    ValueId activated(ValueId x) {
        Activation clipped;
        if (options_.clip > 0.0) {
            clipped.kind = ActivationKind::Clip;
            clipped.high = static_cast<float>(options_.clip);
        }
        return builder_.activation(x, clipped);
    }

    ValueId bundle(ValueId x, int channels, bool halves) {
        if (halves) {
            checkHalving(builder_.shape(x));
        }
        const bool strides = halves && options_.downSampling == DownSampling::Stride;
        if (halves && !strides) {
            x = options_.downSampling == DownSampling::MaximumPool ? builder_.maximumPool(x, 2, 2)
                                                                   : builder_.averagePool(x, 2, 2);
        }
        const auto isFull = [](const ComputeOperator& op) { return !op.isDepthwise; };
        if (std::ranges::none_of(options_.bundle, isFull) && channelsOf(x) != channels) {
            x = activated(normalized(builder_.pointwise(x, channels)));
        }
        const ValueId from = x;
        for (std::size_t i = 0; i < options_.bundle.size(); ++i) {
            const ComputeOperator& op = options_.bundle[i];
            const int stride = strides && i == 0 ? 2 : 1;
            x = normalized(
                op.isDepthwise
                    ? builder_.depthwise(x, op.kernel, stride)
                    : builder_.convolution(x, {.channels = channels, .kernel = op.kernel, .stride = stride}));
            if (i + 1 < options_.bundle.size()) {
                x = activated(x);
            }
        }
        const bool adds = options_.hasShortcuts && builder_.shape(x) == builder_.shape(from);
        return activated(adds ? builder_.add(x, from) : x);
    }

    void checkHalving(const Shape& map) const {
        if (map[2] < 2 || map[3] < 2) {
            throw inputError(
                "a map of {}x{} cannot be halved again for all of the {} stages; fewer stages or a "
                "larger input are needed",
                map[2], map[3], options_.channels.size());
        }
    }

    const AssemblyOptions& options_;
    GraphBuilder builder_;
};

} // namespace

BundleOperators parseBundle(std::string_view text) {
    BundleOperators bundle;
    bool isKnown = true;
    for (const std::string_view name : split(text, '+')) {
        const auto found = std::ranges::find(kOperators, name, nameOf);
        isKnown = isKnown && found != kOperators.end() && bundle.size() < 2;
        if (isKnown) {
            bundle.push_back(*found);
        }
    }
    if (!isKnown) {
        std::array<std::string, kOperators.size()> names;
        std::ranges::transform(kOperators, names.begin(), nameOf);
        throw inputError("bundle '{}' is not known; one or two of {} joined by + are accepted", text,
                         fmt::join(names, ", "));
    }
    return bundle;
}

std::string toString(const BundleOperators& bundle) {
    std::string text;
    for (const ComputeOperator& op : bundle) {
        text += (text.empty() ? "" : "+") + nameOf(op);
    }
    return text;
}

std::vector<BundleOperators> candidateBundles() {
    std::vector<BundleOperators> candidates;
    for (const ComputeOperator& op : kOperators) {
        candidates.push_back({op});
    }
    const ComputeOperator pointwise{false, 1};
    for (const ComputeOperator& op : kOperators) {
        if (op != pointwise) {
            candidates.push_back({op, pointwise});
            candidates.push_back({pointwise, op});
        }
    }
    return candidates;
}

Graph assembledNetwork(const AssemblyOptions& options) {
    check(options);
    return Assembler(options, Weights::Drawn).run();
}

NetworkSize assembledSize(const AssemblyOptions& options) {
    check(options);
    return sizeOf(Assembler(options, Weights::Counted).run());
}

} // namespace tandem::nn

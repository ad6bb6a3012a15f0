// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/noise_tables.h"

#include "core/base/parallel.h"
#include "core/space/changed_network.h"

#include <algorithm>
#include <atomic>

namespace tandem::judge {

namespace {

/// One changed network to run, and where its noise goes.
struct Trial {
    space::Resolution resolution;
    float* result = nullptr;
};

std::size_t kind(NoiseKind which) {
    return static_cast<std::size_t>(which);
}

class Measurement {
  public:
    Measurement(const space::Decoder& decoder, const quant::Sensitivities& sensitivities)
        : decoder_(decoder), plan_(decoder.plan()) {
        takeBits(sensitivities);
        tables_.widths.resize(plan_.groups.size());
        tables_.kernels.resize(plan_.layers.size());
        tables_.skips.assign(plan_.skips.size(), 0.0F);
        tables_.writers.resize(plan_.groups.size());
        for (std::size_t layer = 0; layer < plan_.layers.size(); ++layer) {
            if (plan_.layers[layer].kind == hw::LayerKind::Convolution) {
                const int group = plan_.tensors[space::at(plan_.layers[layer].output)].group;
                tables_.writers[space::at(group)].push_back(static_cast<int>(layer));
            }
        }
        addTrials();
    }

    NoiseTables run(std::span<const nn::Tensor> inputs, const quant::Outputs& reference,
                    const Workers& workers, const std::function<void(double)>& progress) {
        std::atomic<std::size_t> done = 0;
        parallelFor(trials_.size(), workers, [&](std::size_t index, int worker) {
            const Trial& trial = trials_[index];
            const nn::Graph network =
                space::changedNetwork(decoder_.graph(), decoder_.lowering(), plan_, trial.resolution);
            const quant::Outputs outputs =
                quant::referenceOutputs(network, quant::lower(network), inputs, workers.one());
            *trial.result = static_cast<float>(quant::measureAgreement(reference, outputs).relativeNoise);
            const std::size_t finished = ++done;
            if (progress && worker == 0) {
                progress(static_cast<double>(finished) / static_cast<double>(trials_.size()));
            }
        });
        return std::move(tables_);
    }

  private:
    void takeBits(const quant::Sensitivities& sensitivities) {
        const auto narrowed = [](const quant::NoiseByBits& wide) {
            std::array<float, 9> narrow{};
            std::ranges::transform(wide, narrow.begin(), [](double x) { return static_cast<float>(x); });
            return narrow;
        };
        for (std::size_t layer = 0; layer < plan_.layers.size(); ++layer) {
            tables_.weights.push_back(narrowed(sensitivities.weights.at(layer)));
            tables_.activations.push_back(narrowed(sensitivities.activations.at(layer)));
        }
        tables_.input = sensitivities.input[space::kMostBits];
    }

    void addTrial(std::size_t parameter, std::size_t choice, float* result) {
        point::Encoding encoding = decoder_.named().space.importedPoint();
        encoding[parameter] = static_cast<std::uint8_t>(choice);
        trials_.emplace_back().result = result;
        decoder_.resolvePoint(encoding, trials_.back().resolution);
    }

    /// Every choice but the imported one, alone.
    void addTrials() {
        const space::ParameterPlaces& places = decoder_.named().places;
        for (std::size_t group = 0; group < plan_.groups.size(); ++group) {
            addChoices(places.width[group], plan_.groups[group].counts.size(), tables_.widths[group]);
        }
        for (std::size_t layer = 0; layer < plan_.layers.size(); ++layer) {
            addChoices(places.kernel[layer], plan_.layers[layer].kernels.size(), tables_.kernels[layer]);
        }
        for (std::size_t skip = 0; skip < plan_.skips.size(); ++skip) {
            addTrial(space::at(places.skip[skip]), 0, &tables_.skips[skip]);
        }
    }

    void addChoices(int place, std::size_t choices, std::vector<float>& results) {
        results.assign(choices, 0.0F);
        for (std::size_t choice = 0; place != space::kNone && choice + 1 < choices; ++choice) {
            addTrial(space::at(place), choice, &results[choice]);
        }
    }

    const space::Decoder& decoder_;
    const space::Plan& plan_;
    NoiseTables tables_;
    std::vector<Trial> trials_;
};

} // namespace

Noise NoiseTables::of(const space::Plan& plan, const space::Resolution& resolution) const {
    Noise noise{};
    noise[kind(NoiseKind::Activations)] = input;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const space::Resolution::Layer& layer = resolution.layers[i];
        if (layer.present) {
            const space::Resolution::Tensor& output = resolution.tensors[space::at(plan.layers[i].output)];
            noise[kind(NoiseKind::Weights)] += static_cast<double>(weights[i][space::at(layer.weightBits)]);
            noise[kind(NoiseKind::Activations)] +=
                static_cast<double>(activations[i][space::at(output.bits)]);
            noise[kind(NoiseKind::Kernel)] += static_cast<double>(kernels[i][space::at(layer.kernel)]);
        }
    }
    for (std::size_t group = 0; group < writers.size(); ++group) {
        for (const int writer : writers[group]) {
            if (resolution.layers[space::at(writer)].present) {
                const int choice =
                    resolution.tensors[space::at(plan.layers[space::at(writer)].output)].choice;
                noise[kind(NoiseKind::Width)] += static_cast<double>(widths[group][space::at(choice)]);
                break;
            }
        }
    }
    for (std::size_t skip = 0; skip < skips.size(); ++skip) {
        if (resolution.skipped[skip] != 0) {
            noise[kind(NoiseKind::Depth)] += static_cast<double>(skips[skip]);
        }
    }
    return noise;
}

NoiseTables measureNoise(const space::Decoder& decoder, const quant::Sensitivities& sensitivities,
                         std::span<const nn::Tensor> inputs, const quant::Outputs& reference,
                         const Workers& workers, const std::function<void(double)>& progress) {
    return Measurement(decoder, sensitivities).run(inputs, reference, workers, progress);
}

} // namespace tandem::judge

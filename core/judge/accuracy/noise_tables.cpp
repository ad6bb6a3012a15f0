// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/noise_tables.h"

#include "core/judge/accuracy/estimated_noise.h"
#include "core/judge/accuracy/shared_prefix.h"
#include "core/quant/quantize/float_batches.h"
#include "core/quant/quantize/noise_tally.h"
#include "core/quant/quantize/squares.h"
#include "core/space/changed_network.h"

#include <algorithm>
#include <mutex>

namespace tandem::judge {

namespace {

/// One changed network to run, and where its noise goes.
struct Trial {
    space::Resolution resolution;
    float* result = nullptr;
    quant::NoiseTally noise = {};
};

std::size_t kind(NoiseKind which) {
    return static_cast<std::size_t>(which);
}

class Measurement {
  public:
    Measurement(const space::Decoder& decoder, const quant::Sensitivities& sensitivities)
        : decoder_(decoder),
          plan_(decoder.plan()),
          sensitivities_(sensitivities),
          tables_(NoiseTables::of(plan_)) {
        takeBits(sensitivities);
        addTrials();
    }

    /// Multiply-accumulates of one input: half of the network is behind a change on average.
    double work() const {
        double macs = 0.0;
        for (const nn::Node& node : decoder_.graph().nodes) {
            macs += static_cast<double>(nn::multiplyAccumulates(decoder_.graph(), node));
        }
        return std::max(1.0, 0.5 * macs * static_cast<double>(trials_.size()));
    }

    NoiseTables estimate() {
        estimateNoise(decoder_, sensitivities_, tables_);
        return std::move(tables_);
    }

    NoiseTables run(std::span<const nn::Tensor> inputs, const Workers& workers,
                    const std::function<void(double)>& progress) {
        const std::size_t size = std::min(quant::batchSize(decoder_.graph()), inputs.size());
        const std::size_t batches = (inputs.size() + size - 1) / size;
        std::size_t done = 0; // trials times batches
        std::mutex telling;
        for (std::size_t first = 0; first < inputs.size(); first += size) {
            const std::vector<Trial*> open = openTrials();
            if (open.empty()) {
                break;
            }
            const std::size_t count = std::min(size, inputs.size() - first);
            const SharedPrefix imported(decoder_.graph(), inputs.subspan(first, count), workers.cancel);
            const quant::Outputs reference =
                imported.outputsOf(decoder_.graph(), decoder_.lowering(), workers.cancel);
            parallelFor(open.size(), workers, [&](std::size_t index, int) {
                take(*open[index], imported, reference, workers.cancel);
                const std::lock_guard lock(telling);
                done += open[index]->noise.isSettled() ? batches - first / size : 1;
                if (progress) {
                    progress(static_cast<double>(done) / static_cast<double>(trials_.size() * batches));
                }
            });
        }
        for (const Trial& trial : trials_) {
            *trial.result = static_cast<float>(trial.noise.relative());
        }
        return std::move(tables_);
    }

  private:
    std::vector<Trial*> openTrials() {
        std::vector<Trial*> open;
        for (Trial& trial : trials_) {
            if (!trial.noise.isSettled()) {
                open.push_back(&trial);
            }
        }
        return open;
    }

    void take(Trial& trial, const SharedPrefix& imported, const quant::Outputs& reference,
              const std::stop_token& cancel) const {
        const nn::Graph network =
            space::changedNetwork(decoder_.graph(), decoder_.lowering(), plan_, trial.resolution);
        const quant::Outputs outputs = imported.outputsOf(network, quant::lower(network), cancel);
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            trial.noise.add(quant::sumOfSquaredDifferences(outputs[i], reference[i]),
                            quant::sumOfSquares(reference[i]));
        }
    }

    void takeBits(const quant::Sensitivities& sensitivities) {
        const auto narrowed = [](const quant::NoiseByBits& wide) {
            std::array<float, 9> narrow{};
            std::ranges::transform(wide, narrow.begin(), [](double x) { return static_cast<float>(x); });
            return narrow;
        };
        for (std::size_t layer = 0; layer < plan_.layers.size(); ++layer) {
            tables_.weights[layer] = narrowed(sensitivities.weights.at(layer));
            tables_.activations[layer] = narrowed(sensitivities.activations.at(layer));
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
        for (std::size_t choice = 0; place != space::kNone && choice + 1 < choices; ++choice) {
            addTrial(space::at(place), choice, &results[choice]);
        }
    }

    const space::Decoder& decoder_;
    const space::Plan& plan_;
    const quant::Sensitivities& sensitivities_;
    NoiseTables tables_;
    std::vector<Trial> trials_;
};

} // namespace

NoiseTables NoiseTables::of(const space::Plan& plan) {
    NoiseTables tables;
    tables.weights.resize(plan.layers.size());
    tables.activations.resize(plan.layers.size());
    tables.writers.resize(plan.groups.size());
    for (const space::WidthGroup& group : plan.groups) {
        tables.widths.emplace_back(group.counts.size(), 0.0F);
    }
    for (std::size_t layer = 0; layer < plan.layers.size(); ++layer) {
        tables.kernels.emplace_back(plan.layers[layer].kernels.size(), 0.0F);
        if (plan.layers[layer].kind == hw::LayerKind::Convolution) {
            const int group = plan.tensors[space::at(plan.layers[layer].output)].group;
            tables.writers[space::at(group)].push_back(static_cast<int>(layer));
        }
    }
    tables.skips.assign(plan.skips.size(), 0.0F);
    return tables;
}

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
                         std::span<const nn::Tensor> inputs, double budget, const Workers& workers,
                         const std::function<void(double)>& progress) {
    Measurement measurement(decoder, sensitivities);
    const double fitting = budget / measurement.work();
    if (fitting < 1.0) {
        return measurement.estimate();
    }
    const auto count = static_cast<std::size_t>(std::min(fitting, static_cast<double>(inputs.size())));
    return measurement.run(inputs.first(count), workers, progress);
}

} // namespace tandem::judge

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/estimated_noise.h"

#include "core/quant/quantize/squares.h"

#include <algorithm>
#include <span>

namespace tandem::judge {

namespace {

class Estimate {
  public:
    Estimate(const space::Decoder& decoder, const quant::Sensitivities& sensitivities, NoiseTables& tables)
        : decoder_(decoder), plan_(decoder.plan()), gains_(sensitivities.gains), tables_(tables) {}

    void run() {
        for (std::size_t group = 0; group < plan_.groups.size(); ++group) {
            if (decoder_.named().places.width[group] != space::kNone && !tables_.writers[group].empty()) {
                estimateWidths(group, space::at(tables_.writers[group].front()));
            }
        }
        for (std::size_t layer = 0; layer < plan_.layers.size(); ++layer) {
            if (decoder_.named().places.kernel[layer] != space::kNone) {
                estimateKernels(layer);
            }
        }
        for (std::size_t skip = 0; skip < plan_.skips.size(); ++skip) {
            tables_.skips[skip] = static_cast<float>(gains_.at(space::at(plan_.skips[skip].exit)));
        }
    }

  private:
    std::span<const float> weightsOf(std::size_t layer) const {
        return decoder_.graph().value(decoder_.lowering().layers[layer].weights).constant->floats();
    }

    void estimateWidths(std::size_t group, std::size_t writer) {
        const space::WidthGroup& widths = plan_.groups[group];
        const std::span<const float> weights = weightsOf(writer);
        const std::size_t row = weights.size() / space::at(widths.channels);
        std::vector<double> powers;
        double all = 0.0;
        for (std::size_t channel = 0; channel < space::at(widths.channels); ++channel) {
            powers.push_back(quant::sumOfSquares(weights.subspan(channel * row, row)));
            all += powers.back();
        }
        for (std::size_t choice = 0; choice + 1 < widths.counts.size(); ++choice) {
            double left = 0.0;
            for (const int channel : widths.kept[choice]) {
                left += powers[space::at(channel)];
            }
            tables_.widths[group][choice] = noiseOf(writer, left, all);
        }
    }

    /// A convolution's weights are [channel][input][row][column]; a smaller kernel is the middle of them.
    void estimateKernels(std::size_t layer) {
        const std::span<const float> weights = weightsOf(layer);
        const space::PlannedLayer& planned = plan_.layers[layer];
        const nn::Extent whole = planned.kernels.back();
        const std::size_t taps = space::at(whole.height * whole.width);
        std::vector<double> powers(taps, 0.0);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            powers[i % taps] += double{weights[i]} * weights[i];
        }
        const auto within = [&](const nn::Extent& kernel) {
            const int top = (whole.height - kernel.height) / 2, left = (whole.width - kernel.width) / 2;
            double sum = 0.0;
            for (int row = top; row < top + kernel.height; ++row) {
                for (int column = left; column < left + kernel.width; ++column) {
                    sum += powers[space::at(row * whole.width + column)];
                }
            }
            return sum;
        };
        for (std::size_t choice = 0; choice + 1 < planned.kernels.size(); ++choice) {
            tables_.kernels[layer][choice] = noiseOf(layer, within(planned.kernels[choice]), within(whole));
        }
    }

    float noiseOf(std::size_t layer, double left, double all) const {
        return static_cast<float>(all > 0.0 ? gains_.at(layer) * (1.0 - left / all) : 0.0);
    }

    const space::Decoder& decoder_;
    const space::Plan& plan_;
    const std::vector<double>& gains_;
    NoiseTables& tables_;
};

} // namespace

void estimateNoise(const space::Decoder& decoder, const quant::Sensitivities& sensitivities,
                   NoiseTables& tables) {
    Estimate(decoder, sensitivities, tables).run();
}

} // namespace tandem::judge

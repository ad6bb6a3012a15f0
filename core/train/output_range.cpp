// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/output_range.h"

#include "core/train/layers/learned_step_size.h"
#include "core/train/loss.h"
#include "core/train/metrics.h"

#include <algorithm>
#include <limits>

namespace tandem::train {

void settleOutputs(nn::Graph& graph, const FakeQuantization& quantization, const data::Dataset& dataset,
                   std::span<const std::size_t> samples, int batch, const Workers& workers) {
    constexpr int kCandidates = 24;
    constexpr float kFiner = 0.85F; // from one candidate to the next
    if (quantization.outputs.empty()) {
        return;
    }
    const std::vector<float> scores = roundedScores(graph, quantization, dataset, samples, batch, workers);
    const std::vector<int> labels = dataset.labelsOf(samples);
    const auto [least, most] = std::ranges::minmax(scores);
    std::vector<float> rounded(scores.size());
    for (const ActivationQuantizer& output : quantization.outputs) {
        const RoundingRange range = rangeOf(output);
        float step = std::max({least / static_cast<float>(std::min(range.lowest, -1)),
                               most / static_cast<float>(std::max(range.highest, 1)),
                               std::numeric_limits<float>::min()});
        float best = step;
        int mostCorrect = -1;
        for (int candidate = 0; candidate < kCandidates; ++candidate, step *= kFiner) {
            roundToSteps(scores, step, range, rounded);
            const int correct = countCorrect(rounded, labels);
            if (correct > mostCorrect) {
                mostCorrect = correct;
                best = step;
            }
        }
        graph.value(output.step).constant.value().floats().at(0) = best;
    }
}

} // namespace tandem::train

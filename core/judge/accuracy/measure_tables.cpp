// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/measure_tables.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/judge/accuracy/share_interval.h"
#include "core/judge/accuracy/top_indices.h"
#include "core/judge/cost/cost.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"
#include "core/quant/quantize/sensitivity.h"
#include "core/space/decoder.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <utility>

namespace tandem::judge {

namespace {

/// Multiply-accumulates that each of the measurements may take.
constexpr double kWorkBudget = 4e10, kTrialBudget = 2e11;
/// The same of the sample points on the fewest inputs; of networks beyond it none is run.
constexpr double kSampleLimit = 1e12;
/// How far, in percentage points, agreements that are only expected are off (standard deviation).
constexpr double kExpectedDeviation = 15.0;
constexpr std::size_t kFewestInputs = 8, kMostTrialInputs = 64, kMostRangeInputs = 8;
/// Elements of a feature map that the quick quantization chooses its range by.
constexpr std::size_t kQuickSample = 2048;

constexpr std::size_t kSamples = 64;
/// A sample point is run on this many inputs after each other until the 95 % interval of its agreement
/// reaches so many percentage points to either side, or on the most.
constexpr std::size_t kSampleStep = 64, kMostSampleInputs = 256;
constexpr double kSampleInterval = 7.5; // the curves through them are 5 points off, and more
/// The same of the imported network's accuracy, which those curves begin at.
constexpr double kImportedInterval = 1.0;

/// How many of `available` inputs the budget allows when each costs `work`.
std::size_t affordable(double work, std::size_t available, std::size_t most) {
    const auto allowed = static_cast<std::size_t>(std::max(0.0, kWorkBudget / std::max(1.0, work)));
    return std::min(available, std::clamp(allowed, kFewestInputs, std::max(kFewestInputs, most)));
}

class TableMeasurement {
  public:
    TableMeasurement(const space::JointSpace& jointSpace, const JudgingInputs& inputs, std::uint64_t seed,
                     const Workers& workers, const Progress& progress)
        : space_(jointSpace),
          inputs_(inputs),
          judged_(inputs.judged()),
          seed_(seed),
          workers_(workers),
          progress_(progress),
          macs_(static_cast<double>(
              cost(jointSpace, jointSpace.space().importedPoint()).value(point::Metric::Macs))) {}

    AccuracyTables run() {
        part("run the imported network", 0.0, 0.0)(0.0);
        AccuracyTables tables;
        tables.importedAccuracy = runImported();
        const nn::Graph& graph = decoder().graph();
        const quant::Calibration ranges =
            quant::calibrate(graph, decoder().lowering(), calibration(), workers_);
        quant::SensitivityOptions options;
        options.budget = kWorkBudget;
        options.workers = workers_;
        const std::span<const nn::Tensor> few =
            calibration().first(std::min(calibration().size(), kMostTrialInputs));
        const quant::Sensitivities sensitivities =
            quant::sensitivities(graph, decoder().lowering(), ranges, few, options,
                                 part("measure the noise of every layer's precision", 0.05, 0.4));
        tables.noise =
            measureNoise(decoder(), sensitivities, few, kTrialBudget, workers_,
                         part("measure the noise of narrower, smaller and shorter networks", 0.4, 0.6));
        const bool isRunnable = static_cast<double>(kSamples * kFewestInputs) * macs_ <= kSampleLimit;
        tables.samples = isRunnable ? measureSamples(tables.noise, part("measure sample points", 0.6, 1.0))
                                    : expectedSamples(tables.importedAccuracy);
        return tables;
    }

  private:
    const space::Decoder& decoder() const { return space_.decoder(); }
    std::span<const nn::Tensor> calibration() const { return inputs_.calibration; }
    bool hasLabels() const { return !inputs_.labels.empty(); }

    std::function<void(double)> part(const char* what, double from, double to) const {
        return [this, what, from, to](double done) {
            if (progress_) {
                progress_(what, from + (to - from) * done);
            }
        };
    }

    /// Keeps the imported network's answers to the inputs that sample points are judged on; gives its
    /// accuracy on all that the budget allows.
    double runImported() {
        constexpr std::size_t kAtOnce = 1024;
        const std::size_t count = hasLabels() ? affordable(macs_, judged_.size(), judged_.size())
                                              : affordable(macs_, judged_.size(), kMostSampleInputs);
        for (std::size_t first = 0; first < count; first += kAtOnce) {
            const std::vector<nn::Tensor> some = judged_.some(first, std::min(kAtOnce, count - first));
            const quant::Outputs outputs =
                quant::referenceOutputs(decoder().graph(), decoder().lowering(), some, workers_);
            std::ranges::move(topIndices(outputs), std::back_inserter(importedTops_));
            if (first == 0) {
                expectation_ = quant::AgreementModel(outputs);
            }
            classes_ = outputs.at(0).size();
            checkLabels();
            if (hasLabels() &&
                shareInterval(importedAccuracy(), importedTops_.size()).reach() <= kImportedInterval) {
                break;
            }
        }
        return importedAccuracy();
    }

    double importedAccuracy() const {
        return hasLabels() ? percent(rightOnes(importedTops_), importedTops_.size())
                           : std::numeric_limits<double>::quiet_NaN();
    }

    void checkLabels() const {
        for (const int label : inputs_.labels) {
            if (label < 0 || static_cast<std::size_t>(label) >= classes_) {
                throw inputError("label {} does not fit a network with {} outputs", label, classes_);
            }
        }
    }

    std::size_t rightOnes(std::span<const std::size_t> tops) const {
        return countEqual(tops, std::span(inputs_.labels));
    }

    /// A point between the imported one and the farthest, like those that a search keeps.
    point::Encoding samplePoint(std::size_t index) const {
        Random random = Random::stream(seed_, index);
        point::Encoding encoding = space_.space().importedPoint();
        const double far = random.uniform();
        const double reach = 0.1 + 0.9 * far * far, share = 0.2 + 0.8 * random.uniform();
        for (const space::Bundle& bundle : space_.bundles()) {
            for (const std::size_t place : bundle.parameters) {
                const double last = encoding[place];
                const double step = reach * random.uniform() * last;
                const bool changes = random.uniform() < (last > 1.0 ? share : 0.3 * share * reach);
                if (changes && index > 0 && space_.space().parameters[place].choices.size() > 1) {
                    encoding[place] = static_cast<std::uint8_t>(last > 1.0 ? last - std::floor(step + 0.5)
                                                                           : random.below(2));
                }
            }
        }
        return encoding;
    }

    std::vector<MeasuredSample> measureSamples(const NoiseTables& noise,
                                               const std::function<void(double)>& progress) const {
        const double work = 2.0 * static_cast<double>(kSamples) * macs_;
        const std::size_t ranged = affordable(work, calibration().size(), kMostRangeInputs);
        const std::vector<nn::Tensor> judged = judged_.some(
            0, std::min(importedTops_.size(), affordable(work, judged_.size(), kMostSampleInputs)));
        std::vector<MeasuredSample> samples(kSamples);
        std::atomic<std::size_t> done = 0;
        parallelFor(kSamples, workers_, [&](std::size_t index, int worker) {
            const point::Encoding encoding = samplePoint(index);
            space::Resolution resolution;
            decoder().resolvePoint(encoding, resolution);
            samples[index] = measured(quicklyQuantized(encoding, calibration().first(ranged)), judged);
            samples[index].noise = noise.of(decoder().plan(), resolution);
            const std::size_t finished = ++done;
            if (worker == 0) {
                progress(static_cast<double>(finished) / static_cast<double>(kSamples));
            }
        });
        return samples;
    }

    /// In the place of samples where running points takes too long: how often noise turns over the imported
    /// network's answers, as far as the gaps between its scores tell.
    std::vector<MeasuredSample> expectedSamples(double importedAccuracy) const {
        std::vector<MeasuredSample> samples;
        for (double exponent = -5.0; exponent <= 2.0; exponent += 0.25) {
            const double noise = std::pow(10.0, exponent);
            const double expected = 100.0 * expectation_.predict(noise);
            for (const double distance : {-kExpectedDeviation, kExpectedDeviation}) {
                MeasuredSample& sample = samples.emplace_back();
                sample.noise.fill(noise / static_cast<double>(kNoiseKinds));
                sample.agreement = std::clamp(expected + distance, 0.0, 100.0);
                sample.accuracy = hasLabels() ? sample.agreement * importedAccuracy / 100.0 : 0.0;
            }
        }
        return samples;
    }

    MeasuredSample measured(const quant::IntegerNetwork& network, std::span<const nn::Tensor> judged) const {
        std::vector<std::size_t> tops;
        MeasuredSample sample;
        while (tops.size() < judged.size()) {
            const auto next = judged.subspan(tops.size(), std::min(kSampleStep, judged.size() - tops.size()));
            std::ranges::move(topIndices(quant::integerOutputs(network, next, workers_.one())),
                              std::back_inserter(tops));
            sample.agreement = percent(countEqual<std::size_t>(tops, std::span(importedTops_)), tops.size());
            if (shareInterval(sample.agreement, tops.size()).reach() <= kSampleInterval) {
                break;
            }
        }
        if (hasLabels()) { // the judged inputs may be a little easier or harder than all of them
            const std::size_t all = importedTops_.size();
            const double easier =
                percent(rightOnes(importedTops_), all) -
                percent(rightOnes(std::span(importedTops_).first(tops.size())), tops.size());
            sample.accuracy = percent(rightOnes(tops), tops.size()) + easier;
        }
        return sample;
    }

    /// The point's integer network in a fraction of the time: ranges from few inputs and few of their
    /// elements.
    quant::IntegerNetwork quicklyQuantized(const point::Encoding& encoding,
                                           std::span<const nn::Tensor> inputs) const {
        const nn::Graph network = space_.network(encoding);
        const quant::Lowering lowering = quant::lower(network);
        const quant::Calibration ranges =
            quant::calibrate(network, lowering, inputs, workers_.one(), kQuickSample / inputs.size());
        quant::QuantizationOptions options;
        for (const space::LayerBits& bits : space_.precision(encoding)) {
            options.layers.push_back({bits.weightBits, bits.activationBits});
        }
        return quant::quantize(network, lowering, ranges, options);
    }

    const space::JointSpace& space_;
    const JudgingInputs& inputs_;
    const InputSet judged_;
    std::uint64_t seed_;
    Workers workers_;
    const Progress& progress_;
    double macs_; ///< of a frame
    std::vector<std::size_t> importedTops_;
    quant::AgreementModel expectation_;
    std::size_t classes_ = 0;
};

} // namespace

AccuracyTables measureTables(const space::JointSpace& jointSpace, const JudgingInputs& inputs,
                             std::uint64_t seed, const Workers& workers, const Progress& progress) {
    return TableMeasurement(jointSpace, inputs, seed, workers, progress).run();
}

} // namespace tandem::judge

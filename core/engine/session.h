// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/accuracy/training.h"
#include "core/engine/run/budget.h"
#include "core/engine/run/command.h"
#include "core/engine/run/snapshot.h"
#include "core/engine/study/study_setup.h"
#include "core/hw/device/device.h"
#include "core/quant/arithmetic/integer_network.h"
#include "core/space/joint_space.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace tandem::judge {
class Evaluator;
}

namespace tandem::engine {

/// The running session of one study: owns the threads, the archive and the study file's writer. One
/// controlling thread calls its methods while the search runs; snapshot() may be called from any thread.
class Session {
  public:
    /// Imports the model, builds the space, creates the study file. Throws Error. An empty `study` keeps
    /// everything in memory.
    static std::unique_ptr<Session> create(const StudySetup& setup, const std::filesystem::path& study,
                                           const std::vector<hw::Device>& devices);
    /// Opens a study and all it holds. Throws Error (Input) when the file is not a study or is newer than
    /// this program.
    static std::unique_ptr<Session> open(const std::filesystem::path& study,
                                         const std::vector<hw::Device>& devices);
    virtual ~Session() = default;

    virtual const StudySetup& setup() const = 0;
    virtual const space::JointSpace& jointSpace() const = 0;
    /// What judges the points; also makes the integer network of one for export. Where nothing was measured
    /// yet, the first call does that and takes seconds. From any thread.
    virtual const judge::Evaluator& evaluator() const = 0;

    /// Starts or goes on; returns at once. The first start measures the network (seconds, the snapshot's
    /// message says how far), which does not count as search time.
    virtual void start(const Budget& budget) = 0;
    virtual void pause() = 0;
    /// Blocks until the budget is used up, pause() was called, or the search failed (then throws its Error).
    virtual void wait() = 0;

    /// Checks the command, then queues it; every point asked for after this returns obeys it.
    virtual void submit(const Command& command) = 0;
    virtual Preview preview(const Command& command) const = 0;

    virtual std::shared_ptr<const Snapshot> snapshot() const = 0;

    /// What the person should know about the study file, one sentence or more: that it was not closed the
    /// last time and goes on from the last save, that it lies in a network folder. Empty when all is well.
    virtual std::string notice() const = 0;

    /// What accuracy is measured on, a line each about the split, how samples are fed to the network and why,
    /// sound settings, and samples that were skipped because they are broken. Empty without a data set.
    virtual std::string dataReport() const = 0;

    /// The point with all that can be found out at once: exact cycles from the event model, measured
    /// agreement or accuracy of its integer network. The better figures replace the point's own and are
    /// stored; they do not change which points are searched next. Takes seconds; from any thread.
    virtual point::Point refine(point::PointId id) = 0;

    /// Trains the point with quantization in the loop and measures the integer network on the test samples.
    /// The trained network is kept in the study: from then on it is what the point stands for (refine(),
    /// integerNetwork(), export), and the measured test accuracy is its accuracy. A training that was
    /// cancelled, or ended with the program, is gone on with the next time. Nothing where it was cancelled.
    /// Throws Error (Input) where the study has no labelled data. Takes minutes; from any thread.
    virtual std::optional<TrainingFigures>
    train(point::PointId id, const TrainingSettings& settings,
          const std::function<void(const TrainingStatus&)>& progress = {},
          const std::stop_token& cancel = {}) = 0;

    /// Whether train() gave the point a network. From any thread.
    virtual bool isTrained(point::PointId id) const = 0;

    /// Trains the study's supernet on the networks that the rules in force allow. From then on, and whenever
    /// the study is searched again, points climb the ladder: networks of which most is expected are judged
    /// with its weights in the background, points of the front get that accuracy or one predicted from it,
    /// and trainings of points start from its weights. Interrupted trainings go on as train() says. Nothing
    /// where it was cancelled. Throws Error (Input) where the study has no labelled data. Takes minutes; from
    /// any thread, one at a time.
    virtual std::optional<SupernetFigures>
    trainSupernet(const SupernetSettings& settings,
                  const std::function<void(const TrainingStatus&)>& progress = {},
                  const std::stop_token& cancel = {}) = 0;
    /// How the last training of the point, or without one of the supernet, went: the status at the end of
    /// each epoch, also while it runs. Empty where there was none. From any thread.
    virtual std::vector<TrainingStatus> trainingCurve(std::optional<point::PointId> point) const = 0;
    /// How far the points have climbed. Waits for nothing; from any thread.
    virtual LadderStatus ladder() const = 0;

    /// The point's integers: the trained ones where it was trained, else those of its changed network,
    /// quantized on the calibration inputs. From any thread.
    virtual quant::IntegerNetwork integerNetwork(point::PointId id) const = 0;

    /// Records an export or a verification on a point (JSON text), for the report and the journal. From any
    /// thread; without a study file nothing is kept.
    virtual void recordArtefact(point::PointId id, const std::string& kind, const std::string& json) = 0;
};

} // namespace tandem::engine

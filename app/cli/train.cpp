// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/table.h"
#include "core/base/error.h"
#include "core/engine/accuracy/front_training.h"
#include "core/engine/session.h"

#include <chrono>
#include <optional>
#include <thread>

namespace tandem::cli {

namespace {

struct TrainArguments {
    std::filesystem::path study;
    std::optional<point::PointId> point;
    std::optional<std::size_t> front; ///< in place of a point: at most so many of the front's
    bool supernet = false;            ///< in place of a point
    engine::TrainingSettings settings;
    std::optional<int> epochs;
    std::optional<double> learningRate;
    std::string augmentation;
    std::size_t judge = 100;
};

/// A line a second or so.
class ProgressLines {
  public:
    void show(const engine::TrainingStatus& status) {
        const auto now = std::chrono::steady_clock::now();
        if (now < next_ && status.step != status.steps) {
            return;
        }
        next_ = now + std::chrono::seconds(2);
        Output::message(fmt::format("epoch {}/{}, step {}/{}: loss {:.4f}, training accuracy {:.2f} %",
                                    status.epoch, status.epochs, status.step, status.steps, status.loss,
                                    status.trainingAccuracy));
    }

  private:
    std::chrono::steady_clock::time_point next_{};
};

engine::TrainingSettings settingsOf(const TrainArguments& arguments) {
    engine::TrainingSettings settings = arguments.settings;
    settings.epochs = arguments.epochs.value_or(settings.epochs);
    settings.learningRate = arguments.learningRate.value_or(settings.learningRate);
    settings.augmentation = train::parseAugmentation(arguments.augmentation);
    return settings;
}

void trainPoint(const Program& program, const TrainArguments& arguments) {
    const auto session = engine::Session::open(arguments.study, knownDevices());
    const engine::TrainingSettings settings = settingsOf(arguments);
    ProgressLines lines;
    const std::optional<engine::TrainingFigures> trained = session->train(
        *arguments.point, settings, [&](const engine::TrainingStatus& status) { lines.show(status); });
    const nlohmann::ordered_json result = toJson(*arguments.point, settings, trained.value());
    program.output.result(result, [&] {
        return fmt::format("point {}: test accuracy of the integer network {:.2f} % ({} images, measured)\n"
                           "started from {} weights, learned from {}\n"
                           "the same network in float, rounding: {:.2f} % (measured)\n"
                           "validation accuracy of the integer network: {:.2f} % ({} images, measured)\n",
                           *arguments.point, trained->testAccuracy, trained->testSamples,
                           trained->fromSupernet ? "the supernet's" : "the imported",
                           trained->teacher.empty() ? "the labels alone"
                                                    : fmt::format("the labels and the {}", trained->teacher),
                           trained->roundedTestAccuracy, trained->validationAccuracy,
                           trained->validationSamples);
    });
}

void trainFront(const Program& program, const TrainArguments& arguments) {
    const auto session = engine::Session::open(arguments.study, knownDevices());
    const engine::TrainingSettings settings = settingsOf(arguments);
    ProgressLines lines;
    const std::vector<engine::TrainedOfFront> trained = engine::trainFront(
        *session, *session, settings, *arguments.front,
        [](const engine::FrontStep& step) {
            Output::message(fmt::format("point {}, {} of {}", step.point, step.number, step.count));
        },
        [&](const engine::TrainingStatus& status) { lines.show(status); });
    session->wait();
    nlohmann::ordered_json result = nlohmann::ordered_json::array();
    Table table({"point", "test % (integer)", "rounding float %", "seconds"});
    for (const engine::TrainedOfFront& one : trained) {
        result.push_back(toJson(one.point, settings, one.figures));
        table.add({std::to_string(one.point), fmt::format("{:.2f}", one.figures.testAccuracy),
                   fmt::format("{:.2f}", one.figures.roundedTestAccuracy),
                   fmt::format("{:.0f}", one.figures.seconds)});
    }
    program.output.result(result, [&] {
        return trained.empty() ? std::string("Every point of the front is trained already.\n")
                               : table.text() + "measured on the test samples\n";
    });
}

/// Waits while the points climb to what the supernet makes of them.
std::size_t judgeNetworks(const engine::TrainingSession& session, std::size_t wanted) {
    std::size_t said = 0;
    while (true) {
        const engine::LadderStatus status = session.ladder();
        if (!status.failure.empty()) {
            throw workError("{}", status.failure);
        }
        if (status.evaluated >= wanted || status.rests) { // where no point is allowed there is nothing to do
            return status.evaluated;
        }
        if (status.evaluated >= said + 8) {
            said = status.evaluated;
            Output::message(fmt::format("{} networks judged with the supernet's weights", said));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
}

void trainSupernet(const Program& program, const TrainArguments& arguments) {
    const auto session = engine::Session::open(arguments.study, knownDevices());
    engine::SupernetSettings settings;
    settings.epochs = arguments.epochs.value_or(settings.epochs);
    settings.batch = arguments.settings.batch;
    settings.learningRate = arguments.learningRate.value_or(settings.learningRate);
    settings.augmentation = train::parseAugmentation(arguments.augmentation);
    settings.threads = arguments.settings.threads;
    settings.checkpointSeconds = arguments.settings.checkpointSeconds;
    ProgressLines lines;
    const auto figures =
        session->trainSupernet(settings, [&](const engine::TrainingStatus& status) { lines.show(status); });
    nlohmann::ordered_json result = toJson(settings, figures.value());
    const bool hasPoints = session->snapshot()->points.size() > 0;
    const std::size_t judged =
        arguments.judge > 0 && hasPoints ? judgeNetworks(*session, arguments.judge) : 0;
    session->wait();
    result["judged_networks"] = judged;
    program.output.result(result, [&] {
        return fmt::format(
            "validation accuracy with the supernet's weights ({} images): largest network {:.2f} %, "
            "smallest {:.2f} %\n"
            "{} networks of the study's points judged with them\n",
            figures->validationSamples, figures->largestAccuracy, figures->smallestAccuracy, judged);
    });
}

} // namespace

void addTrain(Program program) {
    CLI::App* command = addCommand(program, "train",
                                   "Fine-tune a point, or those of the front, with quantization in the loop "
                                   "and measure the integer network's accuracy on the test samples; or train "
                                   "the supernet, whose weights judge all networks of the study");
    auto arguments = std::make_shared<TrainArguments>();
    command->add_option("study", arguments->study, "The study file (.tandem)")->required();
    CLI::Option_group* what = command->add_option_group("what to train");
    what->add_option("--point", arguments->point, "The point, by its number")->check(wholeNumber());
    what->add_option("--front", arguments->front,
                     "Points of the front that are not trained yet, at most so many, one after the other")
        ->check(wholeNumber(1, 1'000'000));
    what->add_flag("--supernet", arguments->supernet, "The supernet: one set of weights for all networks");
    what->require_option(1);
    command
        ->add_option("--epochs", arguments->epochs,
                     "Passes over the training samples (default 5, of the supernet 12)")
        ->check(wholeNumber(1, 10'000));
    command
        ->add_option("--batch", arguments->settings.batch,
                     "Samples of one step, a multiple of 4 (default 128)")
        ->check(wholeNumber(4, 65'536));
    command
        ->add_option("--learning-rate", arguments->learningRate,
                     "The largest one (default 0.02, of the supernet 0.025)")
        ->check(positiveNumber());
    command
        ->add_option(
            "--distill", arguments->settings.distillation,
            "Share of the loss that compares with a teacher, 0 to 1 (default 0.5): the imported network "
            "or the supernet's largest, the better one if it is clearly better than guessing")
        ->check(number(0.0, 1.0));
    command
        ->add_option("--label-smoothing", arguments->settings.labelSmoothing,
                     "Share of the target that all classes get alike, below 1 (default 0)")
        ->check(number(0.0, 0.99));
    command
        ->add_option("--weight-decay", arguments->settings.weightDecay,
                     "Share of the weights that their gradient gets added (default 0.0005)")
        ->check(number(0.0));
    command
        ->add_option("--checkpoint-seconds", arguments->settings.checkpointSeconds,
                     "Seconds between the checkpoints that a training goes on from when it was ended "
                     "(default 20; 0: every step)")
        ->check(number(0.0));
    command->add_option(
        "--augment", arguments->augmentation,
        "Random changes of the training images: flip,shift=PIXELS,crop=SHARE,cutout=PIXELS,mixup=ALPHA "
        "or some of them (default none)");
    command
        ->add_option("--judge", arguments->judge,
                     "With --supernet: networks of the study's points to judge with it (default 100)")
        ->check(wholeNumber());
    command->add_option("--threads", arguments->settings.threads, "Threads (default: all)")
        ->check(wholeNumber(0, 1024));
    command->callback([program, arguments] {
        if (arguments->supernet) {
            trainSupernet(program, *arguments);
        } else if (arguments->front) {
            trainFront(program, *arguments);
        } else {
            trainPoint(program, *arguments);
        }
    });
}

} // namespace tandem::cli

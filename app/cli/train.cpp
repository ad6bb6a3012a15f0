// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/engine/session.h"

#include <chrono>

namespace tandem::cli {

namespace {

struct TrainArguments {
    std::filesystem::path study;
    space::PointId point = 0;
    engine::TrainingSettings settings;
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

void trainAndTell(const Program& program, const TrainArguments& arguments) {
    const auto session = engine::Session::open(arguments.study, knownDevices());
    ProgressLines lines;
    const std::optional<engine::TrainingFigures> trained =
        session->train(arguments.point, arguments.settings,
                       [&](const engine::TrainingStatus& status) { lines.show(status); });
    const nlohmann::ordered_json result =
        nlohmann::ordered_json::parse(toJson(arguments.point, arguments.settings, trained.value()));
    program.output.result(result, [&] {
        return fmt::format("point {}: test accuracy of the integer network {:.2f} % ({} images, measured)\n"
                           "the same network in float, rounding: {:.2f} % (measured)\n"
                           "validation accuracy of the integer network: {:.2f} % ({} images, measured)\n",
                           arguments.point, trained->testAccuracy, trained->testSamples,
                           trained->roundedTestAccuracy, trained->validationAccuracy,
                           trained->validationSamples);
    });
}

} // namespace

void addTrain(Program program) {
    CLI::App* command = addCommand(program, "train",
                                   "Fine-tune a point with quantization in the loop and measure the integer "
                                   "network's accuracy on the test samples");
    auto arguments = std::make_shared<TrainArguments>();
    command->add_option("study", arguments->study, "The study file (.tandem)")->required();
    command->add_option("--point", arguments->point, "The point, by its number")->required();
    command
        ->add_option("--epochs", arguments->settings.epochs, "Passes over the training samples (default 5)")
        ->check(CLI::Range(1, 10'000));
    command
        ->add_option("--batch", arguments->settings.batch,
                     "Samples of one step, a multiple of 4 (default 128)")
        ->check(CLI::Range(4, 65'536));
    command->add_option("--learning-rate", arguments->settings.learningRate, "The largest one (default 0.02)")
        ->check(CLI::PositiveNumber);
    command
        ->add_option("--distill", arguments->settings.distillation,
                     "Share of the loss that compares with the imported network, 0 to 1 (default 0.5)")
        ->check(CLI::Range(0.0, 1.0));
    command
        ->add_option("--checkpoint-seconds", arguments->settings.checkpointSeconds,
                     "Seconds between the checkpoints that a training goes on from when it was ended "
                     "(default 20; 0: every step)")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--threads", arguments->settings.threads, "Threads (default: all)")
        ->check(CLI::Range(0, 1024));
    command->callback([program, arguments] { trainAndTell(program, *arguments); });
}

} // namespace tandem::cli

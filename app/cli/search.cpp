// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/study_options.h"
#include "core/base/error.h"
#include "core/engine/session.h"
#include "core/search/registry.h"

namespace tandem::cli {

namespace {

struct SearchArguments {
    engine::StudySetup setup;
    std::filesystem::path study;
    std::vector<std::string> shapes;
    std::string algorithm;
    StudyOptions options;
};

void runNewSearch(const Program& program, SearchArguments& arguments) {
    if (std::filesystem::exists(arguments.study)) {
        throw inputError(
            "the study '{}' exists already; go on with it by 'tandem-cli resume', or name another file",
            arguments.study.string());
    }
    if (arguments.options.evaluations == 0 && arguments.options.seconds == 0.0) {
        throw inputError("say how long to search: --evaluations N or --seconds S");
    }
    if (!arguments.algorithm.empty()) {
        const search::AlgorithmChoice choice = search::parseAlgorithm(arguments.algorithm);
        arguments.setup.algorithm = choice.name;
        arguments.setup.algorithmOptions = choice.options;
    }
    for (const std::string& shape : arguments.shapes) {
        arguments.setup.dimensions.push_back(splitAssignment(shape, "--shape"));
    }
    const auto session = engine::Session::create(arguments.setup, arguments.study, knownDevices());
    runSearch(program, *session, session->dataReport(), arguments.options);
}

} // namespace

void addSearch(Program program) {
    CLI::App* command =
        addCommand(program, "search", "Search a network and its accelerator together; writes a study");
    auto arguments = std::make_shared<SearchArguments>();
    command->add_option("model", arguments->setup.model, "The trained network (ONNX)")->required();
    command->add_option("--device", arguments->setup.device, "What it must fit; see 'tandem-cli devices'")
        ->required();
    command->add_option("--study", arguments->study, "The study file to create (.tandem)")->required();
    command->add_option(
        "--data", arguments->setup.data,
        "Data for accuracy: fashion-mnist, a folder (IDX, CIFAR, arrays, pictures or sounds by "
        "class), or files. What is found out about it can be said instead, after a colon each: "
        "range=LOW..HIGH, mean=A/B/C, deviation=A/B/C, layout=nchw|nhwc, order=names|numbers (of class "
        "folders), size=HxW, channels=N, validation=SHARE, seed=N; for sounds features=mfcc|logmel, rate, "
        "low and high (Hz), clip, window and hop (ms), fft, bands, coefficients, time=rows|columns");
    command->add_option(
        "--algorithm", arguments->algorithm,
        fmt::format("How points are proposed (default {}): NAME or NAME:OPTION=NUMBER,...\n{}",
                    search::algorithmNames().front(), search::algorithmHelp()));
    command->add_option("--seed", arguments->setup.seed, "Seed of every random choice (default 1)")
        ->check(wholeNumber());
    command->add_option("--shape", arguments->shapes, "Settle a named dimension of the model: NAME=SIZE");
    arguments->options.addTo(*command);
    command->callback([program, arguments] { runNewSearch(program, *arguments); });

    CLI::App* resume = addCommand(program, "resume", "Go on with a study");
    auto study = std::make_shared<std::filesystem::path>();
    auto options = std::make_shared<StudyOptions>();
    resume->add_option("study", *study, "The study file (.tandem)")->required();
    options->addTo(*resume);
    resume->callback([program, study, options] {
        const auto session = engine::Session::open(*study, knownDevices());
        runSearch(program, *session, session->dataReport(), *options);
    });
}

} // namespace tandem::cli

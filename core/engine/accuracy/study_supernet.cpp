// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/study_supernet.h"

#include "core/base/error.h"
#include "core/judge/supernet/supernet.h"
#include "core/store/study_file.h"

#include <nlohmann/json.hpp>

#include <chrono>

namespace tandem::engine {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kTrainedKey = "supernet", kBegunKey = "supernet/begun";

/// What makes a training the one that a checkpoint is of.
Json identityOf(const SupernetSettings& settings) {
    return {{"epochs", settings.epochs},
            {"batch", settings.batch},
            {"learning_rate", settings.learningRate},
            {"augmentation", toString(settings.augmentation)}};
}

Json toJson(const point::Ranges& ranges) {
    Json json = Json::array();
    for (const point::Range& range : ranges) {
        json.push_back({range.low, range.high});
    }
    return json;
}

point::Ranges rangesFrom(const Json& json, const point::Space& space) {
    point::Ranges ranges;
    for (const Json& range : json) {
        ranges.push_back({range.at(0).get<std::uint8_t>(), range.at(1).get<std::uint8_t>()});
    }
    const bool fit =
        ranges.size() == space.parameters.size() &&
        std::ranges::equal(ranges, space.parameters, [](const point::Range& range, const auto& own) {
            return range.low <= range.high && range.high < own.choices.size();
        });
    if (!fit) {
        throw inputError("the study's supernet is of another space");
    }
    return ranges;
}

judge::SupernetOptions optionsOf(const Json& record, const point::Space& space, std::uint64_t seed,
                                 int threads) {
    judge::SupernetOptions options;
    try {
        options.training.epochs = record.at("epochs").get<int>();
        options.training.batch = record.at("batch").get<int>();
        options.training.learningRate = record.at("learning_rate").get<double>();
        options.training.augmentation =
            train::parseAugmentation(record.at("augmentation").get<std::string>());
        options.ranges = rangesFrom(record.at("ranges"), space);
    } catch (const Json::exception& error) {
        throw inputError("the study's record of its supernet is damaged ({})", error.what());
    }
    options.training.seed = seed;
    options.training.threads = threads;
    return options;
}

void checkSamples(const StudyData& data) {
    if (data.dataset.labels.empty() || data.split.training.empty() || data.split.validation.empty()) {
        throw inputError(
            "data set '{}': a supernet needs labelled samples for training and validation; it has {} "
            "and {}",
            data.dataset.name, data.split.training.size(), data.split.validation.size());
    }
}

} // namespace

std::string StudySupernet::Kept::text() const {
    return record.is_null() ? std::string() : record.dump() + "\n" + checkpoint;
}

StudySupernet::Kept StudySupernet::Kept::from(const std::string& text) {
    if (text.empty()) {
        return {};
    }
    const std::size_t end = std::min(text.find('\n'), text.size()); // JSON of one line
    // What is no JSON is refused when the supernet is asked for; the study's points can be read without it.
    return {Json::parse(text.substr(0, end), nullptr, false), text.substr(std::min(end + 1, text.size()))};
}

/// A supernet with the data that it refers to.
class StudySupernet::Net {
  public:
    Net(const space::JointSpace& space, std::shared_ptr<const StudyData> given,
        const judge::SupernetOptions& options)
        : data(std::move(given)),
          ranges(options.ranges),
          net(space, data->dataset, data->split.training, options) {}

    std::shared_ptr<const StudyData> data;
    point::Ranges ranges;
    judge::Supernet net;
};

StudySupernet::StudySupernet(const space::JointSpace& space, std::uint64_t seed, DataSource data,
                             store::StudyFile* file)
    : space_(space), seed_(seed), openData_(std::move(data)), file_(file) {
    if (file_ != nullptr) {
        trained_ = Kept::from(file_->value(kTrainedKey).value_or(""));
        begun_ = Kept::from(file_->value(kBegunKey).value_or(""));
        isTrained_ = !trained_.record.is_null();
    }
}

StudySupernet::~StudySupernet() = default;

void StudySupernet::keep(const Net& net, const SupernetSettings& settings) {
    Json record = identityOf(settings);
    record["ranges"] = toJson(net.ranges);
    Kept kept{std::move(record), net.net.checkpoint()};
    const bool isFinished = net.net.isFinished();
    const std::lock_guard lock(mutex_);
    (isFinished ? trained_ : begun_) = std::move(kept);
    if (isFinished) {
        begun_ = {};
        isTrained_ = true;
    }
    if (file_ != nullptr) {
        file_->setValue(isFinished ? kTrainedKey : kBegunKey, (isFinished ? trained_ : begun_).text());
        if (isFinished) {
            file_->setValue(kBegunKey, "");
        }
    }
}

std::shared_ptr<const StudyData> StudySupernet::data() const {
    const std::lock_guard lock(mutex_);
    if (!data_) {
        data_ = std::make_shared<StudyData>(openData_());
    }
    return data_;
}

/// What the training with these settings is: the one that was begun and where it stands, or a new one.
StudySupernet::Kept StudySupernet::begun(const point::Ranges& ranges,
                                         const SupernetSettings& settings) const {
    Json record = identityOf(settings);
    const std::lock_guard lock(mutex_);
    const Json& last = begun_.record;
    const bool goesOn = last.is_object() && std::ranges::all_of(record.items(), [&](const auto& item) {
                            return last.contains(item.key()) && last[item.key()] == item.value();
                        });
    if (goesOn) {
        return begun_;
    }
    record["ranges"] = toJson(ranges);
    return {std::move(record), {}};
}

std::optional<SupernetFigures> StudySupernet::train(const point::Ranges& ranges,
                                                    const SupernetSettings& settings,
                                                    const TrainingListener& progress,
                                                    const std::stop_token& cancel) {
    using Clock = std::chrono::steady_clock;
    const std::shared_ptr<const StudyData> samples = data();
    checkSamples(*samples);
    const auto [record, checkpoint] = begun(ranges, settings);
    const auto net =
        std::make_shared<Net>(space_, samples, optionsOf(record, space_.space(), seed_, settings.threads));
    judge::Supernet& trained = net->net;
    if (!checkpoint.empty()) {
        trained.restore(checkpoint);
    }
    const auto begin = Clock::now();
    auto kept = begin;
    while (!trained.isFinished() && !cancel.stop_requested()) {
        trained.step();
        if (progress) {
            const train::TrainingProgress& at = trained.progress();
            progress({at.step, at.steps, at.epoch, at.epochs, at.loss, 100.0 * at.accuracy});
        }
        if (std::chrono::duration<double>(Clock::now() - kept).count() >= settings.checkpointSeconds) {
            keep(*net, settings);
            kept = Clock::now();
        }
    }
    keep(*net, settings);
    if (!trained.isFinished()) {
        return std::nullopt;
    }
    SupernetFigures figures;
    const auto accuracy = [&](const point::Encoding& encoding) {
        return 100.0 * trained.evaluate(encoding, samples->split.validation);
    };
    figures.largestAccuracy = accuracy(judge::largestNetwork(space_.space(), net->ranges));
    figures.smallestAccuracy = accuracy(judge::smallestNetwork(space_.space(), net->ranges));
    figures.validationSamples = samples->split.validation.size();
    figures.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    const std::lock_guard lock(mutex_);
    net_ = net;
    return figures;
}

std::shared_ptr<const StudySupernet::Net> StudySupernet::net() const {
    const std::shared_ptr<const StudyData> samples = data();
    const std::lock_guard lock(mutex_);
    if (!net_) {
        if (!isTrained_) {
            throw inputError("the study has no trained supernet");
        }
        const auto restored =
            std::make_shared<Net>(space_, samples, optionsOf(trained_.record, space_.space(), seed_, 0));
        restored->net.restore(trained_.checkpoint);
        net_ = restored;
    }
    return net_;
}

double StudySupernet::evaluate(const point::Encoding& encoding) const {
    const std::shared_ptr<const Net> trained = net();
    return 100.0 * trained->net.evaluate(encoding, trained->data->split.validation);
}

quant::RoundedStart StudySupernet::start(const point::Encoding& encoding) const {
    return net()->net.start(encoding);
}

nn::Graph StudySupernet::largestNetwork() const {
    const std::shared_ptr<const Net> trained = net();
    return trained->net.graph(judge::largestNetwork(space_.space(), trained->ranges));
}

} // namespace tandem::engine

// SPDX-License-Identifier: GPL-3.0-or-later
// The part of SearchRunner that goes on with a study: reading it, and leading the algorithm through what it
// asked before.
#include "core/engine/run/runner.h"

#include <algorithm>
#include <cstdlib>

namespace tandem::engine {

namespace {

/// Names and choices of all parameters as one text: what encodings are worth nothing without.
std::string spaceText(const point::Space& space) {
    std::string text;
    for (const point::Parameter& parameter : space.parameters) {
        text += parameter.name + ":";
        for (const point::Choice& choice : parameter.choices) {
            text += " " + choice.label;
        }
        text += "\n";
    }
    return text;
}

} // namespace

/// Encodings only mean something in the space that they were made in.
void SearchRunner::checkSpace() {
    const std::string text = spaceText(problem_.space);
    const std::optional<std::string> stored = file_->value("space");
    if (stored && *stored != text) {
        throw inputError(
            "{}: this version of Tandem derives other parameters from the study's model, so its points "
            "cannot be read; start a new study from the same model",
            file_->path().string());
    }
    if (!stored) {
        file_->setValue("space", text);
        file_->describeSpace(problem_.space);
    }
}

void SearchRunner::load() {
    search::Rules rules = firstRules_;
    for (const store::EpochRow& row : file_->readEpochs()) {
        if (row.epoch != epochs_.size()) {
            throw inputError("{}: epoch {} stands where {} was expected", file_->path().string(), row.epoch,
                             epochs_.size());
        }
        epochs_.push_back({row.epoch, row.text, row.firstPoint});
        commands_.push_back(commandFromJson(row.command));
        rules = rulesAfter(commands_.back(), std::move(rules), problem_.space, problem_.fixedConstraints);
    }
    const point::Ranges whole = point::fullRanges(problem_.space);
    file_->readPoints([&](std::vector<point::Point>&& points) {
        for (point::Point& point : points) {
            if (!point::contains(whole, point.encoding)) {
                throw inputError("{}: point {} does not lie in the space of the study's model",
                                 file_->path().string(), point.id);
            }
            if (point.epoch >= epochs_.size()) {
                throw inputError("{}: point {} belongs to epoch {}, which is not there",
                                 file_->path().string(), point.id, point.epoch);
            }
            points_.append(std::move(point));
        }
    });
    for (const EpochRecord& epoch : epochs_) {
        if (epoch.firstPoint > points_.size()) {
            throw inputError("{}: epoch {} begins at point {}, but there are only {}", file_->path().string(),
                             epoch.epoch, epoch.firstPoint, points_.size());
        }
    }
    for (point::Point& point : file_->readRefinements()) {
        if (point.id < points_.size()) {
            told_.try_emplace(point.id, points_[point.id].metrics);
            point.epoch = points_[point.id].epoch;
            point.encoding = points_[point.id].encoding;
            points_.replace(std::move(point));
        }
    }
    plannedRules_ = rules;
    rankAll(rules);
    repeatLostInjection(rules);
    secondsBefore_ = std::strtod(file_->value("seconds").value_or("0").c_str(), nullptr);
    state_ = points_.size() > 0 ? State::Paused : State::Idle;
}

void SearchRunner::prepareAlgorithm() {
    if (algorithm_) {
        return;
    }
    if (points_.size() > 0) {
        message_ = fmt::format("going on from {} points", points_.size());
        publish();
    }
    algorithm_ = search::makeAlgorithm(problem_.algorithm, problem_.space, firstRules_, problem_.seed);
    search::Rules rules = firstRules_;
    std::size_t at = 0;
    bool follows = true; // what the algorithm asks for is what the study holds
    for (std::size_t epoch = 0; epoch <= commands_.size(); ++epoch) {
        if (epoch > 0 && std::holds_alternative<Inject>(commands_[epoch - 1])) {
            if (at < points_.size()) {
                tellLogged(at, at + 1);
                ++at;
            }
        } else if (epoch > 0) {
            rules =
                rulesAfter(commands_[epoch - 1], std::move(rules), problem_.space, problem_.fixedConstraints);
            steerAlgorithm(at, rules);
        }
        const std::size_t end = epoch < commands_.size()
                                    ? std::min<std::size_t>(epochs_[epoch + 1].firstPoint, points_.size())
                                    : points_.size();
        follows = follows && replayAsked(at, end);
        tellLogged(at, end);
        at = std::max(at, end);
    }
}

/// Asks again for the points [at, end) and tells what they are worth. False, with `at` at the first point not
/// told, when the algorithm asks for others (it was made by another version of the program).
bool SearchRunner::replayAsked(std::size_t& at, std::size_t end) {
    while (at < end) {
        const std::vector<point::Encoding> asked = algorithm_->ask(end - at);
        for (std::size_t i = 0; i < asked.size(); ++i) {
            if (asked[i] != points_[at + i].encoding) {
                return false;
            }
        }
        if (asked.empty()) {
            return false;
        }
        tellLogged(at, at + asked.size());
        at += asked.size();
    }
    return true;
}

void SearchRunner::tellLogged(std::size_t begin, std::size_t end) {
    constexpr std::size_t kAtOnce = 1024;
    std::vector<point::Point> points;
    for (std::size_t id = begin; id < end; ++id) {
        points.push_back(asTold(id));
        if (points.size() == kAtOnce || id + 1 == end) {
            algorithm_->tell(points);
            points.clear();
        }
    }
}

point::Point SearchRunner::asTold(point::PointId id) const {
    point::Point point = points_[id];
    if (const auto known = told_.find(id); known != told_.end()) {
        point.metrics = known->second;
    }
    return point;
}

/// New rules for the algorithm after the first `count` points, and with them the front of these points
/// (thinned out evenly if it is large), for the algorithm remembers only some of what it was told.
void SearchRunner::steerAlgorithm(std::size_t count, const search::Rules& rules) {
    constexpr std::size_t kMost = 200;
    algorithm_->steer(rules);
    const bool ranked = told_.empty() && count == points_.size() && archive_.rules() == rules;
    const std::vector<point::PointId> front = ranked ? archive_.front() : frontAsTold(count, rules);
    const std::size_t elites = std::min(front.size(), kMost);
    std::vector<point::Point> told;
    for (std::size_t i = 0; i < elites; ++i) {
        told.push_back(asTold(front[i * front.size() / elites]));
    }
    algorithm_->tell(told);
}

std::vector<point::PointId> SearchRunner::frontAsTold(std::size_t count, const search::Rules& rules) const {
    if (told_.empty()) {
        return rankPoints(points_, count, rules).front();
    }
    search::Archive archive(rules);
    for (std::size_t id = 0; id < count; ++id) {
        if (told_.contains(id)) {
            archive.add(asTold(id));
        } else {
            archive.add(points_[id]);
        }
    }
    return archive.front();
}

/// A crash may have kept the command and lost the point.
void SearchRunner::repeatLostInjection(const search::Rules& rules) {
    if (commands_.empty() || epochs_.back().firstPoint != points_.size()) {
        return;
    }
    if (const auto* inject = std::get_if<Inject>(&commands_.back())) {
        const point::Encoding base =
            inject->base ? points_[*inject->base].encoding : problem_.space.importedPoint();
        const point::Encoding encoding = injectedEncoding(*inject, base, rules.ranges, problem_.space);
        prepareProblem();
        take({encoding}, {problem_.evaluate(encoding)});
    }
}

} // namespace tandem::engine

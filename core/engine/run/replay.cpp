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

/// A study keeps the lag that it began with; those from before there was one had none.
void SearchRunner::settleLag() {
    const std::optional<std::string> stored = file_->value("lag");
    if (stored) {
        lag_ = static_cast<std::size_t>(std::strtoull(stored->c_str(), nullptr, 10));
        return;
    }
    const bool isOld = file_->value("space").has_value();
    lag_ = isOld ? 0 : problem_.lag;
    file_->setValue("lag", std::to_string(lag_));
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
    std::vector<point::Point> refined;
    for (store::RefinementRow& row : file_->readRefinements()) {
        if (row.point.id < points_.size()) {
            refined.push_back(points_[row.point.id]);
            refined.back().metrics = row.point.metrics;
        }
    }
    points_.refine(std::move(refined));
    savedState_ = file_->algorithmState().value_or("");
    plannedRules_ = rules;
    rankAll(rules);
    repeatLostInjection(rules);
    secondsBefore_ = std::strtod(file_->value("seconds").value_or("0").c_str(), nullptr);
    state_ = points_.size() > 0 ? State::Paused : State::Idle;
}

void SearchRunner::prepareExchange() {
    if (exchange_) {
        return;
    }
    if (points_.size() > 0) {
        message_ = fmt::format("going on from {} points", points_.size());
        publish();
    }
    Place place = goOnFromState();
    askedAgain_ = points_.size() - std::min(points_.size(), exchange_->asked());
    bool follows = true; // what the algorithm asks for is what the study holds
    while (true) {
        const bool isLast = place.commands == commands_.size();
        const std::size_t end = isLast ? points_.size() : epochs_[place.commands + 1].firstPoint;
        follows = follows && exchange_->replay(points_, end);
        exchange_->adopt(end);
        if (isLast) {
            return;
        }
        const Command& command = commands_[place.commands++];
        if (std::holds_alternative<Inject>(command)) {
            exchange_->adopt(std::min(end + 1, points_.size()));
            continue;
        }
        place.rules = rulesAfter(command, std::move(place.rules), problem_.space, problem_.fixedConstraints);
        steerExchange(end, place.rules);
    }
}

SearchRunner::Place SearchRunner::placeAfter(std::size_t commands) const {
    Place place{commands, firstRules_};
    for (std::size_t i = 0; i < commands; ++i) {
        place.rules =
            rulesAfter(commands_[i], std::move(place.rules), problem_.space, problem_.fixedConstraints);
    }
    return place;
}

/// Makes the exchange, from the saved state where there is one that belongs to the points, else for the
/// beginning of the study. Gives the place that it stands at.
SearchRunner::Place SearchRunner::goOnFromState() {
    const auto made = [&](const search::Rules& rules) {
        return std::make_unique<search::Exchange>(
            search::makeAlgorithm(problem_.algorithm, problem_.space, rules, problem_.seed), lag_);
    };
    const std::optional<SearchState> state = searchStateOf(savedState_);
    if (state && fits(*state)) {
        try {
            Place place = placeAfter(state->commands);
            exchange_ = made(place.rules);
            exchange_->load(state->exchange, points_, state->points, state->open);
            const std::size_t done = std::min(points_.size() - state->points, state->open.size());
            evaluation_.submit({state->open.begin() + static_cast<std::ptrdiff_t>(done), state->open.end()});
            return place;
        } catch (const Error&) {
            // It is damaged: the points are asked for again.
        }
    }
    exchange_ = made(firstRules_);
    return placeAfter(0);
}

/// Whether the search, saved in this state, asked for the points of the study up to there.
bool SearchRunner::fits(const SearchState& state) {
    if (state.commands > commands_.size() || state.identity != identity(state.commands) ||
        state.points > points_.size() || state.points < epochs_[state.commands].firstPoint ||
        state.digest != digest_.of(points_, state.points)) {
        return false;
    }
    const std::size_t asked = state.points + state.open.size();
    if (state.commands < commands_.size() && asked > epochs_[state.commands + 1].firstPoint) {
        return false;
    }
    for (std::size_t id = state.points; id < std::min(asked, points_.size()); ++id) {
        if (points_.evaluated(id).encoding != state.open[id - state.points].encoding) {
            return false;
        }
    }
    return true;
}

/// All but the points that the state of a search depends on, after so many commands.
std::string SearchRunner::identity(std::size_t commands) const {
    std::string text = fmt::format("{} seed {} lag {}\n{}\n{}\n", search::toString(problem_.algorithm),
                                   problem_.seed, lag_, toJson(SetObjectives{firstRules_.objectives}),
                                   toJson(SetConstraints{firstRules_.constraints}));
    for (std::size_t i = 0; i < commands; ++i) {
        text += fmt::format("{} {}\n", epochs_[i + 1].firstPoint, toJson(commands_[i]));
    }
    return text;
}

void SearchRunner::saveState() {
    if (!exchange_) {
        return;
    }
    savedState_ = toBytes({identity(commands_.size()), points_.size(), digest_.of(points_, points_.size()),
                           commands_.size(), evaluation_.open(), exchange_->save()});
    if (file_) {
        file_->setAlgorithmState(savedState_);
    }
}

/// New rules for the algorithm after the first `count` points, and with them the front of these points
/// (thinned out evenly if it is large), for the algorithm remembers only some of what it was told.
void SearchRunner::steerExchange(std::size_t count, const search::Rules& rules) {
    constexpr std::size_t kMost = 200;
    const bool ranked = points_.refinements() == 0 && count == points_.size() && archive_.rules() == rules;
    const std::vector<point::PointId> front = ranked ? archive_.front() : frontAsEvaluated(count, rules);
    const std::size_t elites = std::min(front.size(), kMost);
    std::vector<point::Point> told;
    for (std::size_t i = 0; i < elites; ++i) {
        told.push_back(points_.evaluated(front[i * front.size() / elites]));
    }
    exchange_->steer(rules, told, points_);
}

std::vector<point::PointId> SearchRunner::frontAsEvaluated(std::size_t count,
                                                           const search::Rules& rules) const {
    if (points_.refinements() == 0) {
        return rankPoints(points_, count, rules).front();
    }
    search::Archive archive(rules);
    for (std::size_t id = 0; id < count; ++id) {
        archive.add(points_.evaluated(id));
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
        std::vector<OrderedEvaluation::Evaluated> evaluated;
        evaluated.push_back(evaluateAlone(injectedProposal(*inject, base, rules.ranges, problem_.space)));
        take(std::move(evaluated));
    }
}

} // namespace tandem::engine

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/session/steering.h"

#include "widgets/models/format.h"
#include "widgets/session/background.h"

#include <QUndoCommand>

namespace tandem::widgets {

namespace {

template <typename... Cases>
struct Match : Cases... {
    using Cases::operator()...;
};
template <typename... Cases>
Match(Cases...) -> Match<Cases...>;

} // namespace

QString commandText(const engine::Command& command) {
    return std::visit(
        Match{[](const engine::Pin& pin) {
                  return Steering::tr("Pin %1 = %2").arg(fromUtf8(pin.parameter), fromUtf8(pin.value));
              },
              [](const engine::Bound& bound) {
                  return Steering::tr("Bound %1 to %2 … %3")
                      .arg(fromUtf8(bound.parameter), fromUtf8(bound.low), fromUtf8(bound.high));
              },
              [](const engine::Release& release) {
                  return Steering::tr("Release %1").arg(fromUtf8(release.parameter));
              },
              [](const engine::SetConstraints& set) {
                  QStringList texts;
                  for (const point::Constraint& one : set.constraints) {
                      texts << QStringLiteral("%1 %2 %3")
                                   .arg(metricLabel(one.metric), relationSign(one.relation),
                                        formatWithUnit(one.metric, one.bound));
                  }
                  return texts.isEmpty() ? Steering::tr("Remove all constraints")
                                         : Steering::tr("Constrain %1").arg(texts.join(QStringLiteral(", ")));
              },
              [](const engine::SetObjectives& set) {
                  QStringList texts;
                  for (const point::Objective& one : set.objectives) {
                      texts << metricLabel(one.metric);
                  }
                  return Steering::tr("Search for %1").arg(texts.join(QStringLiteral(", ")));
              },
              [](const engine::Inject&) { return Steering::tr("Evaluate a point of my own"); }},
        command);
}

engine::Command rangeCommand(const point::Parameter& parameter, point::Range range) {
    if (range.low == 0 && range.high + std::size_t{1} == parameter.choices.size()) {
        return engine::Release{parameter.name};
    }
    const std::string& low = parameter.choices.at(range.low).label;
    if (range.low == range.high) {
        return engine::Pin{parameter.name, low};
    }
    return engine::Bound{parameter.name, low, parameter.choices.at(range.high).label};
}

/// One change on the undo stack. A change that the session refuses leaves the stack again.
class SteeringStep : public QUndoCommand {
  public:
    SteeringStep(Steering& steering, engine::Command change, engine::Command inverse)
        : QUndoCommand(commandText(change)),
          steering_(steering),
          change_(std::move(change)),
          inverse_(std::move(inverse)) {}

    void redo() override { setObsolete(!steering_.send(change_)); }
    void undo() override { setObsolete(!steering_.send(inverse_)); }

  private:
    Steering& steering_;
    engine::Command change_, inverse_;
};

Steering::Steering(QObject* parent) : QObject(parent) {}

void Steering::attach(Submit submit, Ask ask) {
    submit_ = std::move(submit);
    ask_ = std::move(ask);
    stack_.clear();
    Q_EMIT attached();
}

bool Steering::send(const engine::Command& command) {
    if (!submit_) {
        return false;
    }
    const auto outcome = attempt([&] {
        submit_(command);
        return true;
    });
    if (outcome.index() == 0) {
        Q_EMIT refused(std::get<0>(outcome));
        return false;
    }
    Q_EMIT steered(commandText(command));
    return true;
}

void Steering::push(const engine::Command& change, const engine::Command& inverse) {
    stack_.push(std::make_unique<SteeringStep>(*this, change, inverse).release());
}

void Steering::submit(const engine::Command& command) {
    send(command);
}

void Steering::setRange(const point::Parameter& parameter, point::Range now, point::Range wanted) {
    if (parameter.choices.size() > 1 && now != wanted) {
        push(rangeCommand(parameter, wanted), rangeCommand(parameter, now));
    }
}

// The ranges in force change with every step: `now` is a copy.
void Steering::pinAll(const point::Space& space, point::Ranges now, const point::Encoding& encoding) {
    stack_.beginMacro(tr("Pin all values of a point"));
    for (std::size_t i = 0; i < std::min(encoding.size(), now.size()); ++i) {
        setRange(space.parameters[i], now[i], {encoding[i], encoding[i]});
    }
    stack_.endMacro();
}

void Steering::releaseAll(const point::Space& space, point::Ranges now) {
    const point::Ranges whole = point::fullRanges(space);
    if (now == whole) {
        return;
    }
    stack_.beginMacro(tr("Release all parameters"));
    for (std::size_t i = 0; i < std::min(whole.size(), now.size()); ++i) {
        setRange(space.parameters[i], now[i], whole[i]);
    }
    stack_.endMacro();
}

} // namespace tandem::widgets

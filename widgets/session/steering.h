// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/run/command.h"

#include <QObject>
#include <QUndoStack>

#include <functional>

namespace tandem::widgets {

/// "Pin model.b3.kernel = 3x3", translated; for undo texts.
QString commandText(const engine::Command& command);

/// The command that gives a parameter the range `range`: a pin, a bound, or a release where it is the whole
/// one.
engine::Command rangeCommand(const point::Parameter& parameter, point::Range range);

/// The way from the panels to the session: every steering change is an undo step that takes effect at once.
/// Undoing submits the opposite command; nothing evaluated is ever taken back.
class Steering : public QObject {
    Q_OBJECT
  public:
    using Submit = std::function<void(const engine::Command&)>; ///< throws Error when it refuses
    /// What a command would keep. Called from other threads; throws Error when it would be refused.
    using Ask = std::function<engine::Preview(const engine::Command&)>;

    explicit Steering(QObject* parent = nullptr);

    /// Another session: forgets the undo steps. Empty functions: there is none.
    void attach(Submit submit, Ask ask);
    /// Steers; `inverse` undoes it.
    void push(const engine::Command& change, const engine::Command& inverse);
    /// Steers without an undo step (an injected point stays).
    void submit(const engine::Command& command);
    /// Pins every parameter to the value it has in `encoding`, as one undo step. `now` are the ranges in
    /// force before it.
    void pinAll(const point::Space& space, point::Ranges now, const point::Encoding& encoding);
    /// Gives every parameter its whole range back, as one undo step.
    void releaseAll(const point::Space& space, point::Ranges now);
    /// For Previewer. Empty without a session.
    const Ask& question() const { return ask_; }

    QUndoStack& undoStack() { return stack_; }
    bool active() const { return static_cast<bool>(submit_); }

  Q_SIGNALS:
    /// Another session, or none.
    void attached();
    /// The session refused a command, in one sentence.
    void refused(const QString& reason);
    void steered(const QString& text);

  private:
    friend class SteeringStep;
    bool send(const engine::Command& command);
    /// A parameter with the range it is to have, as a part of an undo step.
    void setRange(const point::Parameter& parameter, point::Range now, point::Range wanted);

    QUndoStack stack_;
    Submit submit_;
    Ask ask_;
};

} // namespace tandem::widgets

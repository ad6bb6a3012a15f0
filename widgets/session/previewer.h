// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "widgets/session/background.h"

#include <QObject>

#include <optional>

namespace tandem::widgets {

class Steering;

/// Finds out what steering commands would keep while a person still chooses. That ranks all points, so it
/// happens in the background; only the newest question is answered, and none of a study that was closed.
class Previewer : public QObject {
    Q_OBJECT
  public:
    explicit Previewer(Steering& steering, QObject* parent = nullptr);

    void ask(const engine::Command& command);
    void cancel() { work_.cancel(); }

  Q_SIGNALS:
    /// Nothing where the command would be refused: committing it says why.
    void answered(const tandem::engine::Command& command,
                  const std::optional<tandem::engine::Preview>& preview);

  private:
    Steering& steering_;
    Newest work_;
};

} // namespace tandem::widgets

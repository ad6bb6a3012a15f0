// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/session/previewer.h"

#include "widgets/session/steering.h"

namespace tandem::widgets {

Previewer::Previewer(Steering& steering, QObject* parent)
    : QObject(parent), steering_(steering), work_(this) {
    connect(&steering_, &Steering::attached, this, &Previewer::cancel);
}

void Previewer::ask(const engine::Command& command) {
    if (!steering_.active()) {
        cancel();
        return;
    }
    work_.ask([ask = steering_.question(), command](const std::stop_token&) { return ask(command); },
              [this, command](const Outcome<engine::Preview>& outcome) {
                  Q_EMIT answered(command,
                                  outcome.index() == 1 ? std::optional(std::get<1>(outcome)) : std::nullopt);
              });
}

} // namespace tandem::widgets

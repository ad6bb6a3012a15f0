// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interruption.h"

#include <chrono>
#include <csignal>

namespace tandem::cli {

namespace {

volatile std::sig_atomic_t interrupted = 0; // the one thing a signal handler may touch

void onInterrupt(int) {
    interrupted = 1;
}

} // namespace

Interruption::Interruption() {
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
    watcher_ = std::jthread([wish = wish_](const std::stop_token& over) mutable {
        while (!over.stop_requested() && !wish.stop_requested()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            if (interrupted != 0) {
                wish.request_stop();
            }
        }
    });
}

Interruption::~Interruption() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

} // namespace tandem::cli

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>

namespace tandem::engine {

/// What takes long when a study is made or opened, in this order.
enum class OpeningStep {
    Model, ///< the network is read
    Space, ///< what the network and its accelerator may be is found out
    Data,  ///< of a new study: the data set is read, and how the network wants its samples is found out
    Study, ///< the study file is written, or its points are read
};

/// How a study is followed while it is opened, and how that is ended.
struct Opening {
    std::function<void(OpeningStep)> begins = {}; ///< told on the thread that opens; may be empty
    std::stop_token cancel = {};                  ///< looked at between the steps

    /// Whether the opening is still wanted; if so, tells that the step begins.
    bool goesOn(OpeningStep step) const {
        if (cancel.stop_requested()) {
            return false;
        }
        if (begins) {
            begins(step);
        }
        return true;
    }
};

} // namespace tandem::engine

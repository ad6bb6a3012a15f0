// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/study/study_setup.h"
#include "core/space/joint_space.h"

#include <string>

namespace tandem::engine {

/// What stays the same about an open study. From any thread.
class StudyFacts {
  public:
    virtual ~StudyFacts() = default;

    virtual const StudySetup& setup() const = 0;
    virtual const space::JointSpace& jointSpace() const = 0;

    /// What the person should know about the study file, one sentence or more: that it was not closed the
    /// last time and goes on from the last save, that it lies in a network folder. Empty when all is well.
    virtual std::string notice() const = 0;

    /// What accuracy is measured on, a line each about the split, how samples are fed to the network and why,
    /// sound settings, and samples that were skipped because they are broken. Empty without a data set.
    virtual std::string dataReport() const = 0;
};

} // namespace tandem::engine

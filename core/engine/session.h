// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/artefact_session.h"
#include "core/engine/search_session.h"
#include "core/engine/study/imported_model.h"
#include "core/engine/study_facts.h"
#include "core/engine/training_session.h"
#include "core/hw/device/device.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace tandem::engine {

/// The running session of one study: owns the threads, the archive and the study file's writer. Whoever
/// serves one purpose takes that interface alone; this is what opening a study gives.
class Session : public StudyFacts, public SearchSession, public TrainingSession, public ArtefactSession {
  public:
    /// Imports the model, builds the space, creates the study file. Throws Error. An empty `study` keeps
    /// everything in memory.
    static std::unique_ptr<Session> create(const StudySetup& setup, const std::filesystem::path& study,
                                           const std::vector<hw::Device>& devices);
    /// The same of a model that is imported already: importModel(setup).
    static std::unique_ptr<Session> create(const StudySetup& setup, const ModelPtr& model,
                                           const std::filesystem::path& study,
                                           const std::vector<hw::Device>& devices);
    /// Opens a study and all it holds. Throws Error (Input) when the file is not a study or is newer than
    /// this program.
    static std::unique_ptr<Session> open(const std::filesystem::path& study,
                                         const std::vector<hw::Device>& devices);
};

} // namespace tandem::engine

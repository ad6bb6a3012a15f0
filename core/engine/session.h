// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/artefact_session.h"
#include "core/engine/search_session.h"
#include "core/engine/study/imported_model.h"
#include "core/engine/study/opening.h"
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
    /// Imports the model, builds the space, creates the study file. An empty `study` keeps everything in
    /// memory. Null where it was cancelled. Throws Error. Unless it gives a session, there is no file.
    static std::unique_ptr<Session> create(const StudySetup& setup, const std::filesystem::path& study,
                                           const std::vector<hw::Device>& devices,
                                           const Opening& opening = {});
    /// The same of a model that is imported already: importModel(setup).
    static std::unique_ptr<Session> create(const StudySetup& setup, const ModelPtr& model,
                                           const std::filesystem::path& study,
                                           const std::vector<hw::Device>& devices,
                                           const Opening& opening = {});
    /// Opens a study and all it holds. Null where it was cancelled. Throws Error (Input) when the file is not
    /// a study or is newer than this program.
    static std::unique_ptr<Session> open(const std::filesystem::path& study,
                                         const std::vector<hw::Device>& devices, const Opening& opening = {});
};

} // namespace tandem::engine

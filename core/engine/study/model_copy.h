// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/study/study_setup.h"
#include "core/nn/graph.h"

#include <string>

namespace tandem::engine {

/// The model of a set-up as a network. Throws Error (Input).
nn::Graph importModel(const StudySetup& setup);

/// A model as a study keeps it.
struct ModelCopy {
    std::string bytes;      ///< an ONNX file
    bool isSettled = false; ///< written anew with all sizes settled, so the set-up's dimensions are in it
};

/// The set-up's model file; a model whose weights lie in other files is written anew with everything inside.
/// Throws Error (Input).
ModelCopy copyModel(const StudySetup& setup);

/// The network from a study's copy of its model. Throws Error (Input).
nn::Graph importModelCopy(const ModelCopy& copy, const StudySetup& setup);

/// A short fingerprint (64-bit FNV-1a, hexadecimal) that notices a damaged copy.
std::string fingerprint(const std::string& bytes);

} // namespace tandem::engine

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/study/study_setup.h"
#include "core/nn/graph.h"

#include <memory>
#include <string>

namespace tandem::engine {

/// A model that was read and imported, once: what a session is made from and what its study keeps.
struct ImportedModel {
    std::string bytes;      ///< an ONNX file that needs no other
    bool isSettled = false; ///< `bytes` were written anew with all sizes settled: the dimensions are in them
    std::shared_ptr<const nn::Graph> network;  ///< as imported
    std::shared_ptr<const nn::Graph> prepared; ///< what hardware is made from (nn::prepare)
};
using ModelPtr = std::shared_ptr<const ImportedModel>;

/// The set-up's model file with its dimensions settled. Of a model whose weights lie in other files the bytes
/// are written anew with everything inside. Throws Error (Input) whose message starts with the file's path.
ModelPtr importModel(const StudySetup& setup);

/// The model from the bytes that a study kept. Throws Error (Input) whose message starts with the model's
/// name.
ModelPtr importModel(const StudySetup& setup, std::string bytes, bool isSettled);

/// 64-bit FNV-1a, hexadecimal: notices a damaged or another copy.
std::string fingerprint(const std::string& bytes);

} // namespace tandem::engine

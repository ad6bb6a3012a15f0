// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/onnx/schema.h"

#include <filesystem>
#include <span>
#include <string>

namespace tandem::onnx {

/// Parses an ONNX file. Throws Error (Input): not a regular readable file, above the 2 GB of protobuf,
/// truncated or corrupt, or without a graph. Nothing is printed.
schema::ModelProto readModel(const std::filesystem::path& path);

/// The bytes of such a file, and what they say.
std::string readModelBytes(const std::filesystem::path& path);
schema::ModelProto parseModel(std::span<const char> bytes);

/// Parses one protobuf message of any type; `what` names it in errors ("an ONNX model").
void readMessage(const std::filesystem::path& path, google::protobuf::MessageLite& message, const char* what);

/// Writes one protobuf message. Throws Error (Work) naming the file.
void writeMessage(const std::filesystem::path& path, const google::protobuf::MessageLite& message);

} // namespace tandem::onnx

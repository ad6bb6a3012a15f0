// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/model_file.h"

#include "core/base/error.h"

#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/stubs/logging.h>

#include <fstream>

namespace tandem::onnx {

void readMessage(const std::filesystem::path& path, google::protobuf::MessageLite& message,
                 const char* what) {
    constexpr std::uintmax_t kLimit = std::numeric_limits<std::int32_t>::max();
    std::error_code failure;
    const auto status = std::filesystem::status(path, failure);
    if (failure || !std::filesystem::exists(status)) {
        throw inputError("the file does not exist");
    }
    if (!std::filesystem::is_regular_file(status)) {
        throw inputError("not a regular file; {} is needed", what);
    }
    const std::uintmax_t size = std::filesystem::file_size(path, failure);
    std::ifstream file(path, std::ios::binary);
    if (failure || !file) {
        throw inputError("the file cannot be read");
    }
    if (size == 0) {
        throw inputError("the file is empty; {} is needed", what);
    }
    if (size > kLimit) {
        throw inputError(
            "the file has {} bytes; {} has at most {} (larger ones keep their weights as external data)",
            size, what, kLimit);
    }
    const google::protobuf::LogSilencer silence;
    google::protobuf::io::IstreamInputStream stream(&file);
    if (!message.ParsePartialFromZeroCopyStream(&stream) || !message.IsInitialized()) {
        throw inputError("the file is not {}, or it is truncated or corrupt", what);
    }
}

schema::ModelProto readModel(const std::filesystem::path& path) {
    schema::ModelProto model;
    readMessage(path, model, "an ONNX model");
    if (!model.has_graph() || model.graph().output_size() == 0) {
        throw inputError(
            "the file is not an ONNX model, or it is truncated or corrupt: it holds no graph with outputs");
    }
    return model;
}

void writeMessage(const std::filesystem::path& path, const google::protobuf::MessageLite& message) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    if (!file) {
        throw workError("{}: the file cannot be written", path.string());
    }
    const google::protobuf::LogSilencer silence;
    if (!message.SerializeToOstream(&file) || !file.flush()) {
        throw workError("{}: writing failed", path.string());
    }
}

} // namespace tandem::onnx

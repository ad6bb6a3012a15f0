// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/model_file.h"

#include "core/base/error.h"

#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/stubs/logging.h>

#include <fstream>
#include <limits>

namespace tandem::onnx {

namespace {

constexpr const char* kModel = "an ONNX model";

void checkSize(std::uintmax_t size, const char* what) {
    constexpr std::uintmax_t kLimit = std::numeric_limits<std::int32_t>::max();
    if (size == 0) {
        throw inputError("the file is empty; {} is needed", what);
    }
    if (size > kLimit) {
        throw inputError(
            "the file has {} bytes; {} has at most {} (larger ones keep their weights as external data)",
            size, what, kLimit);
    }
}

/// What is parsed need not be whole: only then is it known whether required fields are missing.
void checkParsed(bool isParsed, const google::protobuf::MessageLite& message, const char* what) {
    if (!isParsed || !message.IsInitialized()) {
        throw inputError("the file is not {}, or it is truncated or corrupt", what);
    }
}

void checkGraph(const schema::ModelProto& model) {
    if (!model.has_graph() || model.graph().output_size() == 0) {
        throw inputError(
            "the file is not an ONNX model, or it is truncated or corrupt: it holds no graph with outputs");
    }
}

struct OpenFile {
    std::ifstream stream;
    std::uintmax_t size = 0;
};

OpenFile openFile(const std::filesystem::path& path, const char* what) {
    std::error_code failure;
    const auto status = std::filesystem::status(path, failure);
    if (failure || !std::filesystem::exists(status)) {
        throw inputError("the file does not exist");
    }
    if (!std::filesystem::is_regular_file(status)) {
        throw inputError("not a regular file; {} is needed", what);
    }
    OpenFile file{std::ifstream(path, std::ios::binary), std::filesystem::file_size(path, failure)};
    if (failure || !file.stream) {
        throw inputError("the file cannot be read");
    }
    checkSize(file.size, what);
    return file;
}

} // namespace

void readMessage(const std::filesystem::path& path, google::protobuf::MessageLite& message,
                 const char* what) {
    OpenFile file = openFile(path, what);
    const google::protobuf::LogSilencer silence;
    google::protobuf::io::IstreamInputStream stream(&file.stream);
    checkParsed(message.ParsePartialFromZeroCopyStream(&stream), message, what);
}

schema::ModelProto readModel(const std::filesystem::path& path) {
    schema::ModelProto model;
    readMessage(path, model, kModel);
    checkGraph(model);
    return model;
}

std::string readModelBytes(const std::filesystem::path& path) {
    OpenFile file = openFile(path, kModel);
    std::string bytes(file.size, '\0');
    if (!file.stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
        throw inputError("the file cannot be read");
    }
    return bytes;
}

schema::ModelProto parseModel(std::span<const char> bytes) {
    checkSize(bytes.size(), kModel);
    const google::protobuf::LogSilencer silence;
    schema::ModelProto model;
    checkParsed(model.ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size())), model, kModel);
    checkGraph(model);
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/study/imported_model.h"

#include "core/base/error.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/exporter.h"
#include "core/onnx/importer.h"

#include <charconv>
#include <utility>

namespace tandem::engine {

namespace {

onnx::ImportOptions optionsOf(const StudySetup& setup) {
    onnx::ImportOptions options;
    for (const auto& [name, text] : setup.dimensions) {
        std::int64_t size = 0;
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), size);
        if (code != std::errc{} || end != text.data() + text.size() || size < 1) {
            throw inputError("the dimension {} was given the size '{}'; it takes a whole number from 1", name,
                             text);
        }
        options.shapes[name] = size;
    }
    return options;
}

onnx::ImportedOnnx imported(const std::string& bytes, const std::string& name,
                            const std::filesystem::path& folder, const onnx::ImportOptions& options) {
    try {
        return onnx::importOnnxBytes(bytes, folder, options);
    } catch (const Error& error) {
        throw error.within(name);
    }
}

ModelPtr modelOf(std::string bytes, bool isSettled, nn::Graph network) {
    auto prepared = std::make_shared<const nn::Graph>(nn::prepare(network));
    return std::make_shared<const ImportedModel>(
        ImportedModel{std::move(bytes), isSettled, std::make_shared<const nn::Graph>(std::move(network)),
                      std::move(prepared)});
}

} // namespace

ModelPtr importModel(const StudySetup& setup) {
    const onnx::ImportOptions options = optionsOf(setup);
    std::string bytes = onnx::readOnnxBytes(setup.model);
    const std::filesystem::path parent = setup.model.parent_path();
    onnx::ImportedOnnx model = imported(bytes, setup.model.string(), parent.empty() ? "." : parent, options);
    if (model.hasExternalData) {
        bytes = onnx::serializeOnnx(model.network);
    }
    return modelOf(std::move(bytes), model.hasExternalData, std::move(model.network));
}

ModelPtr importModel(const StudySetup& setup, std::string bytes, bool isSettled) {
    onnx::ImportedOnnx model = imported(bytes, setup.model.filename().string(), {},
                                        isSettled ? onnx::ImportOptions{} : optionsOf(setup));
    return modelOf(std::move(bytes), isSettled, std::move(model.network));
}

std::string fingerprint(const std::string& bytes) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char byte : bytes) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    }
    return fmt::format("{:016x}", hash);
}

} // namespace tandem::engine

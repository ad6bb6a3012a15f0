// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/study/model_copy.h"

#include "core/base/error.h"
#include "core/onnx/exporter.h"
#include "core/onnx/importer.h"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

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

/// A folder of its own for one file, gone afterwards.
class ScratchFile {
  public:
    explicit ScratchFile(const std::string& bytes) {
        std::string folder = (std::filesystem::temp_directory_path() / "tandem-model-XXXXXX").string();
        if (mkdtemp(folder.data()) == nullptr) {
            throw workError("{}: no temporary folder can be made there",
                            std::filesystem::temp_directory_path().string());
        }
        folder_ = folder;
        std::ofstream file(path(), std::ios::binary);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        file.close();
        if (!file) {
            throw workError("{}: the model cannot be written there", folder);
        }
    }
    ~ScratchFile() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    std::filesystem::path path() const { return folder_ / "model.onnx"; }

  private:
    std::filesystem::path folder_;
};

} // namespace

nn::Graph importModel(const StudySetup& setup) {
    return onnx::importOnnx(setup.model, optionsOf(setup));
}

ModelCopy copyModel(const StudySetup& setup) {
    std::ifstream file(setup.model, std::ios::binary);
    if (!file) {
        throw inputError("{}: the file cannot be read", setup.model.string());
    }
    std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    ModelCopy copy{std::move(bytes), false};
    try {
        importModelCopy(copy, setup);
        return copy;
    } catch (const Error&) {
        // On its own the file cannot be read: its weights lie beside it.
        return {onnx::serializeOnnx(importModel(setup)), true};
    }
}

nn::Graph importModelCopy(const ModelCopy& copy, const StudySetup& setup) {
    const ScratchFile scratch(copy.bytes);
    try {
        return onnx::importOnnx(scratch.path(), copy.isSettled ? onnx::ImportOptions{} : optionsOf(setup));
    } catch (const Error& error) {
        // The scratch file means nothing to the reader; the model's own name does.
        std::string message = error.what();
        const std::string name = scratch.path().string();
        for (std::size_t at = message.find(name); at != std::string::npos; at = message.find(name)) {
            message.replace(at, name.size(), setup.model.filename().string());
        }
        throw Error(error.kind(), message);
    }
}

std::string fingerprint(const std::string& bytes) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char byte : bytes) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    }
    return fmt::format("{:016x}", hash);
}

} // namespace tandem::engine

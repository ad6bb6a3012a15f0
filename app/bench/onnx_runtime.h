// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace tandem::cli {

/// ONNX Runtime for Node.js, which benchmarks compare with; the program itself never uses it.
class OnnxRuntime {
  public:
    /// That of TANDEM_ONNXRUNTIME (a folder with node_modules), else one installed into `folder` by npm.
    /// Nothing where Node.js is missing or npm does not find it.
    static std::unique_ptr<OnnxRuntime> find(const std::filesystem::path& folder);

    /// The median of one inference on one thread, on an input of random numbers.
    double microseconds(const std::filesystem::path& model) const;
    const std::string& version() const { return version_; }

  private:
    OnnxRuntime(std::filesystem::path script, std::string version)
        : script_(std::move(script)), version_(std::move(version)) {}

    std::filesystem::path script_;
    std::string version_;
};

} // namespace tandem::cli

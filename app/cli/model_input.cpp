// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_input.h"

#include "app/cli/command.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/npy.h"
#include "core/onnx/importer.h"
#include "core/onnx/tensor_file.h"

#include <charconv>

namespace tandem::cli {

nn::Graph importModel(const std::filesystem::path& model, const std::vector<std::string>& shapes,
                      std::vector<nn::Tensor> inputs) {
    onnx::ImportOptions options;
    for (const std::string& shape : shapes) {
        const auto [name, text] = splitAssignment(shape, "--shape");
        std::int64_t size = 0;
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), size);
        if (failure != std::errc() || end != text.data() + text.size() || size < 1) {
            throw inputError("--shape was given '{}'; it takes NAME=SIZE with a size of at least 1", shape);
        }
        options.shapes[name] = size;
    }
    options.inputValues = std::move(inputs);
    return onnx::importOnnx(model, options);
}

nn::Tensor readInput(const std::filesystem::path& file) {
    if (file.extension() == ".npy") {
        return data::readNpy(file);
    }
    if (file.extension() == ".pb") {
        return onnx::readTensorProto(file);
    }
    throw inputError("the input '{}' has the ending '{}'; inputs are .npy or .pb files", file.string(),
                     file.extension().string());
}

std::vector<nn::Tensor> seededInputs(const nn::Graph& graph, std::uint64_t seed) {
    Random random(seed);
    std::vector<nn::Tensor> tensors;
    for (const nn::ValueId id : graph.inputs) {
        const nn::Value& value = graph.value(id);
        nn::Tensor tensor = nn::Tensor::zeros(value.type, value.shape);
        if (nn::isFloat(value.type)) {
            std::ranges::generate(tensor.floats(), [&] { return static_cast<float>(random.uniform()); });
        } else {
            std::ranges::generate(tensor.integers(),
                                  [&] { return static_cast<std::int64_t>(random.below(2)); });
        }
        tensors.push_back(std::move(tensor));
    }
    return tensors;
}

} // namespace tandem::cli

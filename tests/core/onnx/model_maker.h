// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/onnx/importer.h"
#include "core/onnx/schema.h"
#include "core/onnx/tensors.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <variant>
#include <vector>

namespace tandem::test {

namespace schema = onnx::schema;

/// A dimension of a declared input: a size, a name, or nothing ("").
using Dimension = std::variant<std::int64_t, std::string>;

/// Builds small ONNX models through the official schema.
class ModelMaker {
  public:
    explicit ModelMaker(std::int64_t opset = 13) {
        model_.set_ir_version(7);
        model_.add_opset_import()->set_version(opset);
        model_.mutable_graph()->set_name("made");
    }

    schema::ModelProto& model() { return model_; }
    schema::GraphProto& graph() { return *model_.mutable_graph(); }

    ModelMaker& input(const std::string& name, const std::vector<Dimension>& dimensions,
                      int type = schema::TensorProto::FLOAT) {
        describe(*graph().add_input(), name, dimensions, type);
        return *this;
    }

    ModelMaker& output(const std::string& name) {
        describe(*graph().add_output(), name, {}, schema::TensorProto::FLOAT);
        graph()
            .mutable_output(graph().output_size() - 1)
            ->mutable_type()
            ->mutable_tensor_type()
            ->clear_shape();
        return *this;
    }

    ModelMaker& constant(const std::string& name, const nn::Tensor& tensor) {
        *graph().add_initializer() = onnx::toProto(tensor, name);
        return *this;
    }

    ModelMaker& floats(const std::string& name, const nn::Shape& shape, float value = 0.5F) {
        nn::Tensor tensor = nn::Tensor::zeros(nn::ElementType::Float32, shape);
        for (std::size_t i = 0; i < tensor.floats().size(); ++i) {
            tensor.floats()[i] = value + 0.125F * static_cast<float>(i % 7);
        }
        return constant(name, tensor);
    }

    ModelMaker& integers(const std::string& name, const std::vector<std::int64_t>& values) {
        return constant(name, nn::Tensor::ofIntegers({static_cast<std::int64_t>(values.size())}, values));
    }

    schema::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs,
                            const std::vector<std::string>& outputs) {
        schema::NodeProto& added = *graph().add_node();
        added.set_op_type(op);
        added.set_name(op + "_" + outputs.front());
        for (const auto& name : inputs) {
            added.add_input(name);
        }
        for (const auto& name : outputs) {
            added.add_output(name);
        }
        return added;
    }

    static schema::AttributeProto& attribute(schema::NodeProto& node, const std::string& name,
                                             schema::AttributeProto::AttributeType type) {
        schema::AttributeProto& added = *node.add_attribute();
        added.set_name(name);
        added.set_type(type);
        return added;
    }
    static void setList(schema::NodeProto& node, const std::string& name,
                        const std::vector<std::int64_t>& values) {
        auto& added = attribute(node, name, schema::AttributeProto::INTS);
        for (const std::int64_t value : values) {
            added.add_ints(value);
        }
    }
    static void set(schema::NodeProto& node, const std::string& name, std::int64_t value) {
        attribute(node, name, schema::AttributeProto::INT).set_i(value);
    }
    static void set(schema::NodeProto& node, const std::string& name, float value) {
        attribute(node, name, schema::AttributeProto::FLOAT).set_f(value);
    }
    static void set(schema::NodeProto& node, const std::string& name, const char* value) {
        attribute(node, name, schema::AttributeProto::STRING).set_s(value);
    }

    /// A path in a folder of this process that goes when it ends.
    static std::filesystem::path file(const std::string& name) {
        static const TemporaryFolder folder;
        return folder.path / name;
    }

    static std::filesystem::path write(const std::string& bytes, const std::string& name = "made.onnx") {
        const auto path = file(name);
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
        return path;
    }

    std::filesystem::path write() const { return write(model_.SerializeAsString()); }

    nn::Graph import(const onnx::ImportOptions& options = {}) const {
        return onnx::importOnnx(write(), options);
    }

  private:
    struct TemporaryFolder {
        TemporaryFolder()
            : path(std::filesystem::path(testing::TempDir()) / fmt::format("tandem_onnx_{}", getpid())) {
            std::filesystem::create_directories(path);
        }
        ~TemporaryFolder() {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }
        TemporaryFolder(const TemporaryFolder&) = delete;
        TemporaryFolder& operator=(const TemporaryFolder&) = delete;

        std::filesystem::path path;
    };

    static void describe(schema::ValueInfoProto& info, const std::string& name,
                         const std::vector<Dimension>& dimensions, int type) {
        info.set_name(name);
        auto& tensor = *info.mutable_type()->mutable_tensor_type();
        tensor.set_elem_type(type);
        auto& shape = *tensor.mutable_shape();
        for (const Dimension& dimension : dimensions) {
            auto& added = *shape.add_dim();
            if (const auto* size = std::get_if<std::int64_t>(&dimension)) {
                added.set_dim_value(*size);
            } else if (!std::get<std::string>(dimension).empty()) {
                added.set_dim_param(std::get<std::string>(dimension));
            }
        }
    }

    schema::ModelProto model_;
};

} // namespace tandem::test

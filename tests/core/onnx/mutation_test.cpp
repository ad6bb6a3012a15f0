// SPDX-License-Identifier: GPL-3.0-or-later
// Well-formed files with hostile contents: real networks whose sizes, attributes, types, operators and links
// are changed at random. Importing must end with a graph or one Error, and what is imported can be prepared.
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/builder.h"
#include "core/onnx/importer.h"
#include "core/onnx/model_file.h"
#include "core/quant/lowering/lowering.h"
#include "tests/core/onnx/model_maker.h"
#include "tests/core/support/shared_files.h"

#include <gtest/gtest.h>

namespace tandem::onnx {
namespace {

class Mutator {
  public:
    explicit Mutator(std::uint64_t seed) : random_(seed), operators_(supportedOperators()) {}

    void mutate(schema::GraphProto& graph) {
        schema::NodeProto& node = *any(graph.mutable_node());
        switch (random_.below(7)) {
        case 0:
            mutateAttribute(node);
            break;
        case 1:
            mutateTensor(graph);
            break;
        case 2:
            node.set_op_type(operators_[random_.below(operators_.size())]);
            break;
        case 3:
            node.add_input(any(graph.mutable_initializer())->name());
            break;
        case 4:
            if (node.input_size() > 1) {
                node.mutable_input()->RemoveLast();
            }
            break;
        case 5:
            *any(node.mutable_input()) = any(graph.mutable_node())->output(0);
            break;
        default:
            any(any(graph.mutable_input())
                    ->mutable_type()
                    ->mutable_tensor_type()
                    ->mutable_shape()
                    ->mutable_dim())
                ->set_dim_value(hostile());
        }
    }

  private:
    template <typename Element>
    Element* any(google::protobuf::RepeatedPtrField<Element>* field) {
        return field->Mutable(static_cast<int>(random_.below(static_cast<std::uint64_t>(field->size()))));
    }

    std::int64_t hostile() {
        constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
        constexpr std::array<std::int64_t, 14> kValues{0,
                                                       -1,
                                                       -2,
                                                       1,
                                                       2,
                                                       3,
                                                       7,
                                                       100,
                                                       255,
                                                       1 << 20,
                                                       std::int64_t{1} << 31,
                                                       std::int64_t{1} << 40,
                                                       kLargest,
                                                       -kLargest - 1};
        return kValues.at(random_.below(kValues.size()));
    }

    void mutateAttribute(schema::NodeProto& node) {
        if (node.attribute_size() > 0) {
            schema::AttributeProto& attribute = *any(node.mutable_attribute());
            attribute.set_i(hostile());
            for (auto& entry : *attribute.mutable_ints()) {
                entry = random_.below(2) == 0 ? hostile() : entry;
            }
        }
    }

    void mutateTensor(schema::GraphProto& graph) {
        schema::TensorProto& tensor = *any(graph.mutable_initializer());
        if (tensor.dims_size() > 0 && random_.below(2) == 0) {
            tensor.set_dims(0, hostile());
        } else {
            tensor.set_data_type(static_cast<std::int32_t>(random_.below(17)));
        }
    }

    Random random_;
    std::vector<std::string> operators_;
};

class Mutation : public testing::TestWithParam<const char*> {};

TEST_P(Mutation, EndsWithAGraphOrAnError) {
    const auto path = test::sharedFile(fmt::format("models/{}.onnx", GetParam()));
    if (path.empty()) {
        GTEST_SKIP() << "the folder of reference networks is absent";
    }
    const schema::ModelProto original = readModel(path);
    Mutator mutator(17);
    int refused = 0;
    for (int i = 0; i < 200; ++i) {
        schema::ModelProto model = original;
        mutator.mutate(*model.mutable_graph());
        mutator.mutate(*model.mutable_graph());
        try {
            const nn::Graph prepared =
                nn::prepare(importOnnx(test::ModelMaker::write(model.SerializeAsString())));
            for (const nn::Node& node : prepared.nodes) {
                EXPECT_GE(multiplyAccumulates(prepared, node), 0);
                quant::whyHost(prepared, node);
            }
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Input) << error.what();
            ++refused;
        }
    }
    EXPECT_GT(refused, 20);
}

INSTANTIATE_TEST_SUITE_P(Shared, Mutation,
                         testing::Values("convnet_kws", "resnet8_cifar10_qdq", "fastestdet"),
                         [](const auto& model) { return std::string(model.param); });

} // namespace
} // namespace tandem::onnx

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/exporter.h"

#include "core/base/error.h"
#include "core/onnx/attributes.h"
#include "core/onnx/model_file.h"
#include "core/onnx/tensors.h"

#include <set>

namespace tandem::onnx {

namespace {

namespace proto = schema;

constexpr int kOpset = 13;
constexpr int kIrVersion = 7;
constexpr const char* kQonnxDomain = "qonnx.custom_op.general";

using onnx::set;

void set(proto::NodeProto& node, const char* name, const nn::Extent& extent) {
    set(node, name, std::vector<int>{extent.height, extent.width});
}

void set(proto::NodeProto& node, const char* name, const nn::Padding& padding) {
    set(node, name, std::vector<int>{padding.top, padding.left, padding.bottom, padding.right});
}

// Writes one graph; one call operator per nn operator sets the node's type, attributes and extra constant
// inputs.
class GraphWriter {
  public:
    GraphWriter(const nn::Graph& graph, proto::GraphProto& target) : graph_(graph), target_(target) {
        nameValues();
    }

    void write() {
        target_.set_name(graph_.name.empty() ? "network" : graph_.name);
        for (const nn::ValueId input : graph_.inputs) {
            describe(*target_.add_input(), input);
        }
        for (std::size_t i = 0; i < graph_.values.size(); ++i) {
            if (const auto& constant = graph_.values[i].constant) {
                addInitializer(names_[i], *constant);
            }
        }
        for (const nn::Node& node : graph_.nodes) {
            writeNode(node);
        }
        for (const nn::ValueId output : graph_.outputs) {
            describe(*target_.add_output(), output);
        }
    }

  private:
    void nameValues() {
        for (std::size_t i = 0; i < graph_.values.size(); ++i) {
            std::string name = graph_.values[i].name;
            if (name.empty() || !used_.insert(name).second) {
                name = uniqueName(name.empty() ? "value" : name);
            }
            names_.push_back(std::move(name));
        }
    }

    std::string uniqueName(const std::string& stem) {
        for (int i = 0;; ++i) {
            std::string name = fmt::format("{}_{}", stem, i);
            if (used_.insert(name).second) {
                return name;
            }
        }
    }

    const std::string& name(nn::ValueId id) const { return names_.at(static_cast<std::size_t>(id)); }

    void describe(proto::ValueInfoProto& info, nn::ValueId id) const {
        info.set_name(name(id));
        proto::TypeProto_Tensor& type = *info.mutable_type()->mutable_tensor_type();
        type.set_elem_type(dataTypeOf(graph_.value(id).type));
        type.mutable_shape();
        for (const std::int64_t size : graph_.value(id).shape) {
            type.mutable_shape()->add_dim()->set_dim_value(size);
        }
    }

    void addInitializer(const std::string& initializerName, const nn::Tensor& tensor) {
        *target_.add_initializer() = toProto(tensor, initializerName);
    }

    // Appends a constant input that the operator set wants where ours has an attribute.
    void addInput(proto::NodeProto& target, const char* role, const nn::Tensor& tensor) {
        const std::string inputName = uniqueName(target.name() + "_" + role);
        addInitializer(inputName, tensor);
        target.add_input(inputName);
    }

    void addInput(proto::NodeProto& target, const char* role, const std::vector<std::int64_t>& values) {
        addInput(target, role, nn::Tensor::ofIntegers({static_cast<std::int64_t>(values.size())}, values));
    }

    void writeNode(const nn::Node& node) {
        proto::NodeProto& target = *target_.add_node();
        target.set_name(node.name.empty() ? uniqueName("node") : node.name);
        for (const nn::ValueId input : node.inputs) {
            target.add_input(input == nn::kNoValue ? "" : name(input));
        }
        for (const nn::ValueId output : node.outputs) {
            target.add_output(name(output));
        }
        std::visit([&](const auto& op) { settle(target, node, op); }, node.op);
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Convolution& op) {
        target.set_op_type("Conv");
        set(target, "kernel_shape", op.kernel);
        set(target, "strides", op.stride);
        set(target, "dilations", op.dilation);
        set(target, "pads", op.padding);
        set(target, "group", std::int64_t{op.groups});
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::TransposedConvolution& op) {
        target.set_op_type("ConvTranspose");
        set(target, "kernel_shape", op.kernel);
        set(target, "strides", op.stride);
        set(target, "dilations", op.dilation);
        set(target, "pads", op.padding);
        set(target, "output_padding", op.outputPadding);
        set(target, "group", std::int64_t{op.groups});
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Linear&) {
        target.set_op_type("Gemm");
        set(target, "transB", std::int64_t{1});
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::MatrixProduct&) {
        target.set_op_type("MatMul");
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Gemm& op) {
        target.set_op_type("Gemm");
        set(target, "alpha", op.alpha);
        set(target, "beta", op.beta);
        set(target, "transA", std::int64_t{op.transposeA});
        set(target, "transB", std::int64_t{op.transposeB});
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::BatchNormalization& op) {
        target.set_op_type("BatchNormalization");
        set(target, "epsilon", op.epsilon);
    }

    // A scalar of the type of the node's first input.
    nn::Tensor scalarLike(const nn::Node& node, float value) const {
        const nn::ElementType type = graph_.value(node.inputs.at(0)).type;
        if (nn::isFloat(type)) {
            return nn::Tensor::ofFloats({}, {value});
        }
        return nn::Tensor::ofIntegers({}, {static_cast<std::int64_t>(value)}, type);
    }

    void settle(proto::NodeProto& target, const nn::Node& node, const nn::Activation& op) {
        switch (op.kind) {
        case nn::ActivationKind::Relu:
            target.set_op_type("Relu");
            break;
        case nn::ActivationKind::LeakyRelu:
            target.set_op_type("LeakyRelu");
            set(target, "alpha", op.alpha);
            break;
        case nn::ActivationKind::Clip:
            target.set_op_type("Clip");
            writeLimits(target, node, op);
            break;
        case nn::ActivationKind::Sigmoid:
            target.set_op_type("Sigmoid");
            break;
        case nn::ActivationKind::HardSigmoid:
            target.set_op_type("HardSigmoid");
            set(target, "alpha", op.alpha);
            set(target, "beta", op.beta);
            break;
        case nn::ActivationKind::HardSwish:
            writeHardSwish(target);
            break;
        case nn::ActivationKind::Tanh:
            target.set_op_type("Tanh");
            break;
        }
    }

    // An infinite limit is none: the input stays absent.
    void writeLimits(proto::NodeProto& target, const nn::Node& node, const nn::Activation& op) {
        if (std::isfinite(op.low)) {
            addInput(target, "min", scalarLike(node, op.low));
        } else if (std::isfinite(op.high)) {
            target.add_input("");
        }
        if (std::isfinite(op.high)) {
            addInput(target, "max", scalarLike(node, op.high));
        }
    }

    // HardSwish came with opset 14: here it is x * HardSigmoid(x; 1/6, 1/2).
    void writeHardSwish(proto::NodeProto& target) {
        const std::string x = target.input(0);
        const std::string gate = uniqueName(target.name() + "_gate");
        proto::NodeProto product = target;
        target.set_op_type("HardSigmoid");
        set(target, "alpha", 1.0F / 6.0F);
        set(target, "beta", 0.5F);
        target.set_output(0, gate);
        product.set_name(uniqueName(target.name() + "_product"));
        product.set_op_type("Mul");
        product.clear_input();
        product.add_input(x);
        product.add_input(gate);
        *target_.add_node() = product;
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::ParametricRelu&) {
        target.set_op_type("PRelu");
    }

    void settle(proto::NodeProto& target, const nn::Node& node, const nn::Softmax& op) {
        const nn::Shape& shape = graph_.value(node.inputs.at(0)).shape;
        const auto rank = static_cast<int>(shape.size());
        target.set_op_type(op.logarithm ? "LogSoftmax" : "Softmax");
        if (op.flattened && op.axis != rank - 1 && op.axis != -1) {
            flatten(target, shape, op.axis < 0 ? op.axis + rank : op.axis);
        } else {
            set(target, "axis", std::int64_t{op.axis});
        }
    }

    // A softmax over all dimensions from `axis` on went with opset 12: here it stands between two Reshapes.
    void flatten(proto::NodeProto& target, const nn::Shape& shape, int axis) {
        const auto middle = shape.begin() + axis;
        const nn::Shape rows{nn::elementCount({shape.begin(), middle}),
                             nn::elementCount({middle, shape.end()})};
        const std::string flat = uniqueName(target.name() + "_flat");
        const std::string result = uniqueName(target.name() + "_result");
        proto::NodeProto softmax = target;
        proto::NodeProto back = target;
        target.set_op_type("Reshape");
        addInput(target, "rows", rows);
        target.set_output(0, flat);
        softmax.set_name(uniqueName(softmax.name() + "_softmax"));
        softmax.set_input(0, flat);
        softmax.set_output(0, result);
        set(softmax, "axis", std::int64_t{1});
        back.set_name(uniqueName(back.name() + "_back"));
        back.set_op_type("Reshape");
        back.set_input(0, result);
        addInput(back, "shape", shape);
        *target_.add_node() = std::move(softmax);
        *target_.add_node() = std::move(back);
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Binary& op) {
        constexpr std::array names{"Add", "Sub", "Mul", "Div", "Max"};
        target.set_op_type(names.at(static_cast<std::size_t>(op.kind)));
    }

    void settle(proto::NodeProto& target, const nn::Node& node, const nn::Pool& op) {
        const bool average = op.kind == nn::PoolKind::Average;
        target.set_op_type(average ? "AveragePool" : "MaxPool");
        set(target, "kernel_shape", op.kernel);
        set(target, "strides", op.stride);
        set(target, "pads", op.padding);
        if (average) {
            set(target, "count_include_pad", std::int64_t{op.countPadding});
        } else {
            set(target, "dilations", op.dilation);
            if (node.outputs.size() > 1) {
                set(target, "storage_order", std::int64_t{op.columnMajorIndices});
            }
        }
        if (average && op.dilation != nn::Extent{1, 1}) {
            throw workError("node '{}': a dilated average pool has no form in opset {}", node.name, kOpset);
        }
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::GlobalPool& op) {
        target.set_op_type(op.kind == nn::PoolKind::Average ? "GlobalAveragePool" : "GlobalMaxPool");
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::ReduceMean& op) {
        target.set_op_type("ReduceMean");
        set(target, "axes", op.axes);
        set(target, "keepdims", std::int64_t{op.keepDimensions});
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Concat& op) {
        target.set_op_type("Concat");
        set(target, "axis", std::int64_t{op.axis});
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Split& op) {
        target.set_op_type("Split");
        set(target, "axis", std::int64_t{op.axis});
        addInput(target, "split", op.sizes);
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Slice& op) {
        target.set_op_type("Slice");
        std::vector<std::int64_t> axes(op.starts.size());
        std::iota(axes.begin(), axes.end(), 0);
        std::vector<std::int64_t> ends = op.ends;
        for (std::size_t i = 0; i < ends.size(); ++i) {
            if (op.steps[i] < 0 && ends[i] < 0) {
                ends[i] =
                    std::numeric_limits<std::int64_t>::min(); // before the first: -1 would mean the last
            }
        }
        addInput(target, "starts", op.starts);
        addInput(target, "ends", ends);
        addInput(target, "axes", axes);
        addInput(target, "steps", op.steps);
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Gather& op) {
        target.set_op_type("Gather");
        set(target, "axis", std::int64_t{op.axis});
        addInput(target, "indices", op.indices);
    }

    void settle(proto::NodeProto& target, const nn::Node& node, const nn::Reshape&) {
        target.set_op_type("Reshape");
        addInput(target, "shape", graph_.value(node.outputs.at(0)).shape);
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Transpose& op) {
        target.set_op_type("Transpose");
        set(target, "perm", op.permutation);
    }

    void settle(proto::NodeProto& target, const nn::Node& node, const nn::Pad& op) {
        constexpr std::array modes{"constant", "reflect", "edge"};
        target.set_op_type("Pad");
        set(target, "mode", std::string(modes.at(static_cast<std::size_t>(op.mode))));
        std::vector<std::int64_t> pads = op.before;
        pads.insert(pads.end(), op.after.begin(), op.after.end());
        addInput(target, "pads", pads);
        addInput(target, "value", scalarLike(node, op.value));
    }

    void settle(proto::NodeProto& target, const nn::Node& node, const nn::Resize& op) {
        constexpr std::array modes{"nearest", "linear", "cubic"};
        target.set_op_type("Resize");
        set(target, "mode", std::string(modes.at(static_cast<std::size_t>(op.mode))));
        set(target, "coordinate_transformation_mode", op.coordinates);
        set(target, "nearest_mode", op.nearest);
        set(target, "cubic_coeff_a", op.cubicCoefficient);
        set(target, "exclude_outside", std::int64_t{op.excludeOutside});
        set(target, "extrapolation_value", op.extrapolation);
        const auto rank = static_cast<std::int64_t>(op.scales.size());
        addInput(target, "roi",
                 nn::Tensor::ofFloats({static_cast<std::int64_t>(op.region.size())}, op.region));
        const nn::Shape& from = graph_.value(node.inputs.at(0)).shape;
        const nn::Shape& to = graph_.value(node.outputs.at(0)).shape;
        std::vector<float> scales;
        bool givesSizes = true;                 // by ONNX's own rule, floor(size * scale) in float
        bool isExact = true, isQuotient = true; // as floats; of the sizes
        for (std::size_t i = 0; i < from.size(); ++i) {
            scales.push_back(static_cast<float>(op.scales[i].value()));
            const float size = std::floor(static_cast<float>(from[i]) * scales[i]);
            givesSizes = givesSizes && static_cast<std::int64_t>(size) == to[i];
            isExact = isExact && op.scales[i] == nn::ResizeScale(double{scales[i]});
            isQuotient = isQuotient && op.scales[i] == nn::ResizeScale(static_cast<double>(to[i]),
                                                                       static_cast<double>(from[i]));
        }
        if ((givesSizes && (isExact || !isQuotient)) || op.coordinates == "tf_crop_and_resize") {
            addInput(target, "scales", nn::Tensor::ofFloats({rank}, scales));
        } else {
            target.add_input("");
            addInput(target, "sizes", to);
        }
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::LocalResponseNormalization& op) {
        target.set_op_type("LRN");
        set(target, "size", std::int64_t{op.size});
        set(target, "alpha", op.alpha);
        set(target, "beta", op.beta);
        set(target, "bias", op.bias);
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Quantize& op) {
        target.set_op_type("QuantizeLinear");
        set(target, "axis", std::int64_t{op.axis});
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Dequantize& op) {
        target.set_op_type("DequantizeLinear");
        set(target, "axis", std::int64_t{op.axis});
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::FakeQuantize& op) {
        settleQonnx(target, "Quant", op.format, op.rounding);
        addInput(target, "bits", nn::Tensor::ofFloats({}, {static_cast<float>(op.format.bits)}));
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::BipolarQuantize&) {
        target.set_op_type("BipolarQuant");
        target.set_domain(kQonnxDomain);
    }

    // Version 2 has inputs x, scale, zero point, input bits, output scale and output bits; version 1 has not
    // the output scale.
    void settle(proto::NodeProto& target, const nn::Node& node, const nn::Truncate& op) {
        if (op.clamps) {
            settleQonnx(target, "Trunc", op.format, op.rounding);
        } else {
            target.set_op_type("Trunc");
            target.set_domain(kQonnxDomain);
            set(target, "rounding_mode", nn::toString(op.rounding));
        }
        while (target.input_size() > 3) {
            target.mutable_input()->RemoveLast();
        }
        const auto bits = [](int count) { return nn::Tensor::ofFloats({}, {static_cast<float>(count)}); };
        addInput(target, "input_bits", bits(op.format.bits + std::max(0, op.droppedBits)));
        if (op.clamps) {
            target.add_input(name(node.inputs[3]));
        }
        addInput(target, "output_bits", bits(op.format.bits));
    }

    static void settleQonnx(proto::NodeProto& target, const char* type, const nn::IntegerFormat& format,
                            nn::Rounding rounding) {
        target.set_op_type(type);
        target.set_domain(kQonnxDomain);
        set(target, "signed", std::int64_t{format.isSigned});
        set(target, "narrow", std::int64_t{format.isNarrow});
        set(target, "rounding_mode", nn::toString(rounding));
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Cast& op) {
        target.set_op_type("Cast");
        set(target, "to", std::int64_t{dataTypeOf(op.to)});
    }

    void settle(proto::NodeProto& target, const nn::Node&, const nn::Identity&) {
        target.set_op_type("Identity");
    }

    const nn::Graph& graph_;
    proto::GraphProto& target_;
    std::vector<std::string> names_; // of every value
    std::set<std::string> used_;
};

proto::ModelProto modelOf(const nn::Graph& graph) {
    proto::ModelProto model;
    model.set_ir_version(kIrVersion);
    model.set_producer_name("Tandem");
    proto::OperatorSetIdProto& operators = *model.add_opset_import();
    operators.set_domain("");
    operators.set_version(kOpset);
    GraphWriter(graph, *model.mutable_graph()).write();
    const auto isQonnx = [](const proto::NodeProto& node) { return node.domain() == kQonnxDomain; };
    if (std::ranges::any_of(model.graph().node(), isQonnx)) {
        proto::OperatorSetIdProto& added = *model.add_opset_import();
        added.set_domain(kQonnxDomain);
        added.set_version(2);
    }
    return model;
}

} // namespace

std::string serializeOnnx(const nn::Graph& graph) {
    return modelOf(graph).SerializeAsString();
}

void exportOnnx(const nn::Graph& graph, const std::filesystem::path& file) {
    writeMessage(file, modelOf(graph));
}

} // namespace tandem::onnx

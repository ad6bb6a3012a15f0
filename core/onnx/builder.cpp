// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/builder.h"

#include "core/base/error.h"
#include "core/nn/kernels/kernels.h"
#include "core/nn/shapes.h"

namespace tandem::onnx {

namespace {

/// Elements that ConstantOfShape and folded nodes may make in one model (2 GB of floats).
constexpr std::int64_t kMaxMadeElements = std::int64_t{1} << 29;
/// Values that are followed through nodes without being constants (shapes, starts, scales ...) are small.
constexpr std::int64_t kMaxKnownElements = 4096;

} // namespace

void ModelBuilder::bind(const std::string& name, nn::ValueId id) {
    if (name.empty() || !names_.emplace(name, id).second) {
        throw inputError("the value '{}' is computed more than once", shown(name));
    }
}

nn::ValueId ModelBuilder::find(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nn::kNoValue : found->second;
}

std::string ModelBuilder::freshNodeName(const std::string& stem) {
    std::string name = stem;
    while (!takeNodeName(name)) {
        name = fmt::format("{}_{}", stem, ++lastSuffixes_[stem]);
    }
    return name;
}

const nn::Tensor* ModelBuilder::known(nn::ValueId id) const {
    const nn::Value& value = graph_.value(id);
    if (value.constant) {
        return &*value.constant;
    }
    const auto found = known_.find(id);
    return found == known_.end() ? nullptr : &found->second;
}

void ModelBuilder::note(nn::ValueId id, nn::Tensor elements) {
    known_.insert_or_assign(id, std::move(elements));
}

void ModelBuilder::reserveConstant(const nn::Shape& shape) {
    madeElements_ += nn::checkedElementCount(shape);
    if (madeElements_ > kMaxMadeElements) {
        throw inputError("the constants that the model's nodes make have more than {} elements",
                         kMaxMadeElements);
    }
}

nn::ValueId ModelBuilder::addConstant(const std::string& name, nn::Tensor tensor) {
    return graph_.addConstant(shown(name), std::move(tensor));
}

std::optional<std::vector<nn::Tensor>>
ModelBuilder::evaluated(const nn::Node& node, const std::vector<nn::TensorType>& types) const {
    std::vector<const nn::Tensor*> inputs;
    for (const nn::ValueId id : node.inputs) {
        inputs.push_back(id == nn::kNoValue ? nullptr : known(id));
        if (inputs.back() == nullptr && id != nn::kNoValue) {
            return std::nullopt;
        }
    }
    return nn::kernels::evaluate(node.op, inputs, types);
}

std::vector<nn::ValueId> ModelBuilder::add(nn::Node node, std::vector<nn::TensorType> types,
                                           std::size_t outputCount) {
    std::vector<nn::TensorType> inputs;
    bool isConstant = true;
    for (const nn::ValueId id : node.inputs) {
        const nn::Value* value = id == nn::kNoValue ? nullptr : &graph_.value(id);
        inputs.push_back(value == nullptr ? nn::TensorType{} : nn::TensorType{value->type, value->shape});
        isConstant = isConstant && (value == nullptr || value->constant);
    }
    if (types.empty()) {
        types = nn::inferOutputs(node.op, inputs, outputCount);
    }
    const auto isSmall = [](const nn::TensorType& type) {
        return nn::elementCount(type.shape) <= kMaxKnownElements;
    };
    // What is not constant is followed through arithmetic of shapes, not through layers.
    const bool isFollowed = std::ranges::all_of(types, isSmall) && !types.empty() &&
                            nn::multiplyAccumulates(node.op, inputs, types[0].shape) == 0;
    std::optional<std::vector<nn::Tensor>> elements;
    if ((isConstant || isFollowed) && nn::kernels::isFoldable(node.op, inputs, types)) {
        for (std::size_t i = 0; isConstant && i < types.size(); ++i) {
            reserveConstant(types[i].shape);
        }
        elements = evaluated(node, types);
    }
    std::vector<nn::ValueId> outputs;
    for (std::size_t i = 0; i < types.size(); ++i) {
        const std::string name = i == 0 ? node.name : fmt::format("{}.{}", node.name, i);
        if (elements && isConstant) {
            outputs.push_back(graph_.addConstant(name, std::move((*elements)[i])));
            continue;
        }
        outputs.push_back(graph_.addValue({name, types[i].type, types[i].shape, {}, {}}));
        if (elements) {
            note(outputs.back(), std::move((*elements)[i]));
        }
    }
    if (!(elements && isConstant)) {
        node.outputs = outputs;
        graph_.nodes.push_back(std::move(node));
    }
    return outputs;
}

std::string ModelBuilder::shown(const std::string& name) {
    std::string result;
    for (std::size_t i = 0; i < name.size();) {
        const auto lead = static_cast<unsigned char>(name[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : 2;
        bool isValid = lead >= 0x20 && lead != 0x7F && (lead < 0x80 || (lead >= 0xC2 && lead < 0xF5)) &&
                       i + length <= name.size();
        for (std::size_t k = 1; isValid && k < length; ++k) {
            isValid = (static_cast<unsigned char>(name[i + k]) & 0xC0U) == 0x80U;
        }
        // The second byte rules out overlong forms, surrogates and what lies above U+10FFFF.
        if (isValid && length > 2) {
            const auto second = static_cast<unsigned char>(name[i + 1]);
            isValid = !(lead == 0xE0 && second < 0xA0) && !(lead == 0xED && second > 0x9F) &&
                      !(lead == 0xF0 && second < 0x90) && !(lead == 0xF4 && second > 0x8F);
        }
        if (!isValid) {
            result += '?';
            ++i;
            continue;
        }
        result.append(name, i, length);
        i += length;
    }
    constexpr std::size_t kLongest = 512;
    if (result.size() > kLongest) {
        std::size_t end = kLongest;
        while (end > 0 && (static_cast<unsigned char>(result[end]) & 0xC0U) == 0x80U) {
            --end;
        }
        result.resize(end);
    }
    return result;
}

std::string nodeName(const schema::NodeProto& node) {
    if (!node.name().empty()) {
        return ModelBuilder::shown(node.name());
    }
    const std::string output = node.output_size() > 0 ? node.output(0) : "";
    return ModelBuilder::shown(output.empty() ? node.op_type() : output);
}

NodeImport::NodeImport(ModelBuilder& builder, const schema::NodeProto& proto, std::string name,
                       int opsetVersion)
    : attributes(proto), opset(opsetVersion), builder_(&builder), proto_(&proto), name_(std::move(name)) {
    for (const std::string& read : proto.input()) {
        const nn::ValueId id = read.empty() ? nn::kNoValue : builder.find(read);
        if (!read.empty() && id == nn::kNoValue) {
            throw inputError("it reads the value '{}', which nothing computes", ModelBuilder::shown(read));
        }
        inputs_.push_back(id);
    }
    while (!inputs_.empty() && inputs_.back() == nn::kNoValue) {
        inputs_.pop_back();
    }
}

nn::ValueId NodeImport::input(std::size_t i) const {
    if (!has(i)) {
        throw inputError("input {} is missing", i);
    }
    return inputs_[i];
}

std::vector<nn::ValueId> NodeImport::allInputs() const {
    std::vector<nn::ValueId> result{input(0)};
    for (std::size_t i = 1; i < inputs_.size(); ++i) {
        result.push_back(input(i));
    }
    return result;
}

const nn::Tensor& NodeImport::needKnown(std::size_t i, const char* what) const {
    const nn::Tensor* tensor = builder_->known(input(i));
    if (tensor == nullptr) {
        throw inputError("{} ('{}') is computed while the network runs; a constant is needed", what,
                         ModelBuilder::shown(proto_->input(static_cast<int>(i))));
    }
    return *tensor;
}

std::vector<std::int64_t> NodeImport::needIntegers(std::size_t i, const char* what) const {
    const nn::Tensor& tensor = needKnown(i, what);
    if (nn::isFloat(tensor.type) || tensor.shape.size() > 1) {
        throw inputError("{} is {} of shape {}; a list of integers is needed", what, toString(tensor.type),
                         toString(tensor.shape));
    }
    return tensor.integers();
}

std::vector<float> NodeImport::needFloats(std::size_t i, const char* what) const {
    const nn::Tensor& tensor = needKnown(i, what);
    if (!nn::isFloat(tensor.type) || tensor.shape.size() > 1) {
        throw inputError("{} is {} of shape {}; a list of floats is needed", what, toString(tensor.type),
                         toString(tensor.shape));
    }
    return tensor.floats();
}

float NodeImport::needScalar(std::size_t i, const char* what) const {
    const nn::Tensor& tensor = needKnown(i, what);
    if (nn::checkedElementCount(tensor.shape) != 1) {
        throw inputError("{} has shape {}; one value is needed", what, toString(tensor.shape));
    }
    return nn::isFloat(tensor.type) ? tensor.floats()[0] : static_cast<float>(tensor.integers()[0]);
}

std::string NodeImport::outputName(std::size_t i) const {
    return i < outputCount() ? proto_->output(static_cast<int>(i)) : std::string();
}

nn::Node NodeImport::node(nn::Operator op, std::vector<nn::ValueId> inputs) const {
    return {name_, proto_->op_type(), std::move(op), std::move(inputs), {}};
}

std::string NodeImport::helperName() {
    return builder_->freshNodeName(fmt::format("{}/{}", name_, ++helpers_));
}

nn::ValueId NodeImport::add(nn::Operator op, std::vector<nn::ValueId> inputs) {
    nn::Node helper = node(std::move(op), std::move(inputs));
    helper.name = helperName();
    return builder_->add(std::move(helper)).front();
}

nn::ValueId NodeImport::addReshape(nn::ValueId value, const nn::Shape& shape) {
    const nn::Value& from = builder_->graph().value(value);
    if (from.shape == shape) {
        return value;
    }
    nn::Node helper = node(nn::Reshape{}, {value});
    helper.name = helperName();
    return builder_->add(std::move(helper), {{from.type, shape}}).front();
}

nn::ValueId NodeImport::addConstant(nn::Tensor tensor) {
    return builder_->addConstant(fmt::format("{}/{}", name_, ++helpers_), std::move(tensor));
}

void NodeImport::emit(nn::Operator op, std::vector<nn::ValueId> inputs, std::vector<nn::TensorType> types) {
    std::size_t wanted = std::max<std::size_t>(1, outputCount());
    while (wanted > 1 && !wantsOutput(wanted - 1)) {
        --wanted;
    }
    const auto outputs = builder_->add(node(std::move(op), std::move(inputs)), std::move(types), wanted);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const std::string name = outputName(i);
        if (!name.empty()) {
            builder_->graph().value(outputs[i]).name = ModelBuilder::shown(name);
            builder_->bind(name, outputs[i]);
        }
    }
}

void NodeImport::emitReshape(nn::ValueId value, const nn::Shape& shape) {
    const nn::Value& from = builder_->graph().value(value);
    if (nn::checkedElementCount(shape) != nn::checkedElementCount(from.shape)) {
        throw inputError("{} elements of shape {} do not fit shape {}", nn::elementCount(from.shape),
                         toString(from.shape), toString(shape));
    }
    emit(nn::Reshape{}, {value}, {{from.type, shape}});
}

void NodeImport::emitConstant(std::size_t i, nn::Tensor tensor) {
    const std::string name = outputName(i);
    if (!name.empty()) {
        builder_->reserveConstant(tensor.shape);
        builder_->bind(name, builder_->addConstant(name, std::move(tensor)));
    }
}

namespace {

const RuleTable& allRules() {
    static const RuleTable rules = [] {
        RuleTable all;
        for (RuleTable group : {windowRules(), matrixRules(), elementRules(), shapeRules(), movementRules(),
                                resizeRules(), foldedRules()}) {
            all.merge(group);
        }
        return all;
    }();
    return rules;
}

} // namespace

const OperatorRule* findRule(const std::string& operatorType) {
    const auto found = allRules().find(operatorType);
    return found == allRules().end() ? nullptr : &found->second;
}

std::vector<std::string> supportedOperators() {
    std::vector<std::string> names;
    for (const auto& [name, rule] : allRules()) {
        names.push_back(name);
    }
    return names;
}

} // namespace tandem::onnx

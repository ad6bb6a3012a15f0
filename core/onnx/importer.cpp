// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/importer.h"

#include "core/base/error.h"
#include "core/nn/passes/passes.h"
#include "core/nn/shapes.h"
#include "core/onnx/builder.h"
#include "core/onnx/model_file.h"
#include "core/onnx/tensors.h"

#include <queue>

#include <fmt/ranges.h>

namespace tandem::onnx {

namespace {

constexpr int kOldestOpset = 7;
constexpr int kNewestOpset = 20;

bool isDefaultDomain(const std::string& domain) {
    return domain.empty() || domain == "ai.onnx";
}

/// The default domain's version. Below 7 only operators that have not changed until then are imported; their
/// rules say since when.
int opsetOf(const schema::ModelProto& model) {
    for (const auto& import : model.opset_import()) {
        if (!isDefaultDomain(import.domain())) {
            continue;
        }
        if (import.version() < 1 || import.version() > kNewestOpset) {
            throw inputError("the model uses ONNX opset {}; {} to {} are accepted", import.version(),
                             kOldestOpset, kNewestOpset);
        }
        return static_cast<int>(import.version());
    }
    throw inputError("the model does not say which ONNX opset it uses; {} to {} are accepted", kOldestOpset,
                     kNewestOpset);
}

class Importer {
  public:
    Importer(const schema::ModelProto& model, std::filesystem::path folder, const ImportOptions& options)
        : proto_(&model.graph()), options_(&options), builder_(std::move(folder)), opset_(opsetOf(model)) {
        builder_.graph().name = ModelBuilder::shown(proto_->name());
    }

    nn::Graph run() {
        addInitializers();
        addInputs();
        const std::vector<int> order = executionOrder();
        findWhatIsRead(order);
        const std::vector<std::string> names = nodeNames();
        for (const int index : order) {
            if (isRead(proto_->node(index))) {
                addNode(proto_->node(index), names[static_cast<std::size_t>(index)]);
            }
        }
        addOutputs();
        return std::move(builder_.graph());
    }

  private:
    void addInitializers();
    void addInputs();
    void checkOptions() const;
    nn::ValueId addInput(const schema::ValueInfoProto& input, const nn::Tensor* given);
    nn::Shape settledShape(const schema::ValueInfoProto& input, const nn::Tensor* given);
    std::int64_t settledSize(const std::string& input, int axis,
                             const schema::TensorShapeProto::Dimension& dimension,
                             std::optional<std::int64_t> given);
    std::vector<int> executionOrder() const;
    [[noreturn]] void throwCycle(const std::vector<std::vector<int>>& readers,
                                 std::vector<int> waiting) const;
    bool isRead(const schema::NodeProto& node) const;
    void findWhatIsRead(const std::vector<int>& order);
    std::vector<std::string> nodeNames();
    void addNode(const schema::NodeProto& node, const std::string& name);
    void importNode(const schema::NodeProto& node, const std::string& name);
    void addOutputs();

    const schema::GraphProto* proto_;
    const ImportOptions* options_;
    ModelBuilder builder_;
    int opset_;
    std::map<std::string, std::int64_t> namedSizes_; ///< open dimensions' names, settled so far
    std::set<std::string> usedSizes_;                ///< of options_->shapes
};

void Importer::addInitializers() {
    if (proto_->sparse_initializer_size() > 0) {
        throw inputError("the model has sparse initializers, which are not supported");
    }
    for (const schema::TensorProto& tensor : proto_->initializer()) {
        const std::string name = ModelBuilder::shown(tensor.name());
        try {
            builder_.bind(tensor.name(),
                          builder_.addConstant(tensor.name(), toTensor(tensor, builder_.folder())));
        } catch (const Error& error) {
            throw error.within(fmt::format("initializer '{}'", name));
        }
    }
}

void Importer::addInputs() {
    std::size_t next = 0;
    for (const schema::ValueInfoProto& input : proto_->input()) {
        if (builder_.find(input.name()) != nn::kNoValue) {
            continue; // an initializer that is listed as an input, too
        }
        const nn::Tensor* given =
            next < options_->inputValues.size() ? &options_->inputValues[next] : nullptr;
        ++next;
        try {
            const nn::ValueId id = addInput(input, given);
            builder_.bind(input.name(), id);
            builder_.graph().inputs.push_back(id);
        } catch (const Error& error) {
            throw error.within(fmt::format("input '{}'", ModelBuilder::shown(input.name())));
        }
    }
    if (next < options_->inputValues.size()) {
        throw inputError("{} input values are given; the model has {} input(s)", options_->inputValues.size(),
                         next);
    }
    checkOptions();
}

/// A size or shape that the model has no use for is a slip that should not pass unnoticed.
void Importer::checkOptions() const {
    for (const auto& [name, size] : options_->shapes) {
        if (!usedSizes_.contains(name)) {
            throw inputError("--shape {}={}: the model has no open dimension of that name", name, size);
        }
    }
    for (const auto& given : options_->inputShapes) {
        const auto isNamed = [&](const auto& input) { return input.name() == given.first; };
        if (std::ranges::none_of(proto_->input(), isNamed)) {
            throw inputError("the model has no input '{}'", given.first);
        }
    }
}

nn::ValueId Importer::addInput(const schema::ValueInfoProto& input, const nn::Tensor* given) {
    if (!input.type().has_tensor_type()) {
        throw inputError("it is not a tensor; only tensors are accepted");
    }
    const nn::ElementType type = elementTypeOf(input.type().tensor_type().elem_type());
    nn::Shape shape = settledShape(input, given);
    nn::checkedElementCount(shape);
    const nn::ValueId id =
        builder_.graph().addValue({ModelBuilder::shown(input.name()), type, std::move(shape), {}, {}});
    if (given != nullptr) {
        if (nn::isFloat(given->type) != nn::isFloat(type)) {
            throw inputError("the given values have type {}; the model declares {}", toString(given->type),
                             toString(type));
        }
        builder_.note(id, *given);
    }
    return id;
}

nn::Shape Importer::settledShape(const schema::ValueInfoProto& input, const nn::Tensor* given) {
    const auto& tensor = input.type().tensor_type();
    const std::string name = ModelBuilder::shown(input.name());
    std::optional<nn::Shape> wanted;
    if (given != nullptr) {
        wanted = given->shape;
    } else if (const auto found = options_->inputShapes.find(input.name());
               found != options_->inputShapes.end()) {
        wanted = found->second;
    }
    if (!tensor.has_shape()) {
        if (!wanted) {
            throw inputError("the model does not declare its shape, and none is given");
        }
        return *wanted;
    }
    const auto& declared = tensor.shape();
    if (wanted && wanted->size() != static_cast<std::size_t>(declared.dim_size())) {
        throw inputError("the given shape {} does not have the {} dimensions that the model declares",
                         toString(*wanted), declared.dim_size());
    }
    nn::Shape shape;
    for (int axis = 0; axis < declared.dim_size(); ++axis) {
        const auto size = wanted ? std::optional((*wanted)[static_cast<std::size_t>(axis)]) : std::nullopt;
        shape.push_back(settledSize(name, axis, declared.dim(axis), size));
    }
    return shape;
}

std::int64_t Importer::settledSize(const std::string& input, int axis,
                                   const schema::TensorShapeProto::Dimension& dimension,
                                   std::optional<std::int64_t> given) {
    // Some exporters write an open dimension as 0 or -1.
    const bool isFixed = dimension.has_dim_value() && dimension.dim_value() > 0;
    if (isFixed || (given && dimension.has_dim_value() && dimension.dim_value() == *given)) {
        if (given && *given != dimension.dim_value()) {
            throw inputError("dimension {} is given as {}; the model fixes it at {}", axis, *given,
                             dimension.dim_value());
        }
        return dimension.dim_value();
    }
    const std::string name =
        dimension.has_dim_param() ? ModelBuilder::shown(dimension.dim_param()) : std::string();
    const std::string key = name.empty() ? fmt::format("{}.{}", input, axis) : name;
    std::optional<std::int64_t> size = given;
    for (const std::string& candidate : {name, fmt::format("{}.{}", input, axis)}) {
        const auto found = options_->shapes.find(candidate);
        if (found != options_->shapes.end()) {
            usedSizes_.insert(candidate);
            size = size.value_or(found->second);
        }
    }
    if (!name.empty()) {
        const auto settled = namedSizes_.find(name);
        if (settled != namedSizes_.end() && size && *size != settled->second) {
            throw inputError("dimension {} is '{}', which is {} in one input and {} in another", axis, name,
                             settled->second, *size);
        }
        if (!size && settled != namedSizes_.end()) {
            size = settled->second;
        }
    }
    if (!size && axis == 0) {
        size = 1; // the batch
    }
    if (!size) {
        throw inputError("the size of dimension {}{} is open; give it with --shape {}=N", axis,
                         name.empty() ? "" : fmt::format(" ('{}')", name), key);
    }
    if (*size < 0 || (*size == 0 && !given)) {
        throw inputError("dimension {} is given as {}; a positive size is needed", axis, *size);
    }
    if (!name.empty()) {
        namedSizes_.emplace(name, *size);
    }
    return *size;
}

/// Kahn's algorithm; among nodes that are ready the model's order is kept.
std::vector<int> Importer::executionOrder() const {
    std::unordered_map<std::string, int> producers;
    for (int i = 0; i < proto_->node_size(); ++i) {
        for (const std::string& output : proto_->node(i).output()) {
            producers.emplace(output, i);
        }
    }
    std::vector<std::vector<int>> readers(static_cast<std::size_t>(proto_->node_size()));
    std::vector<int> waiting(readers.size(), 0);
    for (int i = 0; i < proto_->node_size(); ++i) {
        for (const std::string& input : proto_->node(i).input()) {
            const auto producer = producers.find(input);
            if (!input.empty() && producer != producers.end()) {
                readers[static_cast<std::size_t>(producer->second)].push_back(i);
                ++waiting[static_cast<std::size_t>(i)];
            }
        }
    }
    std::priority_queue<int, std::vector<int>, std::greater<>> ready;
    for (int i = 0; i < proto_->node_size(); ++i) {
        if (waiting[static_cast<std::size_t>(i)] == 0) {
            ready.push(i);
        }
    }
    std::vector<int> order;
    while (!ready.empty()) {
        const int next = ready.top();
        ready.pop();
        order.push_back(next);
        for (const int reader : readers[static_cast<std::size_t>(next)]) {
            if (--waiting[static_cast<std::size_t>(reader)] == 0) {
                ready.push(reader);
            }
        }
    }
    if (order.size() != readers.size()) {
        throwCycle(readers, std::move(waiting));
    }
    return order;
}

void Importer::throwCycle(const std::vector<std::vector<int>>& readers, std::vector<int> waiting) const {
    // Every node still waiting waits for another such node: walking backwards must come round to a cycle.
    std::vector<int> blocker(waiting.size(), -1);
    for (std::size_t i = 0; i < readers.size(); ++i) {
        for (const int reader : readers[i]) {
            if (waiting[i] > 0) {
                blocker[static_cast<std::size_t>(reader)] = static_cast<int>(i);
            }
        }
    }
    std::size_t at = 0;
    while (waiting[at] == 0) {
        ++at;
    }
    for (std::size_t step = 0; step < blocker.size(); ++step) {
        at = static_cast<std::size_t>(blocker[at]);
    }
    const schema::NodeProto& node = proto_->node(static_cast<int>(at));
    throw inputError("node '{}' ({}): it depends on its own output; the network must be acyclic",
                     nodeName(node), ModelBuilder::shown(node.op_type()));
}

bool Importer::isRead(const schema::NodeProto& node) const {
    return std::ranges::any_of(node.output(), [&](const std::string& name) { return builder_.isRead(name); });
}

/// What the network's outputs depend on: a mask, indices or a whole node that nothing else reads is left out.
void Importer::findWhatIsRead(const std::vector<int>& order) {
    for (const schema::ValueInfoProto& output : proto_->output()) {
        builder_.markRead(output.name());
    }
    for (auto index = order.rbegin(); index != order.rend(); ++index) {
        const schema::NodeProto& node = proto_->node(*index);
        if (isRead(node)) {
            for (const std::string& input : node.input()) {
                builder_.markRead(input);
            }
        }
    }
}

/// A name of its own for every node: the model's, with a number behind it where an earlier node has it.
std::vector<std::string> Importer::nodeNames() {
    std::vector<std::string> names;
    std::vector<std::size_t> repeated;
    for (const schema::NodeProto& node : proto_->node()) {
        names.push_back(nodeName(node));
        if (!builder_.takeNodeName(names.back())) {
            repeated.push_back(names.size() - 1);
        }
    }
    for (const std::size_t index : repeated) {
        names[index] = builder_.freshNodeName(names[index]);
    }
    return names;
}

void Importer::addNode(const schema::NodeProto& node, const std::string& name) {
    try {
        importNode(node, name);
    } catch (const Error& error) {
        throw Error(ErrorKind::Input, fmt::format("node '{}' ({}): {}", name,
                                                  ModelBuilder::shown(node.op_type()), error.what()));
    }
}

void Importer::importNode(const schema::NodeProto& node, const std::string& name) {
    const bool isQonnx = isQonnxDomain(node.domain());
    if (!isQonnx && !isDefaultDomain(node.domain())) {
        throw inputError("the operator belongs to '{}'; only operators of ONNX and QONNX are supported",
                         ModelBuilder::shown(node.domain()));
    }
    const OperatorRule* rule = isQonnx ? findQonnxRule(node.op_type()) : findRule(node.op_type());
    if (rule == nullptr && isQonnx) {
        throw inputError(
            "the QONNX operator is not supported; supported are BipolarQuant, IntQuant, Quant and "
            "Trunc");
    }
    if (rule == nullptr) {
        throw inputError("the operator is not supported; supported are {}",
                         fmt::join(supportedOperators(), ", "));
    }
    if (opset_ < rule->since) {
        throw inputError("its definition in opset {} is not supported; opset {} to {} are accepted", opset_,
                         std::max(kOldestOpset, rule->since), kNewestOpset);
    }
    NodeImport import(builder_, node, name, opset_);
    if (import.inputCount() > rule->maximumInputs || import.outputCount() > rule->maximumOutputs) {
        throw inputError("it has {} inputs and {} outputs; at most {} and {} are supported",
                         import.inputCount(), import.outputCount(), rule->maximumInputs,
                         rule->maximumOutputs);
    }
    rule->import(import);
}

void Importer::addOutputs() {
    for (const schema::ValueInfoProto& output : proto_->output()) {
        const nn::ValueId id = builder_.find(output.name());
        if (id == nn::kNoValue) {
            throw inputError("output '{}' is computed by no node", ModelBuilder::shown(output.name()));
        }
        builder_.graph().outputs.push_back(id);
    }
}

nn::Graph graphOf(const schema::ModelProto& model, const std::filesystem::path& folder,
                  const ImportOptions& options) {
    nn::Graph graph = Importer(model, folder, options).run();
    nn::passes::recogniseLinear(graph);
    nn::passes::removeDeadCode(graph);
    graph.check();
    return graph;
}

/// Whether an initializer or an attribute that is a tensor lies in another file.
bool hasExternalData(const schema::GraphProto& graph) {
    const auto isExternal = [](const schema::TensorProto& tensor) {
        return tensor.data_location() == schema::TensorProto::EXTERNAL;
    };
    return std::ranges::any_of(graph.initializer(), isExternal) ||
           std::ranges::any_of(graph.node(), [&](const schema::NodeProto& node) {
               return std::ranges::any_of(node.attribute(), [&](const schema::AttributeProto& attribute) {
                   return attribute.has_t() && isExternal(attribute.t());
               });
           });
}

} // namespace

nn::Graph importOnnx(const std::filesystem::path& path, const ImportOptions& options) {
    try {
        return graphOf(readModel(path), path.parent_path(), options);
    } catch (const Error& error) {
        throw error.within(path.string());
    }
}

std::string readOnnxBytes(const std::filesystem::path& path) {
    try {
        return readModelBytes(path);
    } catch (const Error& error) {
        throw error.within(path.string());
    }
}

ImportedOnnx importOnnxBytes(std::span<const char> bytes, const std::filesystem::path& folder,
                             const ImportOptions& options) {
    const schema::ModelProto model = parseModel(bytes);
    const bool isExternal = hasExternalData(model.graph());
    if (isExternal && folder.empty()) {
        throw inputError("parts of the model lie in other files, which are not there");
    }
    return {graphOf(model, folder, options), isExternal};
}

} // namespace tandem::onnx

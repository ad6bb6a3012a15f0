// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/onnx/attributes.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tandem::onnx {

using nn::toString;

/// The graph while it grows: the model's value names, and what is known of values beyond their shapes.
class ModelBuilder {
  public:
    explicit ModelBuilder(std::filesystem::path folder) : folder_(std::move(folder)) {}

    nn::Graph& graph() { return graph_; }
    const std::filesystem::path& folder() const { return folder_; }

    /// Gives a value the model's name; throws Error when the name is taken.
    void bind(const std::string& name, nn::ValueId id);
    /// The value of that name, or kNoValue.
    nn::ValueId find(const std::string& name) const;

    /// Notes that a node or an output that counts reads the model's value of this name.
    void markRead(const std::string& name) {
        if (!name.empty()) {
            read_.insert(name);
        }
    }
    bool isRead(const std::string& name) const { return read_.contains(name); }

    /// Takes a name for a node; false when another node has it.
    bool takeNodeName(const std::string& name) { return nodeNames_.insert(name).second; }
    /// Takes `stem` or, where another node has that name, the first free one of stem_1, stem_2, ...
    std::string freshNodeName(const std::string& stem);

    /// A value's elements: its constant, or what the given inputs make of it; null when unknown.
    const nn::Tensor* known(nn::ValueId id) const;
    /// Notes the elements of a value that is not a constant.
    void note(nn::ValueId id, nn::Tensor elements);

    /// Adds one operator applied to values; folds it when all of them are constant (quantizers are kept:
    /// they carry the model's precision). `types` overrides shape inference (Reshape needs it).
    /// Returns the outputs.
    std::vector<nn::ValueId> add(nn::Node node, std::vector<nn::TensorType> types = {},
                                 std::size_t outputCount = 1);

    /// Adds a constant; throws Error when the constants that nodes made grow out of hand.
    nn::ValueId addConstant(const std::string& name, nn::Tensor tensor);
    /// Counts elements that a node is about to make; throws Error above the limit.
    void reserveConstant(const nn::Shape& shape);

    /// A name as it is shown: bytes that are not printable ASCII or UTF-8 replaced.
    static std::string shown(const std::string& name);

  private:
    std::optional<std::vector<nn::Tensor>> evaluated(const nn::Node& node,
                                                     const std::vector<nn::TensorType>& types) const;

    nn::Graph graph_;
    std::filesystem::path folder_;
    std::unordered_map<std::string, nn::ValueId> names_;
    std::unordered_set<std::string> read_;
    std::unordered_set<std::string> nodeNames_;
    std::unordered_map<std::string, int> lastSuffixes_;
    std::unordered_map<nn::ValueId, nn::Tensor> known_;
    std::int64_t madeElements_ = 0;
};

/// One ONNX node on its way into the graph: what an operator's import rule works with.
class NodeImport {
  public:
    /// `name` is the node's own among all names of nodes.
    NodeImport(ModelBuilder& builder, const schema::NodeProto& proto, std::string name, int opset);

    const Attributes attributes;
    const int opset;

    ModelBuilder& builder() { return *builder_; }
    std::size_t inputCount() const { return inputs_.size(); }
    std::size_t outputCount() const { return static_cast<std::size_t>(proto_->output_size()); }
    /// Whether anything reads the output at this place; that the model names it does not count.
    bool wantsOutput(std::size_t i) const {
        return i < outputCount() && builder_->isRead(proto_->output(static_cast<int>(i)));
    }

    bool has(std::size_t i) const { return i < inputs_.size() && inputs_[i] != nn::kNoValue; }
    /// The value at an input; throws Error when it is absent.
    nn::ValueId input(std::size_t i) const;
    /// All inputs; throws Error when one is absent or there is none.
    std::vector<nn::ValueId> allInputs() const;
    const nn::Value& value(std::size_t i) const { return builder_->graph().value(input(i)); }
    const nn::Shape& shape(std::size_t i) const { return value(i).shape; }
    const nn::Shape& shapeOf(nn::ValueId id) const { return builder_->graph().value(id).shape; }

    /// The elements of an input that must be known now: throws Error naming `what` otherwise.
    const nn::Tensor& needKnown(std::size_t i, const char* what) const;
    std::vector<std::int64_t> needIntegers(std::size_t i, const char* what) const;
    std::vector<float> needFloats(std::size_t i, const char* what) const;
    float needScalar(std::size_t i, const char* what) const;

    /// A helper node in front of the last one.
    nn::ValueId add(nn::Operator op, std::vector<nn::ValueId> inputs);
    /// The same elements in another shape (the value itself when it has that shape already).
    nn::ValueId addReshape(nn::ValueId value, const nn::Shape& shape);
    nn::ValueId addConstant(nn::Tensor tensor);

    /// The last node, whose outputs are the model's.
    void emit(nn::Operator op, std::vector<nn::ValueId> inputs, std::vector<nn::TensorType> types = {});
    void emitReshape(nn::ValueId value, const nn::Shape& shape);
    /// Output `i` is this constant.
    void emitConstant(std::size_t i, nn::Tensor tensor);

  private:
    std::string outputName(std::size_t i) const;
    std::string helperName();
    nn::Node node(nn::Operator op, std::vector<nn::ValueId> inputs) const;

    ModelBuilder* builder_;
    const schema::NodeProto* proto_;
    std::vector<nn::ValueId> inputs_;
    std::string name_;
    int helpers_ = 0;
};

/// "conv1" or, for nodes without a name, one made from its operator and output.
std::string nodeName(const schema::NodeProto& node);

/// The axes, each in [0, rank), over which a Reduce operator sums: an attribute below opset `since`, from
/// there on an input; all where none are given. Nothing where the input is left as it is
/// (noop_with_empty_axes).
std::optional<std::vector<int>> reducedAxes(const NodeImport& node, int since);

/// How an operator of the model becomes nodes of the graph.
struct OperatorRule {
    int since; ///< first opset whose definition the rule understands
    std::size_t maximumInputs;
    std::size_t maximumOutputs;
    void (*import)(NodeImport& node);
};

/// The rule for an operator of the default domain, or null.
const OperatorRule* findRule(const std::string& operatorType);

/// Whether operators of this domain are QONNX's (those that Brevitas exports among them).
bool isQonnxDomain(const std::string& domain);

/// The rule for an operator of QONNX's domains, or null.
const OperatorRule* findQonnxRule(const std::string& operatorType);

/// The supported operators' names, alphabetical.
std::vector<std::string> supportedOperators();

/// The rules of each group of operators (operators_*.cpp).
using RuleTable = std::map<std::string, OperatorRule>;
RuleTable windowRules();
RuleTable matrixRules();
RuleTable elementRules();
RuleTable shapeRules();
RuleTable movementRules();
RuleTable resizeRules();
/// Operators that only fold.
RuleTable foldedRules();

} // namespace tandem::onnx

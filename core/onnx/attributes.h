// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/onnx/schema.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tandem::onnx {

/// Typed access to a node's attributes. Every getter returns the fallback when the attribute is absent and
/// throws Error (Input) when it has another type.
class Attributes {
  public:
    explicit Attributes(const schema::NodeProto& node) : node_(&node) {}

    bool has(const char* name) const { return find(name) != nullptr; }

    std::int64_t integer(const char* name, std::int64_t fallback) const;
    /// An integer that must lie in [low, high].
    int integer(const char* name, int fallback, int low, int high) const;
    float real(const char* name, float fallback) const;
    std::string text(const char* name, const std::string& fallback) const;
    std::optional<std::vector<std::int64_t>> integers(const char* name) const;
    std::optional<std::vector<float>> reals(const char* name) const;
    const schema::TensorProto* tensor(const char* name) const;

  private:
    const schema::AttributeProto* find(const char* name) const;
    const schema::AttributeProto* find(const char* name, int type, const char* typeName) const;

    const schema::NodeProto* node_;
};

/// Adds an attribute to a node.
void set(schema::NodeProto& node, const char* name, std::int64_t value);
void set(schema::NodeProto& node, const char* name, float value);
void set(schema::NodeProto& node, const char* name, const std::string& value);
template <typename Integer>
void set(schema::NodeProto& node, const char* name, const std::vector<Integer>& values) {
    schema::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(schema::AttributeProto_AttributeType_INTS);
    for (const Integer value : values) {
        attribute.add_ints(value);
    }
}

} // namespace tandem::onnx

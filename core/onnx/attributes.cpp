// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/attributes.h"

#include "core/base/error.h"

namespace tandem::onnx {

using schema::AttributeProto;

const AttributeProto* Attributes::find(const char* name) const {
    for (const AttributeProto& attribute : node_->attribute()) {
        if (attribute.name() == name) {
            return &attribute;
        }
    }
    return nullptr;
}

const AttributeProto* Attributes::find(const char* name, int type, const char* typeName) const {
    const AttributeProto* attribute = find(name);
    if (attribute != nullptr && (attribute->type() != type || attribute->has_ref_attr_name())) {
        throw inputError("attribute '{}' is not {}", name, typeName);
    }
    return attribute;
}

std::int64_t Attributes::integer(const char* name, std::int64_t fallback) const {
    const AttributeProto* attribute = find(name, AttributeProto::INT, "an integer");
    return attribute != nullptr ? attribute->i() : fallback;
}

int Attributes::integer(const char* name, int fallback, int low, int high) const {
    const std::int64_t value = integer(name, std::int64_t{fallback});
    if (value < low || value > high) {
        throw inputError("attribute '{}' is {}; {} to {} are accepted", name, value, low, high);
    }
    return static_cast<int>(value);
}

float Attributes::real(const char* name, float fallback) const {
    const AttributeProto* attribute = find(name, AttributeProto::FLOAT, "a float");
    return attribute != nullptr ? attribute->f() : fallback;
}

std::string Attributes::text(const char* name, const std::string& fallback) const {
    const AttributeProto* attribute = find(name, AttributeProto::STRING, "a string");
    return attribute != nullptr ? attribute->s() : fallback;
}

std::optional<std::vector<std::int64_t>> Attributes::integers(const char* name) const {
    const AttributeProto* attribute = find(name, AttributeProto::INTS, "a list of integers");
    if (attribute == nullptr) {
        return std::nullopt;
    }
    return std::vector<std::int64_t>(attribute->ints().begin(), attribute->ints().end());
}

std::optional<std::vector<float>> Attributes::reals(const char* name) const {
    const AttributeProto* attribute = find(name, AttributeProto::FLOATS, "a list of floats");
    if (attribute == nullptr) {
        return std::nullopt;
    }
    return std::vector<float>(attribute->floats().begin(), attribute->floats().end());
}

const schema::TensorProto* Attributes::tensor(const char* name) const {
    const AttributeProto* attribute = find(name, AttributeProto::TENSOR, "a tensor");
    return attribute != nullptr ? &attribute->t() : nullptr;
}

void set(schema::NodeProto& node, const char* name, std::int64_t value) {
    schema::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(schema::AttributeProto_AttributeType_INT);
    attribute.set_i(value);
}

void set(schema::NodeProto& node, const char* name, float value) {
    schema::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(schema::AttributeProto_AttributeType_FLOAT);
    attribute.set_f(value);
}

void set(schema::NodeProto& node, const char* name, const std::string& value) {
    schema::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(schema::AttributeProto_AttributeType_STRING);
    attribute.set_s(value);
}

} // namespace tandem::onnx

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/tensors.h"

#include "core/base/error.h"
#include "core/nn/shapes.h"
#include "core/onnx/model_file.h"
#include "core/onnx/tensor_file.h"

#include <Eigen/Core>

#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>

static_assert(std::endian::native == std::endian::little, "raw tensor data is little-endian");

namespace tandem::onnx {

using schema::TensorProto;

nn::ElementType elementTypeOf(int dataType) {
    switch (dataType) {
    case TensorProto::FLOAT:
    case TensorProto::FLOAT16:
    case TensorProto::DOUBLE:
        return nn::ElementType::Float32;
    case TensorProto::INT8:
        return nn::ElementType::Int8;
    case TensorProto::UINT8:
        return nn::ElementType::UInt8;
    case TensorProto::INT16:
        return nn::ElementType::Int16;
    case TensorProto::UINT16:
        return nn::ElementType::UInt16;
    case TensorProto::INT32:
        return nn::ElementType::Int32;
    case TensorProto::UINT32:
        return nn::ElementType::UInt32;
    case TensorProto::INT64:
        return nn::ElementType::Int64;
    case TensorProto::UINT64:
        return nn::ElementType::UInt64;
    case TensorProto::BOOL:
        return nn::ElementType::Bool;
    default:
        break;
    }
    const bool isNamed = TensorProto::DataType_IsValid(dataType);
    throw inputError(
        "element type {} is not supported; float16, float32, float64, int8 to int64, uint8 to uint64 and "
        "bool are",
        isNamed ? TensorProto::DataType_Name(static_cast<TensorProto::DataType>(dataType))
                : std::to_string(dataType));
}

int dataTypeOf(nn::ElementType type) {
    switch (type) {
    case nn::ElementType::Float32:
        return TensorProto::FLOAT;
    case nn::ElementType::Int8:
        return TensorProto::INT8;
    case nn::ElementType::UInt8:
        return TensorProto::UINT8;
    case nn::ElementType::Int16:
        return TensorProto::INT16;
    case nn::ElementType::UInt16:
        return TensorProto::UINT16;
    case nn::ElementType::Int32:
        return TensorProto::INT32;
    case nn::ElementType::UInt32:
        return TensorProto::UINT32;
    case nn::ElementType::Int64:
        return TensorProto::INT64;
    case nn::ElementType::UInt64:
        return TensorProto::UINT64;
    case nn::ElementType::Bool:
        return TensorProto::BOOL;
    }
    return TensorProto::UNDEFINED;
}

namespace {

float floatOfHalf(std::uint16_t half) {
    return static_cast<float>(std::bit_cast<Eigen::half>(half));
}

/// The bytes of external data that a tensor refers to (IR.md, "External Tensor Data").
std::string externalData(const TensorProto& proto, const std::filesystem::path& folder) {
    std::string location;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;
    for (const auto& entry : proto.external_data()) {
        if (entry.key() == "location") {
            location = entry.value();
        } else if (entry.key() == "offset" || entry.key() == "length") {
            std::uint64_t number = 0;
            const char* end = entry.value().data() + entry.value().size();
            const auto [rest, failure] = std::from_chars(entry.value().data(), end, number);
            if (failure != std::errc() || rest != end) {
                throw inputError("the {} of its external data is '{}'; a number is needed", entry.key(),
                                 entry.value());
            }
            (entry.key() == "offset" ? offset : length.emplace()) = number;
        }
    }
    const auto relative = std::filesystem::path(location).lexically_normal();
    if (location.empty() || location.find('\0') != std::string::npos || relative.is_absolute() ||
        *relative.begin() == "..") {
        throw inputError("its external data is at '{}'; a path inside of the model's folder is needed",
                         location);
    }
    const auto path = folder / relative;
    std::error_code failure;
    if (!std::filesystem::is_regular_file(path, failure)) {
        throw inputError("its external data file '{}' is missing beside the model", relative.string());
    }
    const std::uintmax_t size = std::filesystem::file_size(path, failure);
    if (failure || offset > size || (length && *length > size - offset)) {
        throw inputError("its external data ends at byte {} of '{}', which has {}",
                         offset + length.value_or(0), relative.string(), failure ? 0 : size);
    }
    std::string bytes(length.value_or(size - offset), '\0');
    std::ifstream file(path, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file) {
        throw inputError("its external data file '{}' cannot be read", relative.string());
    }
    return bytes;
}

/// `bytes` as an array of Source, each converted.
template <typename Source, typename Element, typename Convert>
std::vector<Element> fromBytes(const std::string& bytes, std::size_t count, const Convert& convert) {
    if (bytes.size() != count * sizeof(Source)) {
        throw inputError("it has {} bytes of data; its shape needs {}", bytes.size(), count * sizeof(Source));
    }
    std::vector<Element> result(count);
    for (std::size_t i = 0; i < count; ++i) {
        Source source;
        std::memcpy(&source, bytes.data() + i * sizeof(Source), sizeof(Source));
        result[i] = convert(source);
    }
    return result;
}

template <typename Element, typename Field, typename Convert>
std::vector<Element> fromField(const Field& field, std::size_t count, const Convert& convert) {
    if (static_cast<std::size_t>(field.size()) != count) {
        throw inputError("it has {} elements of data; its shape needs {}", field.size(), count);
    }
    std::vector<Element> result(count);
    std::transform(field.begin(), field.end(), result.begin(), convert);
    return result;
}

std::vector<float> rawFloats(const TensorProto& proto, const std::string& bytes, std::size_t count) {
    if (proto.data_type() == TensorProto::FLOAT16) {
        return fromBytes<std::uint16_t, float>(bytes, count, floatOfHalf);
    }
    if (proto.data_type() == TensorProto::DOUBLE) {
        return fromBytes<double, float>(bytes, count, [](double x) { return static_cast<float>(x); });
    }
    if (bytes.size() != count * sizeof(float)) {
        throw inputError("it has {} bytes of data; its shape needs {}", bytes.size(), count * sizeof(float));
    }
    std::vector<float> result(count);
    if (count > 0) {
        std::memcpy(result.data(), bytes.data(), bytes.size());
    }
    return result;
}

std::vector<float> fieldFloats(const TensorProto& proto, std::size_t count) {
    if (proto.data_type() == TensorProto::FLOAT16) {
        return fromField<float>(proto.int32_data(), count,
                                [](std::int32_t x) { return floatOfHalf(static_cast<std::uint16_t>(x)); });
    }
    if (proto.data_type() == TensorProto::DOUBLE) {
        return fromField<float>(proto.double_data(), count, [](double x) { return static_cast<float>(x); });
    }
    return fromField<float>(proto.float_data(), count, [](float x) { return x; });
}

std::vector<std::int64_t> rawIntegers(nn::ElementType type, const std::string& bytes, std::size_t count) {
    const auto convert = [](auto x) { return static_cast<std::int64_t>(x); };
    switch (type) {
    case nn::ElementType::Int8:
        return fromBytes<std::int8_t, std::int64_t>(bytes, count, convert);
    case nn::ElementType::UInt8:
        return fromBytes<std::uint8_t, std::int64_t>(bytes, count, convert);
    case nn::ElementType::Int16:
        return fromBytes<std::int16_t, std::int64_t>(bytes, count, convert);
    case nn::ElementType::UInt16:
        return fromBytes<std::uint16_t, std::int64_t>(bytes, count, convert);
    case nn::ElementType::Int32:
        return fromBytes<std::int32_t, std::int64_t>(bytes, count, convert);
    case nn::ElementType::UInt32:
        return fromBytes<std::uint32_t, std::int64_t>(bytes, count, convert);
    case nn::ElementType::Bool:
        return fromBytes<std::uint8_t, std::int64_t>(bytes, count,
                                                     [](std::uint8_t x) { return std::int64_t{x != 0}; });
    default:
        return fromBytes<std::int64_t, std::int64_t>(bytes, count, convert);
    }
}

std::vector<std::int64_t> fieldIntegers(const TensorProto& proto, nn::ElementType type, std::size_t count) {
    const auto convert = [](auto x) { return static_cast<std::int64_t>(x); };
    if (type == nn::ElementType::Int64) {
        return fromField<std::int64_t>(proto.int64_data(), count, convert);
    }
    if (type == nn::ElementType::UInt64 || type == nn::ElementType::UInt32) {
        return fromField<std::int64_t>(proto.uint64_data(), count, convert);
    }
    return fromField<std::int64_t>(proto.int32_data(), count, convert);
}

} // namespace

nn::Tensor toTensor(const TensorProto& proto, const std::filesystem::path& folder) {
    nn::Tensor tensor;
    tensor.type = elementTypeOf(proto.data_type());
    tensor.shape.assign(proto.dims().begin(), proto.dims().end());
    const auto count = static_cast<std::size_t>(nn::checkedElementCount(tensor.shape));
    if (proto.has_segment()) {
        throw inputError("its data is in segments, which is not supported");
    }
    const bool isExternal = proto.data_location() == TensorProto::EXTERNAL;
    if (isExternal || proto.has_raw_data()) {
        const std::string external = isExternal ? externalData(proto, folder) : std::string();
        const std::string& bytes = isExternal ? external : proto.raw_data();
        if (nn::isFloat(tensor.type)) {
            tensor.data = rawFloats(proto, bytes, count);
        } else {
            tensor.data = rawIntegers(tensor.type, bytes, count);
        }
    } else if (nn::isFloat(tensor.type)) {
        tensor.data = fieldFloats(proto, count);
    } else {
        tensor.data = fieldIntegers(proto, tensor.type, count);
    }
    return tensor;
}

namespace {

template <typename Target>
std::string bytesOf(const std::vector<std::int64_t>& values) {
    std::string bytes(values.size() * sizeof(Target), '\0');
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto value = static_cast<Target>(values[i]);
        std::memcpy(bytes.data() + i * sizeof(Target), &value, sizeof(Target));
    }
    return bytes;
}

std::string integerBytes(const nn::Tensor& tensor) {
    switch (tensor.type) {
    case nn::ElementType::Int8:
    case nn::ElementType::UInt8:
    case nn::ElementType::Bool:
        return bytesOf<std::uint8_t>(tensor.integers());
    case nn::ElementType::Int16:
    case nn::ElementType::UInt16:
        return bytesOf<std::uint16_t>(tensor.integers());
    case nn::ElementType::Int32:
    case nn::ElementType::UInt32:
        return bytesOf<std::uint32_t>(tensor.integers());
    default:
        return bytesOf<std::uint64_t>(tensor.integers());
    }
}

} // namespace

TensorProto toProto(const nn::Tensor& tensor, const std::string& name) {
    TensorProto proto;
    proto.set_name(name);
    proto.set_data_type(dataTypeOf(tensor.type));
    for (const std::int64_t size : tensor.shape) {
        proto.add_dims(size);
    }
    if (nn::isFloat(tensor.type)) {
        std::string bytes(tensor.floats().size() * sizeof(float), '\0');
        if (!bytes.empty()) {
            std::memcpy(bytes.data(), tensor.floats().data(), bytes.size());
        }
        proto.set_raw_data(std::move(bytes));
    } else {
        proto.set_raw_data(integerBytes(tensor));
    }
    return proto;
}

nn::Tensor readTensorProto(const std::filesystem::path& path) {
    try {
        TensorProto proto;
        readMessage(path, proto, "an ONNX tensor");
        return toTensor(proto, path.parent_path());
    } catch (const Error& error) {
        throw error.within(path.string());
    }
}

void writeTensorProto(const std::filesystem::path& path, const nn::Tensor& tensor) {
    writeMessage(path, toProto(tensor, path.stem().string()));
}

} // namespace tandem::onnx

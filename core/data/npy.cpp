// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/npy.h"

#include "core/base/error.h"
#include "core/data/bytes.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>

namespace tandem::data {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kMagic{"\x93NUMPY", 6};
constexpr std::size_t kAlignment = 64;

struct Header {
    char kind = 'f';
    std::size_t size = 4; ///< bytes of an element
    bool isBigEndian = false;
    bool fortranOrder = false;
    nn::Shape shape;
};

/// What follows `'key':` in the header's Python dictionary, blanks skipped.
std::string_view entry(std::string_view dictionary, std::string_view key, const std::filesystem::path& path) {
    const auto at = dictionary.find(fmt::format("'{}'", key));
    const auto colon = at == std::string_view::npos ? at : dictionary.find(':', at);
    if (colon == std::string_view::npos) {
        throw inputError("{}: the .npy header has no entry '{}'", path.string(), key);
    }
    const auto start = dictionary.find_first_not_of(' ', colon + 1);
    return start == std::string_view::npos ? std::string_view{} : dictionary.substr(start);
}

nn::Shape parseShape(std::string_view text, const std::filesystem::path& path) {
    nn::Shape shape;
    const auto end = text.find(')');
    if (!text.starts_with('(') || end == std::string_view::npos) {
        throw inputError("{}: the .npy header's shape is not a tuple", path.string());
    }
    text = text.substr(1, end - 1);
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(" ,"), text.size()));
        if (text.empty()) {
            return shape;
        }
        std::int64_t size = 0;
        const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), size);
        if (error != std::errc{} || size < 0) {
            throw inputError("{}: the .npy header's shape holds '{}', which is no size", path.string(), text);
        }
        shape.push_back(size);
        text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    }
}

Header parseHeader(std::string_view dictionary, const std::filesystem::path& path) {
    Header header;
    const auto type = entry(dictionary, "descr", path);
    const auto name = type.substr(0, std::min<std::size_t>(type.size(), 5));
    constexpr std::array<std::string_view, 12> kTypes{"f2", "f4", "f8", "b1", "i1", "i2",
                                                      "i4", "i8", "u1", "u2", "u4", "u8"};
    const bool known = name.size() == 5 && std::string_view("<>|=").find(name[1]) != std::string_view::npos &&
                       std::ranges::find(kTypes, name.substr(2, 2)) != kTypes.end();
    if (!known) {
        throw inputError("{}: element type {} is not supported; float16 to float64 (f2, f4, f8), bool (b1), "
                         "int8 to int64 (i1 to i8) and uint8 to uint64 (u1 to u8) are",
                         path.string(), type.substr(0, type.find_first_of(",}")));
    }
    header.kind = name[2];
    header.size = static_cast<std::size_t>(name[3] - '0');
    header.isBigEndian = name[1] == '>';
    header.fortranOrder = entry(dictionary, "fortran_order", path).starts_with("True");
    header.shape = parseShape(entry(dictionary, "shape", path), path);
    return header;
}

nn::ElementType elementType(const Header& header) {
    using enum nn::ElementType;
    const bool isSigned = header.kind == 'i';
    if (header.kind == 'f') {
        return Float32;
    }
    if (header.kind == 'b') {
        return Bool;
    }
    switch (header.size) {
    case 1:
        return isSigned ? Int8 : UInt8;
    case 2:
        return isSigned ? Int16 : UInt16;
    case 4:
        return isSigned ? Int32 : UInt32;
    default:
        return isSigned ? Int64 : UInt64;
    }
}

template <typename Stored, typename Held>
void widen(std::span<const std::uint8_t> bytes, std::vector<Held>& out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
        Stored stored{};
        std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
        out[i] = static_cast<Held>(stored);
    }
}

void decodeFloats(const Header& header, std::span<const std::uint8_t> bytes, std::vector<float>& out) {
    if (header.size == 4) {
        widen<float>(bytes, out);
    } else if (header.size == 8) {
        widen<double>(bytes, out);
    } else {
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = halfToFloat(static_cast<std::uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8));
        }
    }
}

void decodeIntegers(const Header& header, std::span<const std::uint8_t> bytes,
                    std::vector<std::int64_t>& out) {
    const bool isSigned = header.kind == 'i';
    switch (header.size) {
    case 1:
        return isSigned ? widen<std::int8_t>(bytes, out) : widen<std::uint8_t>(bytes, out);
    case 2:
        return isSigned ? widen<std::int16_t>(bytes, out) : widen<std::uint16_t>(bytes, out);
    case 4:
        return isSigned ? widen<std::int32_t>(bytes, out) : widen<std::uint32_t>(bytes, out);
    default:
        return widen<std::int64_t>(bytes, out);
    }
}

/// The elements' bytes in this machine's order.
std::vector<std::uint8_t> inNativeOrder(const Header& header, std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> native(bytes.begin(), bytes.end());
    const auto size = static_cast<std::ptrdiff_t>(header.size);
    for (auto element = native.begin(); native.end() - element >= size; element += size) {
        std::reverse(element, element + size);
    }
    return native;
}

/// Elements from first-dimension-fastest to last-dimension-fastest order.
template <typename T>
std::vector<T> fromFortranOrder(const std::vector<T>& source, const nn::Shape& shape) {
    std::vector<T> result(source.size());
    std::vector<std::int64_t> index(shape.size(), 0);
    for (T& element : result) {
        std::int64_t from = 0;
        for (std::size_t axis = shape.size(); axis-- > 0;) {
            from = from * shape[axis] + index[axis];
        }
        element = source[static_cast<std::size_t>(from)];
        for (std::size_t axis = shape.size(); axis-- > 0 && ++index[axis] == shape[axis];) {
            index[axis] = 0;
        }
    }
    return result;
}

/// The element count that the header promises, checked against the bytes that are there.
std::size_t checkedCount(const Header& header, std::size_t bytes, const std::filesystem::path& path) {
    std::size_t count = 1;
    if (std::ranges::find(header.shape, 0) != header.shape.end()) {
        return 0;
    }
    for (const std::int64_t size : header.shape) {
        if (count > bytes / static_cast<std::size_t>(size)) {
            count = bytes + 1;
            break;
        }
        count *= static_cast<std::size_t>(size);
    }
    if (count > bytes / header.size) {
        throw inputError("{}: the header promises {} elements of {} bytes but only {} bytes follow",
                         path.string(), nn::toString(header.shape), header.size, bytes);
    }
    return count;
}

std::string typeName(nn::ElementType type) {
    using enum nn::ElementType;
    switch (type) {
    case Float32:
        return "<f4";
    case Int8:
        return "|i1";
    case UInt8:
        return "|u1";
    case Int16:
        return "<i2";
    case UInt16:
        return "<u2";
    case Int32:
        return "<i4";
    case UInt32:
        return "<u4";
    case Int64:
        return "<i8";
    case UInt64:
        return "<u8";
    case Bool:
        return "|b1";
    }
    return "<f4";
}

} // namespace

nn::Tensor readNpy(const std::filesystem::path& path) {
    return parseNpy(readFile(path), path);
}

nn::Tensor parseNpy(std::span<const std::uint8_t> file, const std::filesystem::path& path) {
    if (file.size() < 10 ||
        !std::equal(kMagic.begin(), kMagic.end(), file.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; })) {
        throw inputError("{}: not a .npy file (it does not begin with \\x93NUMPY)", path.string());
    }
    const bool wide = file[6] >= 2;
    const std::size_t start = wide ? 12 : 10;
    std::size_t length = static_cast<std::size_t>(file[8]) | static_cast<std::size_t>(file[9]) << 8;
    if (wide && file.size() >= start) {
        length |= static_cast<std::size_t>(file[10]) << 16 | static_cast<std::size_t>(file[11]) << 24;
    }
    if (file[6] < 1 || file[6] > 3 || file.size() < start + length) {
        throw inputError("{}: the .npy header is cut short or of an unknown version {}", path.string(),
                         file[6]);
    }
    const std::string dictionary(file.begin() + static_cast<std::ptrdiff_t>(start),
                                 file.begin() + static_cast<std::ptrdiff_t>(start + length));
    const Header header = parseHeader(dictionary, path);
    auto bytes = file.subspan(start + length);
    checkedCount(header, bytes.size(), path);

    std::vector<std::uint8_t> native;
    if (header.isBigEndian) {
        native = inNativeOrder(header, bytes);
        bytes = native;
    }
    nn::Tensor tensor = nn::Tensor::zeros(elementType(header), header.shape);
    std::visit(
        [&](auto& elements) {
            if constexpr (std::is_same_v<std::decay_t<decltype(elements)>, std::vector<float>>) {
                decodeFloats(header, bytes, elements);
            } else {
                decodeIntegers(header, bytes, elements);
            }
            if (header.fortranOrder) {
                elements = fromFortranOrder(elements, header.shape);
            }
        },
        tensor.data);
    return tensor;
}

void writeNpy(const std::filesystem::path& path, const nn::Tensor& tensor) {
    const std::string type = typeName(tensor.type);
    std::string dictionary = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': (", type);
    for (const std::int64_t size : tensor.shape) {
        dictionary += fmt::format("{},", size);
    }
    dictionary += "), }";
    const std::size_t unpadded = 10 + dictionary.size() + 1;
    dictionary.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
    dictionary += '\n';

    std::string bytes(kMagic);
    bytes += {'\x01', '\x00', static_cast<char>(dictionary.size() & 0xFF),
              static_cast<char>(dictionary.size() >> 8)};
    bytes += dictionary;
    const auto elementSize = static_cast<std::size_t>(type[2] - '0');
    std::visit(
        [&](const auto& elements) {
            // Little-endian machine: the low bytes of an integer are its narrower representation.
            for (const auto element : elements) {
                std::array<char, sizeof(element)> raw{};
                std::memcpy(raw.data(), &element, sizeof(element));
                bytes.append(raw.data(), elementSize);
            }
        },
        tensor.data);
    std::ofstream out(path, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) {
        throw workError("{}: cannot be written", path.string());
    }
}

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace tandem {

/// Writes a state as bytes: numbers as they lie in this machine's memory, texts behind their length.
class ByteWriter {
  public:
    template <typename Number>
    requires std::is_arithmetic_v<Number>
    void number(Number value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value)); }
    void text(std::string_view value) {
        number(static_cast<std::uint64_t>(value.size()));
        bytes_.append(value);
    }

    const std::string& bytes() const { return bytes_; }
    std::string take() { return std::move(bytes_); }

  private:
    std::string bytes_;
};

/// Reads what a ByteWriter wrote. Throws Error (Input) where the bytes end early.
class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

    template <typename Number>
    requires std::is_arithmetic_v<Number> Number number() {
        Number value{};
        std::memcpy(&value, taken(sizeof(value)).data(), sizeof(value));
        return value;
    }
    /// Valid as long as the bytes that it is read from.
    std::string_view text() { return taken(number<std::uint64_t>()); }
    /// How many parts follow, of at least `leastBytes` each.
    std::uint64_t count(std::size_t leastBytes) {
        const auto count = number<std::uint64_t>();
        if (count > bytes_.size() / leastBytes) {
            throw inputError("a saved state ends early: {} bytes are left for {} parts", bytes_.size(),
                             count);
        }
        return count;
    }
    bool isAtEnd() const { return bytes_.empty(); }

  private:
    std::string_view taken(std::uint64_t size) {
        if (size > bytes_.size()) {
            throw inputError("a saved state ends early: {} bytes are left, {} expected", bytes_.size(), size);
        }
        const std::string_view part = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return part;
    }

    std::string_view bytes_;
};

} // namespace tandem

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// The bytes of a training's state: numbers in this machine's order, arrays behind their length.
namespace tandem::train {

class CheckpointWriter {
  public:
    template <typename Number>
    requires std::is_arithmetic_v<Number>
    void number(Number value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value)); }
    /// What tells this training from others: the first to be written.
    void identity(std::span<const std::uint64_t> numbers);
    void floats(std::span<const float> values);
    void blocks(const std::vector<std::vector<float>>& values);

    std::string take() { return std::move(bytes_); }

  private:
    std::string bytes_;
};

/// Reads what a writer wrote. Throws Error (Input) where the bytes end early.
class CheckpointReader {
  public:
    explicit CheckpointReader(std::string_view bytes) : bytes_(bytes) {}

    template <typename Number>
    requires std::is_arithmetic_v<Number> Number number() {
        Number value{};
        std::memcpy(&value, take(sizeof(value)).data(), sizeof(value));
        return value;
    }
    /// Takes the first numbers off; whether they are this identity.
    bool takeIdentity(std::span<const std::uint64_t> numbers);
    std::vector<float> floats();
    std::vector<std::vector<float>> blocks();
    bool isAtEnd() const { return bytes_.empty(); }

  private:
    std::string_view take(std::size_t count);

    std::string_view bytes_;
};

} // namespace tandem::train

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/workload/workload.h"
#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::codegen {

/// Words of one memory in the form of $readmemh: each word is filled from its low bits upwards.
class MemoryImage {
  public:
    explicit MemoryImage(int width) : width_(width) {}

    /// Starts the next word.
    void nextWord();
    /// Puts the low `bits` bits of `value` (two's complement) above what the word holds already.
    void put(std::int64_t value, int bits);
    /// One line of hexadecimal digits for each word.
    std::string text() const;
    /// One line for each byte, each word filled up to `count` bytes, low byte first.
    std::string bytes(int count) const;

  private:
    int width_;
    int filled_ = 0;
    std::vector<std::vector<std::uint8_t>> words_; ///< bits
};

/// Bits of a word that are not the same in every word of an image: the columns that synthesis keeps in block
/// RAM. `image`: lines of equally many hexadecimal digits, at least one.
int changingColumns(std::string_view image);

/// How one engine's requantization constants are laid out; see tandem_requantize.
struct ScaleLayout {
    int multiplierBits = 0; ///< M
    int constantBits = 2;   ///< C
    int shiftBits = 0;      ///< S
    int resultBits = 4;     ///< RESULT
    int shift = 0;          ///< SHIFT
};

/// The layout for sums of `sumBits` bits; `bias` has one entry per channel.
ScaleLayout scaleLayout(const quant::Requantization& requantization, std::span<const std::int32_t> bias,
                        int sumBits);

/// The words of the requantization memory, `lanes` channels each.
std::string scaleImage(const quant::Requantization& requantization, std::span<const std::int32_t> bias,
                       const ScaleLayout& layout, int lanes);

/// The words of a table, the stored input as unsigned number the address.
std::string tableImage(const quant::TableLayer& op, const hw::Layer& layer);

/// A feature map (channel, row, column) as beats of `lanes` channels of `bits` bits in words of `width`.
std::string beatImage(std::span<const std::vector<std::int32_t>> maps, int channels, int lanes, int bits,
                      int width);

} // namespace tandem::codegen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/common/memory.h"

#include "core/base/bits.h"

#include <algorithm>
#include <bit>

namespace tandem::codegen {

namespace {

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

/// bias * m + rounding of one channel.
std::int64_t constantOf(const quant::Requantization& requantization, std::int64_t bias, int channel) {
    return bias * requantization.multiplier[at(channel)] + requantization.roundingOf(channel);
}

} // namespace

void MemoryImage::nextWord() {
    words_.emplace_back(at((width_ + 3) / 4 * 4), std::uint8_t{0});
    filled_ = 0;
}

void MemoryImage::put(std::int64_t value, int bits) {
    for (int b = 0; b < bits; ++b) {
        words_.back()[at(filled_++)] = static_cast<std::uint8_t>(value >> std::min(b, 63) & 1);
    }
}

namespace {

/// The hexadecimal digit at place `digit` of a word's bits, 0 beyond its end.
char digitOf(const std::vector<std::uint8_t>& word, std::size_t digit) {
    static constexpr char kDigits[] = "0123456789abcdef";
    if (digit * 4 >= word.size()) {
        return kDigits[0];
    }
    const auto* bits = word.data() + digit * 4;
    return kDigits[bits[0] | bits[1] << 1 | bits[2] << 2 | bits[3] << 3];
}

} // namespace

std::string MemoryImage::text() const {
    std::string text;
    text.reserve(words_.size() * at((width_ + 3) / 4 + 1));
    for (const auto& word : words_) {
        for (std::size_t digit = word.size() / 4; digit-- > 0;) {
            text += digitOf(word, digit);
        }
        text += '\n';
    }
    return text;
}

int changingColumns(std::string_view image) {
    const auto valueOf = [](char digit) {
        return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    };
    const std::size_t digits = image.find('\n');
    std::vector<unsigned> changing(digits, 0);
    for (std::size_t word = 0; word < image.size(); word += digits + 1) {
        for (std::size_t digit = 0; digit < digits; ++digit) {
            changing[digit] |= valueOf(image[word + digit]) ^ valueOf(image[digit]);
        }
    }
    int columns = 0;
    for (const unsigned bits : changing) {
        columns += std::popcount(bits);
    }
    return columns;
}

std::string MemoryImage::bytes(int count) const {
    std::string text;
    text.reserve(words_.size() * at(3 * count));
    for (const auto& word : words_) {
        for (std::size_t byte = 0; byte < at(count); ++byte) {
            text += digitOf(word, 2 * byte + 1);
            text += digitOf(word, 2 * byte);
            text += '\n';
        }
    }
    return text;
}

ScaleLayout scaleLayout(const quant::Requantization& requantization, std::span<const std::int32_t> bias,
                        int sumBits) {
    ScaleLayout layout;
    std::uint16_t largest = 1;
    quant::Range constants;
    const auto [least, most] = std::ranges::minmax(requantization.shift);
    for (int c = 0; c < static_cast<int>(bias.size()); ++c) {
        const std::int64_t constant = constantOf(requantization, bias[at(c)], c);
        constants.low = std::min(constants.low, constant);
        constants.high = std::max(constants.high, constant);
        largest = std::max(largest, requantization.multiplier[at(c)]);
    }
    const bool free = std::ranges::all_of(requantization.multiplier, [](auto m) { return m == 1; });
    layout.multiplierBits = free ? 0 : 16;
    layout.constantBits = std::max(2, quant::signedBits(constants));
    layout.shift = least;
    layout.shiftBits = log2Ceil(most - least + 1);
    layout.resultBits = std::max(sumBits + (free ? 0 : 17), layout.constantBits) + 1;
    return layout;
}

std::string scaleImage(const quant::Requantization& requantization, std::span<const std::int32_t> bias,
                       const ScaleLayout& layout, int lanes) {
    MemoryImage image(lanes * (layout.multiplierBits + layout.constantBits + layout.shiftBits));
    for (int c = 0; c < static_cast<int>(bias.size()); ++c) {
        if (c % lanes == 0) {
            image.nextWord();
        }
        image.put(constantOf(requantization, bias[at(c)], c), layout.constantBits);
        image.put(requantization.multiplier[at(c)], layout.multiplierBits);
        image.put(requantization.shiftOf(c) - layout.shift, layout.shiftBits);
    }
    return image.text();
}

std::string tableImage(const quant::TableLayer& op, const hw::Layer& layer) {
    MemoryImage image(layer.outputBits);
    const std::size_t half =
        layer.inputSigned ? op.values.size() / 2 : 0; // values begin at the lowest number
    for (std::size_t address = 0; address < op.values.size(); ++address) {
        image.nextWord();
        image.put(op.values[(address + half) % op.values.size()], layer.outputBits);
    }
    return image.text();
}

std::string beatImage(std::span<const std::vector<std::int32_t>> maps, int channels, int lanes, int bits,
                      int width) {
    MemoryImage image(width);
    for (const std::vector<std::int32_t>& map : maps) {
        const std::int64_t pixels = static_cast<std::int64_t>(map.size()) / channels;
        for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
            for (int c = 0; c < channels; ++c) {
                if (c % lanes == 0) {
                    image.nextWord();
                }
                image.put(map[at(c * pixels + pixel)], bits);
            }
        }
    }
    return image.text();
}

} // namespace tandem::codegen

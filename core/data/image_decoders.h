// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tandem::data {

/// Rows of interleaved channels, as the decoders give them: 1 (grey) or 3 (red, green, blue), and one more
/// where there is transparency.
struct Interleaved {
    int channels = 0, height = 0, width = 0;
    std::vector<std::uint8_t> pixels;

    /// Sizes the pixels; false when there would be none or absurdly many.
    bool allocate();
    std::size_t rowBytes() const {
        return static_cast<std::size_t>(channels) * static_cast<std::size_t>(width);
    }
};

inline constexpr const char* kAbsurdSize = "its size is absurd";
inline constexpr const char* kCutShort = "its data are damaged or cut short";

// Decoders of one format each: samples as they are stored, without gamma or colour management, brought to 8
// bits. Where a file cannot be decoded they return false and say why in `reason`.

/// Every kind of PNG.
bool decodePng(std::span<const std::uint8_t> file, Interleaved& image, std::string& reason);

/// Grey, colour, and CMYK or YCCK (printed on white; Adobe's inverted inks too).
bool decodeJpeg(std::span<const std::uint8_t> file, Interleaved& image, std::string& reason);

/// Binary PPM (P6) and PGM (P5) of up to 16 bits; http://netpbm.sourceforge.net/doc/ppm.html.
bool decodeNetpbm(std::span<const std::uint8_t> file, Interleaved& image, std::string& reason);

/// Windows bitmaps that are not compressed: palettes (grey where every entry is), 16, 24 and 32 bits.
bool decodeBmp(std::span<const std::uint8_t> file, Interleaved& image, std::string& reason);

/// Still WebP pictures.
bool decodeWebp(std::span<const std::uint8_t> file, Interleaved& image, std::string& reason);

} // namespace tandem::data

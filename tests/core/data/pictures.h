// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tandem::test {

/// How a picture is stored as PNG.
struct PngForm {
    int width = 0, height = 1;
    int bits = 8;
    int colourType = 0;      ///< PNG's: 0 grey, 2 colour, 3 palette, 4 grey and alpha, 6 colour and alpha
    double gamma = 0.0;      ///< of a gAMA chunk; 0: none
    std::string palette;     ///< red, green and blue of each entry
    std::string transparent; ///< alpha of each entry of the palette
    bool isInterlaced = false;
};

/// A PNG file of these packed rows, as libpng writes it.
std::string png(const PngForm& form, const std::string& rows);

/// A JPEG file of one colour without loss to speak of, 8x8: 1, 3 or 4 components. Without `isAdobe` there is
/// no marker of Adobe's.
std::string jpeg(const std::vector<std::uint8_t>& components, bool isAdobe = true);

/// A WebP file without loss of red, green, blue and alpha bytes.
std::string webp(int width, int height, const std::vector<std::uint8_t>& pixels);

/// A Windows bitmap with a header of 40 bytes, in front of `rest`: masks or palette, and padded rows.
std::string bmp(int width, int height, int bits, int compression, std::size_t paletteBytes,
                const std::string& rest);

} // namespace tandem::test

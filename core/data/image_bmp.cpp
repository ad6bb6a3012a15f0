// SPDX-License-Identifier: GPL-3.0-or-later
// Written by hand: the libraries that read bitmaps (such as stb_image) take a file that is cut short for a
// whole one. Layout: BITMAPFILEHEADER, BITMAPCOREHEADER and BITMAPINFOHEADER of the Windows API.
#include "core/data/image_decoders.h"

#include <bit>
#include <limits>

namespace tandem::data {

namespace {

using Colour = std::array<std::uint8_t, 3>;

struct Bitmap {
    std::size_t pixels = 0; ///< where they start
    std::size_t header = 0; ///< bytes of the second header; 12 in the oldest form
    bool isTopDown = false;
    std::uint32_t bits = 0, compression = 0;
    std::vector<Colour> palette;
    std::array<std::uint32_t, 3> masks{}; ///< of red, green and blue in 16 and 32 bits
};

constexpr std::size_t kFileHeader = 14, kOldHeader = 12, kInfoHeader = 40;
constexpr std::uint32_t kPlain = 0, kMasks = 3;

/// A number of `count` bytes, the lowest first; 0 beyond the end.
std::uint32_t numberAt(std::span<const std::uint8_t> file, std::size_t at, std::size_t count) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < count && at + i < file.size(); ++i) {
        number |= std::uint32_t{file[at + i]} << (8 * i);
    }
    return number;
}

void readPalette(std::span<const std::uint8_t> file, Bitmap& bitmap) {
    const std::size_t entry = bitmap.header == kOldHeader ? 3 : 4;
    const std::size_t start = kFileHeader + bitmap.header;
    const std::size_t most = std::min(std::size_t{1} << bitmap.bits, // no more than in front of the pixels
                                      bitmap.pixels < start ? 0 : (bitmap.pixels - start) / entry);
    const std::size_t used = bitmap.header == kOldHeader ? 0 : numberAt(file, 46, 4);
    for (std::size_t i = 0; i < (used == 0 ? most : std::min(used, most)); ++i) {
        const std::size_t at = start + i * entry;
        bitmap.palette.push_back({static_cast<std::uint8_t>(numberAt(file, at + 2, 1)),
                                  static_cast<std::uint8_t>(numberAt(file, at + 1, 1)),
                                  static_cast<std::uint8_t>(numberAt(file, at, 1))});
    }
}

void readMasks(std::span<const std::uint8_t> file, Bitmap& bitmap) {
    if (bitmap.compression == kPlain) {
        bitmap.masks =
            bitmap.bits == 16 ? std::array{0x7C00U, 0x3E0U, 0x1FU} : std::array{0xFF0000U, 0xFF00U, 0xFFU};
        return;
    }
    for (std::size_t i = 0; i < bitmap.masks.size(); ++i) {
        bitmap.masks[i] = numberAt(file, kFileHeader + kInfoHeader + 4 * i, 4);
    }
}

std::uint8_t masked(std::uint32_t pixel, std::uint32_t mask) {
    if (mask == 0) {
        return 0;
    }
    const int shift = std::countr_zero(mask);
    const std::uint64_t most = mask >> shift, value = (pixel & mask) >> shift;
    return static_cast<std::uint8_t>((value * 255 + most / 2) / most);
}

Colour colourOf(const Bitmap& bitmap, std::span<const std::uint8_t> row, std::size_t x) {
    if (bitmap.bits <= 8) {
        const std::size_t bit = x * bitmap.bits, within = 8 - bitmap.bits - bit % 8;
        const std::size_t index = row[bit / 8] >> within & ((1U << bitmap.bits) - 1);
        return index < bitmap.palette.size() ? bitmap.palette[index] : Colour{};
    }
    const std::uint32_t pixel = numberAt(row, x * bitmap.bits / 8, bitmap.bits / 8);
    return {masked(pixel, bitmap.masks[0]), masked(pixel, bitmap.masks[1]), masked(pixel, bitmap.masks[2])};
}

/// Fills in the sizes; what is wrong with the headers, or nothing.
std::string readHeaders(std::span<const std::uint8_t> file, Bitmap& bitmap, Interleaved& image) {
    bitmap.pixels = numberAt(file, 10, 4);
    bitmap.header = numberAt(file, 14, 4);
    const bool isOld = bitmap.header == kOldHeader;
    if (file.size() < kFileHeader + bitmap.header || (!isOld && bitmap.header < kInfoHeader)) {
        return kCutShort;
    }
    const auto height = isOld ? static_cast<std::int32_t>(numberAt(file, 20, 2))
                              : static_cast<std::int32_t>(numberAt(file, 22, 4));
    bitmap.isTopDown = height < 0;
    image.height = height == std::numeric_limits<std::int32_t>::min() ? 0 : std::abs(height);
    image.width = static_cast<std::int32_t>(numberAt(file, 18, isOld ? 2 : 4));
    bitmap.bits = numberAt(file, isOld ? 24 : 28, 2);
    bitmap.compression = isOld ? kPlain : numberAt(file, 30, 4);
    constexpr std::array<std::uint32_t, 6> kBits{1, 4, 8, 16, 24, 32};
    const bool mayHaveMasks = bitmap.bits == 16 || bitmap.bits == 32;
    if (std::ranges::find(kBits, bitmap.bits) == kBits.end() ||
        (bitmap.compression != kPlain && !(bitmap.compression == kMasks && mayHaveMasks))) {
        return fmt::format("bitmaps of {} bits with compression {} are not read", bitmap.bits,
                           bitmap.compression);
    }
    return {};
}

} // namespace

bool decodeBmp(std::span<const std::uint8_t> file, Interleaved& image, std::string& reason) {
    Bitmap bitmap;
    reason = readHeaders(file, bitmap, image);
    if (!reason.empty()) {
        return false;
    }
    bitmap.bits <= 8 ? readPalette(file, bitmap) : readMasks(file, bitmap);
    const bool isGrey = bitmap.bits <= 8 && std::ranges::all_of(bitmap.palette, [](const Colour& c) {
                            return c[0] == c[1] && c[1] == c[2];
                        });
    image.channels = isGrey ? 1 : 3;
    if (!image.allocate()) {
        reason = kAbsurdSize;
        return false;
    }
    const auto width = static_cast<std::size_t>(image.width), height = static_cast<std::size_t>(image.height);
    const std::size_t row = (width * bitmap.bits + 31) / 32 * 4; // rows end at multiples of four bytes
    if (bitmap.pixels > file.size() || file.size() - bitmap.pixels < row * height) {
        reason = kCutShort;
        return false;
    }
    auto to = image.pixels.begin();
    for (std::size_t y = 0; y < height; ++y) {
        const auto stored = file.subspan(bitmap.pixels + row * (bitmap.isTopDown ? y : height - 1 - y), row);
        for (std::size_t x = 0; x < width; ++x) {
            const Colour colour = colourOf(bitmap, stored, x);
            to = std::copy_n(colour.begin(), image.channels, to);
        }
    }
    return true;
}

} // namespace tandem::data

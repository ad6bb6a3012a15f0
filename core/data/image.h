// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace tandem::data {

/// A decoded picture: channel, row, column; 1 channel (grey) or 3 (red, green, blue).
struct Image {
    int channels = 0, height = 0, width = 0;
    std::vector<std::uint8_t> pixels;
};

/// The size that images shall have; 0 where any will do.
struct ImageSize {
    int channels = 0, height = 0, width = 0;
    bool operator==(const ImageSize&) const = default;
};

/// What readImage() decodes.
inline constexpr std::string_view kImageFormats = "PNG, JPEG, BMP, WebP, PPM and PGM";

/// Whether the name ends as one of the pictures that readImage() decodes.
bool isImageName(const std::filesystem::path& path);

/// Decodes a PNG, JPEG, BMP, WebP, binary PPM or binary PGM file with `channels` channels (0: as many as the
/// file has; transparent pixels are laid on black). Samples are the stored ones, without gamma or colour
/// management; 16 bits are rounded to 8. Throws Error (Input) naming the file when it is damaged.
Image readImage(const std::filesystem::path& path, int channels = 0);

/// The picture with 1 or 3 channels: grey is repeated, colours are weighed (ITU-R BT.601).
Image withChannels(const Image& image, int channels);

/// The whole picture in another size: bilinear where it grows, the mean over what falls into a pixel (with
/// linearly falling weights) where it shrinks.
Image resized(const Image& image, int height, int width);

} // namespace tandem::data

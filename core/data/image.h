// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace tandem::data {

/// A decoded picture: channel, row, column; 1 channel (grey) or 3 (red, green, blue).
struct Image {
    int channels = 0, height = 0, width = 0;
    std::vector<std::uint8_t> pixels;
};

/// Whether the name ends as one of the pictures that readImage() decodes (.png, .jpg, .jpeg, .ppm, .pgm).
bool isImageName(const std::filesystem::path& path);

/// Decodes a PNG, JPEG, binary PPM or binary PGM file with `channels` channels (0: as many as the file has;
/// transparency is dropped). Throws Error (Input) naming the file when it is damaged.
Image readImage(const std::filesystem::path& path, int channels = 0);

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_decoders.h"

#include <cctype>

namespace tandem::data {

namespace {

constexpr int kMostBits16 = 65535;

/// The next number of the header, behind blanks and comments; 0 where there is none.
int nextNumber(std::span<const std::uint8_t> file, std::size_t& at) {
    while (at < file.size() && (std::isspace(file[at]) != 0 || file[at] == '#')) {
        if (file[at] == '#') {
            while (at < file.size() && file[at] != '\n') {
                ++at;
            }
        } else {
            ++at;
        }
    }
    int value = 0;
    while (at < file.size() && std::isdigit(file[at]) != 0 && value < 100'000'000) {
        value = value * 10 + (file[at++] - '0');
    }
    return value;
}

} // namespace

bool decodeNetpbm(std::span<const std::uint8_t> file, Interleaved& image, std::string& reason) {
    std::size_t at = 2;
    image.channels = file[1] == '6' ? 3 : 1;
    image.width = nextNumber(file, at);
    image.height = nextNumber(file, at);
    const int highest = nextNumber(file, at);
    ++at;
    if (highest < 1 || highest > kMostBits16) {
        reason = fmt::format("its highest value is {}, 1 to {} are possible", highest, kMostBits16);
        return false;
    }
    if (!image.allocate()) {
        reason = kAbsurdSize;
        return false;
    }
    const std::size_t bytes = highest > 255 ? 2 : 1;
    if (at > file.size() || (file.size() - at) / bytes < image.pixels.size()) {
        reason = kCutShort;
        return false;
    }
    for (std::uint8_t& pixel : image.pixels) {
        const int stored = bytes == 2 ? file[at] << 8 | file[at + 1] : file[at];
        pixel = static_cast<std::uint8_t>((std::min(stored, highest) * 255 + highest / 2) / highest);
        at += bytes;
    }
    return true;
}

} // namespace tandem::data

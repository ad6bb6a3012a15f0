// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tandem::test {

/// A WAV file of 16-bit samples, interleaved channels, as the format's definition lays it out.
inline std::string wav(const std::vector<std::int16_t>& samples, std::uint32_t rate, std::uint16_t channels) {
    const auto little = [](std::uint32_t number, int bytes) {
        std::string text;
        for (int i = 0; i < bytes; ++i) {
            text += static_cast<char>(number >> (8 * i) & 0xFF);
        }
        return text;
    };
    const auto size = static_cast<std::uint32_t>(2 * samples.size());
    std::string file = "RIFF" + little(36 + size, 4) + "WAVEfmt " + little(16, 4) + little(1, 2) +
                       little(channels, 2) + little(rate, 4) + little(rate * channels * 2, 4) +
                       little(channels * 2U, 2) + little(16, 2) + "data" + little(size, 4);
    for (const std::int16_t sample : samples) {
        file += little(static_cast<std::uint16_t>(sample), 2);
    }
    return file;
}

} // namespace tandem::test

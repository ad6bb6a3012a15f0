// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace tandem::test {

/// An IDX file of unsigned bytes.
inline void writeIdx(const std::filesystem::path& path, const std::vector<std::uint32_t>& shape,
                     const std::vector<std::uint8_t>& bytes) {
    std::ofstream file(path, std::ios::binary);
    const char head[] = {0, 0, 8, static_cast<char>(shape.size())};
    file.write(head, 4);
    for (const std::uint32_t size : shape) {
        const char digits[] = {static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                               static_cast<char>(size >> 8), static_cast<char>(size)};
        file.write(digits, 4);
    }
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// One part ("train", "t10k") of a data set in the files of MNIST: square pictures whose class is which of
/// `classes` bands of rows is bright.
inline void writeBands(const std::filesystem::path& folder, const std::string& part, std::uint32_t count,
                       std::uint32_t side, std::uint32_t classes) {
    std::vector<std::uint8_t> pixels, labels;
    for (std::uint32_t n = 0; n < count; ++n) {
        const std::uint32_t label = n * 7 % classes;
        for (std::uint32_t i = 0; i < side * side; ++i) {
            const bool isBright = i / side * classes / side == label;
            pixels.push_back(static_cast<std::uint8_t>((isBright ? 180 : 20) + (n * 31 + i * 17) % 50));
        }
        labels.push_back(static_cast<std::uint8_t>(label));
    }
    writeIdx(folder / (part + "-images-idx3-ubyte"), {count, side, side}, pixels);
    writeIdx(folder / (part + "-labels-idx1-ubyte"), {count}, labels);
}

} // namespace tandem::test

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/bytes.h"

#include "core/base/error.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

namespace tandem::data {

std::vector<std::uint8_t> readFile(const std::filesystem::path& path) {
    std::error_code failed;
    const bool regular = std::filesystem::is_regular_file(path, failed);
    std::ifstream in(path, std::ios::binary);
    if (!regular || !in) {
        throw inputError("{}: no such file, or it cannot be read", path.string());
    }
    std::vector<std::uint8_t> bytes(std::filesystem::file_size(path));
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (static_cast<std::size_t>(in.gcount()) != bytes.size()) {
        throw inputError("{}: reading stopped after {} of {} bytes", path.string(), in.gcount(),
                         bytes.size());
    }
    return bytes;
}

namespace {

constexpr std::size_t kGzipChunk = std::size_t{1} << 18;

/// What the last four bytes say how much a gzip file unpacks to, and room to find its end; no more than
/// deflate can make of the file, whatever they say.
std::size_t sizeInTrailer(const std::vector<std::uint8_t>& file) {
    constexpr std::size_t kMostRatio = 1032;
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4 && i < file.size(); ++i) {
        size = size << 8 | file[file.size() - 1 - i];
    }
    return std::min(size, kMostRatio * file.size()) + kGzipChunk;
}

} // namespace

std::vector<std::uint8_t> readMaybeGzip(const std::filesystem::path& path) {
    const std::vector<std::uint8_t> file = readFile(path);
    if (file.size() < 2 || file[0] != 0x1F || file[1] != 0x8B) {
        return file;
    }
    z_stream stream{};
    constexpr int kGzipWindow = 15 + 16;
    if (inflateInit2(&stream, kGzipWindow) != Z_OK) {
        throw workError("{}: the decompressor could not be started", path.string());
    }
    const auto finished = std::unique_ptr<z_stream, int (*)(z_stream*)>(&stream, inflateEnd);
    stream.next_in = const_cast<Bytef*>(file.data());
    stream.avail_in = static_cast<uInt>(file.size());
    std::vector<std::uint8_t> result(sizeInTrailer(file));
    std::size_t made = 0;
    int status = Z_OK;
    while (status == Z_OK) {
        result.resize(std::max(result.size(), made + kGzipChunk));
        const std::size_t room =
            std::min<std::size_t>(result.size() - made, std::numeric_limits<uInt>::max());
        stream.next_out = result.data() + made;
        stream.avail_out = static_cast<uInt>(room);
        status = inflate(&stream, Z_NO_FLUSH);
        made += room - stream.avail_out;
    }
    if (status != Z_STREAM_END) {
        throw inputError("{}: the gzip data is damaged or cut short", path.string());
    }
    result.resize(made);
    return result;
}

float halfToFloat(std::uint16_t bits) {
    const int exponent = bits >> 10 & 0x1F;
    const int fraction = bits & 0x3FF;
    const float sign = (bits & 0x8000) != 0 ? -1.0F : 1.0F;
    if (exponent == 0x1F) {
        return fraction == 0 ? sign * std::numeric_limits<float>::infinity()
                             : std::numeric_limits<float>::quiet_NaN();
    }
    if (exponent == 0) {
        return sign * std::ldexp(static_cast<float>(fraction), -24);
    }
    return sign * std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
}

} // namespace tandem::data

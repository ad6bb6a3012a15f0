// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/formats.h"

#include "core/base/error.h"
#include "core/data/bytes.h"

namespace tandem::data {

namespace {

namespace fs = std::filesystem;

/// [N,H,W] or [N,C,H,W] without N.
nn::Shape sampleShapeOf(const nn::Shape& shape, const fs::path& path) {
    if (shape.size() == 3) {
        return {1, shape[1], shape[2]};
    }
    if (shape.size() != 4) {
        throw inputError("{}: holds a {} array; images are NxHxW or NxCxHxW", path.string(),
                         nn::toString(shape));
    }
    return {shape[1], shape[2], shape[3]};
}

} // namespace

IdxArray readIdx(const fs::path& path) {
    std::vector<std::uint8_t> file = readMaybeGzip(path);
    constexpr std::uint8_t kUnsignedByte = 0x08;
    if (file.size() < 4 || file[0] != 0 || file[1] != 0 || file[3] == 0) {
        throw inputError("{}: not an IDX file", path.string());
    }
    if (file[2] != kUnsignedByte) {
        throw inputError("{}: IDX element type 0x{:02x} is not supported; unsigned bytes (0x08) are",
                         path.string(), file[2]);
    }
    const std::size_t start = 4 + std::size_t{4} * file[3];
    if (file.size() < start) {
        throw inputError("{}: the IDX header is cut short", path.string());
    }
    IdxArray array;
    std::size_t count = 1;
    for (std::size_t at = 4; at < start; at += 4) {
        const std::size_t size = std::size_t{file[at]} << 24 | std::size_t{file[at + 1]} << 16 |
                                 std::size_t{file[at + 2]} << 8 | file[at + 3];
        array.shape.push_back(static_cast<std::int64_t>(size));
        count = size == 0 ? 0 : count > file.size() / size ? file.size() + 1 : count * size;
    }
    if (file.size() - start != count) {
        throw inputError("{}: the IDX header promises {} bytes of data but {} follow", path.string(),
                         nn::toString(array.shape), file.size() - start);
    }
    file.erase(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(start));
    array.bytes = std::move(file);
    return array;
}

Part readIdxPair(const fs::path& images, const fs::path& labels) {
    IdxArray pixels = readIdx(images);
    const IdxArray classes = readIdx(labels);
    Part part{sampleShapeOf(pixels.shape, images), {}, {classes.bytes.begin(), classes.bytes.end()}, {}};
    if (classes.shape != nn::Shape{pixels.shape[0]}) {
        throw inputError("{}: holds {} labels for {} images", labels.string(), nn::toString(classes.shape),
                         pixels.shape[0]);
    }
    part.images = std::move(pixels.bytes);
    return part;
}

Part readCifar(const fs::path& path) {
    constexpr std::size_t kImage = 3 * 32 * 32;
    const std::vector<std::uint8_t> file = readMaybeGzip(path);
    const bool isCifar10 = file.size() % (kImage + 1) == 0;
    if (file.empty() || (!isCifar10 && file.size() % (kImage + 2) != 0)) {
        throw inputError(
            "{}: {} bytes are not a whole number of CIFAR-10 records of {} bytes or CIFAR-100 records "
            "of {}",
            path.string(), file.size(), kImage + 1, kImage + 2);
    }
    const std::size_t labelBytes = isCifar10 ? 1 : 2;
    const int classes = isCifar10 ? 10 : 100;
    std::vector<std::uint8_t> pixels;
    pixels.reserve(file.size());
    Part part{{3, 32, 32}, {}, {}, {}};
    for (std::size_t at = 0; at < file.size(); at += kImage + labelBytes) {
        const int label = file[at + labelBytes - 1];
        if (label >= classes) {
            part.skipped.add(fmt::format("{}: record {} has label {}; labels are 0 to {}", path.string(),
                                         at / (kImage + labelBytes), label, classes - 1));
            continue;
        }
        part.labels.push_back(label);
        const auto first = file.begin() + static_cast<std::ptrdiff_t>(at + labelBytes);
        pixels.insert(pixels.end(), first, first + kImage);
    }
    part.images = std::move(pixels);
    return part;
}

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/formats.h"

#include "core/base/error.h"
#include "core/data/bytes.h"
#include "core/data/image.h"
#include "core/data/npy.h"

#include <set>

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

void checkCounts(std::int64_t images, std::size_t labels, const fs::path& path) {
    if (images != static_cast<std::int64_t>(labels)) {
        throw inputError("{}: holds {} labels for {} images", path.string(), labels, images);
    }
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
    Part part{sampleShapeOf(pixels.shape, images), {}, {classes.bytes.begin(), classes.bytes.end()}};
    checkCounts(pixels.shape[0], classes.shape.size() == 1 ? classes.bytes.size() : 0, labels);
    part.images = std::move(pixels.bytes);
    return part;
}

Part readCifar(const fs::path& path) {
    constexpr std::size_t kImage = 3 * 32 * 32;
    const std::vector<std::uint8_t> file = readMaybeGzip(path);
    if (file.empty() || file.size() % (kImage + 1) != 0) {
        throw inputError("{}: {} bytes are not a whole number of CIFAR-10 records of {} bytes", path.string(),
                         file.size(), kImage + 1);
    }
    std::vector<std::uint8_t> pixels;
    pixels.reserve(file.size());
    Part part{{3, 32, 32}, {}, {}};
    for (std::size_t at = 0; at < file.size(); at += kImage + 1) {
        if (file[at] > 9) {
            throw inputError("{}: record {} has label {}; CIFAR-10 labels are 0 to 9", path.string(),
                             at / (kImage + 1), file[at]);
        }
        part.labels.push_back(file[at]);
        const auto first = file.begin() + static_cast<std::ptrdiff_t>(at + 1);
        pixels.insert(pixels.end(), first, first + kImage);
    }
    part.images = std::move(pixels);
    return part;
}

Part readNpyPair(const fs::path& inputs, const fs::path& labels) {
    nn::Tensor tensor = readNpy(inputs);
    Part part{sampleShapeOf(tensor.shape, inputs), {}, {}};
    if (nn::isFloat(tensor.type)) {
        part.images = std::move(tensor.floats());
    } else if (tensor.type == nn::ElementType::UInt8) {
        part.images = std::vector<std::uint8_t>(tensor.integers().begin(), tensor.integers().end());
    } else {
        throw inputError("{}: holds {} elements; images are floats or bytes (uint8)", inputs.string(),
                         nn::toString(tensor.type));
    }
    if (!labels.empty()) {
        const nn::Tensor classes = readNpy(labels);
        if (nn::isFloat(classes.type)) {
            throw inputError("{}: holds floats; labels are integers", labels.string());
        }
        checkCounts(tensor.shape[0], classes.integers().size(), labels);
        for (const std::int64_t label : classes.integers()) {
            if (label < 0 || label > 999'999) {
                throw inputError("{}: holds label {}; labels are 0 to 999999", labels.string(), label);
            }
            part.labels.push_back(static_cast<int>(label));
        }
    }
    return part;
}

Part readImageFolder(const fs::path& folder, std::vector<std::string>& classNames) {
    std::set<fs::path> classFolders;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_directory()) {
            classFolders.insert(entry.path());
        }
    }
    std::vector<std::string> names;
    for (const fs::path& classFolder : classFolders) {
        names.push_back(classFolder.filename().string());
    }
    if (!classNames.empty() && names != classNames) {
        throw inputError("{}: its class folders differ from those of the training part", folder.string());
    }
    classNames = names;
    Part part;
    std::vector<std::uint8_t> pixels;
    int label = 0;
    for (const fs::path& classFolder : classFolders) {
        std::set<fs::path> files;
        for (const auto& entry : fs::directory_iterator(classFolder)) {
            if (entry.is_regular_file() && isImageName(entry.path())) {
                files.insert(entry.path());
            }
        }
        for (const fs::path& file : files) {
            const Image image =
                readImage(file, part.sampleShape.empty() ? 0 : static_cast<int>(part.sampleShape[0]));
            const nn::Shape shape{image.channels, image.height, image.width};
            if (part.sampleShape.empty()) {
                part.sampleShape = shape;
            } else if (part.sampleShape != shape) {
                throw inputError("{}: is {} where the images before it are {}; all must have one size",
                                 file.string(), nn::toString(shape), nn::toString(part.sampleShape));
            }
            pixels.insert(pixels.end(), image.pixels.begin(), image.pixels.end());
            part.labels.push_back(label);
        }
        ++label;
    }
    if (part.labels.empty()) {
        throw inputError("{}: no PNG, JPEG, PPM or PGM images in sub-folders, one per class",
                         folder.string());
    }
    part.images = std::move(pixels);
    return part;
}

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/folders.h"
#include "core/data/formats.h"

namespace tandem::data {

namespace {

namespace fs = std::filesystem;

std::string sizeName(const Image& image) {
    return nn::toString({image.channels, image.height, image.width});
}

/// The picture in the wanted size; what is not wanted of it must be as in the pictures before.
Image fitting(Image image, const ImageSize& wanted, const nn::Shape& before, const fs::path& file) {
    if (wanted.height > 0 && wanted.width > 0) {
        image = resized(image, wanted.height, wanted.width);
    }
    if (!before.empty() && nn::Shape{image.channels, image.height, image.width} != before) {
        throw inputError(
            "{}: is {} where the images before it are {}; size=HEIGHTxWIDTH brings all to one size",
            file.string(), sizeName(image), nn::toString(before));
    }
    return image;
}

} // namespace

Part readImageFolder(const fs::path& folder, const ImageSize& wanted, ClassList& classes) {
    ClassFolders folders = classFolders(folder, classes, isImageName, kImageFormats);
    Part part;
    part.skipped = std::move(folders.leftOut);
    std::vector<std::uint8_t> pixels;
    for (const ClassFolder& one : folders.classes) {
        for (const fs::path& file : one.files) {
            try {
                const int channels =
                    part.sampleShape.empty() ? wanted.channels : static_cast<int>(part.sampleShape[0]);
                const Image image = fitting(readImage(file, channels), wanted, part.sampleShape, file);
                part.sampleShape = {image.channels, image.height, image.width};
                pixels.insert(pixels.end(), image.pixels.begin(), image.pixels.end());
                part.labels.push_back(one.label);
            } catch (const Error& error) {
                part.skipped.add(error.what());
            }
        }
    }
    if (part.labels.empty() && part.skipped.count == 0) {
        throw inputError("{}: no pictures ({}) in sub-folders, one per class", folder.string(),
                         kImageFormats);
    }
    part.images = std::move(pixels);
    return part;
}

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <filesystem>
#include <vector>

namespace tandem::data {

/// A part of a data set as one file format gives it; several are joined.
struct Part {
    nn::Shape sampleShape; ///< channels, height, width
    std::variant<std::vector<std::uint8_t>, std::vector<float>> images;
    std::vector<int> labels;
};

/// An IDX array of unsigned bytes (http://yann.lecun.com/exdb/mnist), plain or gzip.
struct IdxArray {
    nn::Shape shape;
    std::vector<std::uint8_t> bytes;
};
IdxArray readIdx(const std::filesystem::path& path);

/// Images [N,H,W] or [N,C,H,W] and labels [N] from two IDX files.
Part readIdxPair(const std::filesystem::path& images, const std::filesystem::path& labels);

/// CIFAR-10 binary version: records of one label byte and 3x32x32 image bytes.
Part readCifar(const std::filesystem::path& path);

/// Inputs [N,H,W] or [N,C,H,W] (bytes or floats) and labels [N] (an empty path: none) from .npy files.
Part readNpyPair(const std::filesystem::path& inputs, const std::filesystem::path& labels);

/// One sub-folder per class, in the order of their names; `classNames` receives them, or must agree.
Part readImageFolder(const std::filesystem::path& folder, std::vector<std::string>& classNames);

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/audio_settings.h"
#include "core/data/dataset.h"
#include "core/data/folders.h"
#include "core/data/image.h"

#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace tandem::data {

/// A part of a data set as one file format gives it; several are joined. Broken samples are left out and
/// named; files that are no such file, or are cut short, throw Error (Input).
struct Part {
    nn::Shape sampleShape; ///< channels, height, width
    std::variant<std::vector<std::uint8_t>, std::vector<float>> images;
    std::vector<int> labels;
    SkippedSamples skipped;
    int classes = 0; ///< where the labels say how many there are
};

/// An IDX array of unsigned bytes (http://yann.lecun.com/exdb/mnist), plain or gzip.
struct IdxArray {
    nn::Shape shape;
    std::vector<std::uint8_t> bytes;
};
IdxArray readIdx(const std::filesystem::path& path);

/// Images [N,H,W] or [N,C,H,W] and labels [N] from two IDX files.
Part readIdxPair(const std::filesystem::path& images, const std::filesystem::path& labels);

/// CIFAR-10 or CIFAR-100 binary version: records of one label byte (CIFAR-100: coarse and fine label, of
/// which the fine one counts) and 3x32x32 image bytes. Records tell the two apart by their size.
Part readCifar(const std::filesystem::path& path);

/// Inputs [N,C,H,W], [N,H,W,C], [N,H,W] or [N,F] and labels (arrayLabels()); without labels the inputs have
/// none. Inputs are floats, or bytes, which may be stored as whole numbers of any type from 0 to 255; of
/// bool, true is 255. `name` is the file's in messages. Channels are last where the last size is 1, 3 or 4
/// and the second is not.
Part partOf(const nn::Tensor& inputs, const std::optional<nn::Tensor>& labels,
            const std::filesystem::path& name);

/// One sub-folder per class (classFolders()). Images take the sizes that `wanted` names; the others are the
/// first image's.
Part readImageFolder(const std::filesystem::path& folder, const ImageSize& wanted, ClassList& classes);

/// The same with WAV files as feature maps. `partOfFile` says of a file, by its path below the folder, which
/// of the results it belongs to: 0 training, 1 validation, 2 test.
std::array<Part, 3> readSoundFolder(const std::filesystem::path& folder, const AudioSettings& settings,
                                    const std::function<std::size_t(const std::string&)>& partOfFile,
                                    ClassList& classes);

} // namespace tandem::data

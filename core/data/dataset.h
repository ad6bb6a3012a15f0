// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/audio_settings.h"
#include "core/data/data_spec.h"
#include "core/nn/tensor.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace tandem::data {

/// What a network is fed for a stored element: (element * scale - mean[c]) / deviation[c].
struct Normalization {
    float scale = 1.0F;           ///< 1/255 for byte images
    std::vector<float> mean;      ///< per channel; empty: 0
    std::vector<float> deviation; ///< per channel; empty: 1
    bool operator==(const Normalization&) const = default;
};

/// Samples that were left out because they are broken.
struct SkippedSamples {
    static constexpr std::size_t kNamed = 8;
    std::size_t count = 0;
    std::vector<std::string> reasons; ///< of the first kNamed, one sentence each that names the sample

    void add(std::string reason);
    void add(const SkippedSamples& others);
};

/// "2 samples were skipped: a.png: ...; b.png: ..."; empty when there are none.
std::string toString(const SkippedSamples& skipped);

/// Where a network's input of this batch-1 shape has its channels when samples have the shape [channels,
/// rows, columns].
Layout layoutFor(const nn::Shape& inputShape, const nn::Shape& sampleShape);

/// Images (or features of sounds) with class labels, in memory. Samples [0, trainingCount) come from the
/// set's training part, the next validationCount from its own validation part, the others from its own test
/// part.
struct Dataset {
    std::string name;
    nn::Shape sampleShape;               ///< channels, height, width
    int classes = 0;                     ///< 0: no labels, inputs only
    std::vector<std::string> classNames; ///< empty where the files name none
    ClassOrder classOrder = ClassOrder::Given;
    /// Bytes or floats, sample after sample, each channel, row, column.
    std::variant<std::vector<std::uint8_t>, std::vector<float>> images;
    std::vector<int> labels; ///< in [0, classes); empty without labels
    Normalization normalization;
    std::size_t trainingCount = 0, validationCount = 0;
    SkippedSamples skipped;
    std::optional<AudioSettings> sound; ///< how sounds became these samples
    std::optional<Layout> layout;       ///< of network inputs; without it, whichever fits their shape

    std::size_t size() const;
    /// The normalized samples as one tensor [indices, channels, height, width].
    nn::Tensor batch(std::span<const std::size_t> indices) const;
    /// The same as a network's input of this batch-1 shape wants them: channels first, channels last, or
    /// flat. Throws Error (Input) when the shape holds another number of elements.
    nn::Tensor batchFor(const nn::Shape& inputShape, std::span<const std::size_t> indices) const;
    /// The same into memory at hand, which holds as many elements.
    void fillBatch(const nn::Shape& inputShape, std::span<const std::size_t> indices,
                   std::span<float> elements) const;
    /// The labels of these samples.
    std::vector<int> labelsOf(std::span<const std::size_t> indices) const;
};

/// "classes in the order of their names: 0 'cat', 1 'dog'", of many the first and the last; empty where
/// classes have no names.
std::string classReport(const Dataset& dataset);

/// Sets mean and deviation of every channel to those of these samples.
Normalization measuredNormalization(const Dataset& dataset, std::span<const std::size_t> indices);

/// Opens what `spec` names (parseDataSpec()); its source is one of
/// - "fashion-mnist": Debian's dataset-fashion-mnist (/usr/share/datasets/fashion-mnist);
/// - a folder with MNIST-style IDX files (train-..., t10k-...), CIFAR-10 or CIFAR-100 binaries, arrays (.npy,
///   named as below), or one sub-folder of pictures (PNG, JPEG, BMP, WebP, PPM, PGM) or sounds (WAV) per
///   class, numbered in the order of their names, as numbers where all are. Above these there may be folders
///   train, val and test; validation_list.txt and testing_list.txt say the same of sounds, as in the speech
///   commands data set;
/// - files, separated by commas (pathsOf()): IDX images and labels, CIFAR binaries, .npy inputs and labels
/// (without
///   labels the inputs serve calibration only), or one .npz archive. Its arrays are images and labels; x and
///   y; x_train, y_train, x_val, y_val, x_test, y_test; train_images, train_labels and so on; or arr_0 and
///   arr_1.
/// Pictures of any size, and sounds, are brought to the shape of a network's input where it is given.
/// Normalization is what the spec says, else bytes as 0..1. Broken samples are skipped and named; throws
/// Error (Input) in one sentence when a file is no such file, or no sample is left.
Dataset openDataset(const std::string& spec, const nn::Shape& inputShape = {});
Dataset openDataset(const DataSpec& spec, const nn::Shape& inputShape);

} // namespace tandem::data

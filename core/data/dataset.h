// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/tensor.h"

#include <cstdint>
#include <filesystem>
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
};

/// Images with class labels, in memory. Samples [0, trainingCount) come from the set's training part, the
/// others from its own test part.
struct Dataset {
    std::string name;
    nn::Shape sampleShape;               ///< channels, height, width
    int classes = 0;                     ///< 0: no labels, inputs only
    std::vector<std::string> classNames; ///< empty where the files name none
    /// Bytes or floats, sample after sample, each channel, row, column.
    std::variant<std::vector<std::uint8_t>, std::vector<float>> images;
    std::vector<int> labels; ///< in [0, classes); empty without labels
    Normalization normalization;
    std::size_t trainingCount = 0;

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

/// Sets mean and deviation of every channel to those of these samples.
Normalization measuredNormalization(const Dataset& dataset, std::span<const std::size_t> indices);

/// Which samples serve what. The same dataset, fractions and seed give the same split.
struct Split {
    std::uint64_t seed = 0;
    std::vector<std::size_t> training, validation, test;
};

/// Draws `validationShare` of the training part for validation. The test part is the set's own; where it has
/// none, another `validationShare` is drawn.
Split split(const Dataset& dataset, double validationShare, std::uint64_t seed);

/// Opens what `spec` names:
/// - "fashion-mnist": Debian's dataset-fashion-mnist (/usr/share/datasets/fashion-mnist);
/// - a folder with MNIST-style IDX files (train-..., t10k-...), CIFAR-10 binaries, images.npy and labels.npy,
///   or one sub-folder of PNG, JPEG, PPM or PGM images per class (or train/ and test/ with such sub-folders);
/// - files, separated by commas: IDX images and labels, CIFAR-10 binaries, or .npy inputs [N,C,H,W] (or
///   [N,H,W]) and integer labels [N] (without labels the inputs serve calibration only).
/// Throws Error (Input) in one sentence that names the file at fault.
Dataset openDataset(const std::string& spec);

} // namespace tandem::data

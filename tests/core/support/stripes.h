// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/data/dataset.h"

#include <algorithm>
#include <cmath>
#include <variant>
#include <vector>

namespace tandem::test {

/// Noise in every channel, with values below 0 too.
inline data::Dataset noise(std::size_t count) {
    data::Dataset dataset;
    dataset.name = "noise";
    dataset.sampleShape = {2, 8, 8};
    dataset.classes = 5;
    dataset.trainingCount = count;
    Random random(9);
    std::vector<float> pixels(count * 128);
    std::ranges::generate(pixels, [&] { return static_cast<float>(random.normal()); });
    for (std::size_t n = 0; n < count; ++n) {
        dataset.labels.push_back(static_cast<int>(random.below(5)));
    }
    dataset.images = std::move(pixels);
    return dataset;
}

/// 8x8 images with a bright row or a bright column at a random place, in noise: class 0 and class 1.
inline data::Dataset stripes(std::size_t count) {
    data::Dataset dataset = noise(count);
    dataset.name = "stripes";
    auto& pixels = std::get<std::vector<float>>(dataset.images);
    Random random(5);
    for (std::size_t n = 0; n < count; ++n) {
        const auto label = random.below(2), place = random.below(8);
        for (std::size_t i = 0; i < 128; ++i) {
            const bool isBright = (label == 0 ? i % 64 / 8 : i % 8) == place;
            pixels[n * 128 + i] = std::abs(0.4F * pixels[n * 128 + i]) + (isBright ? 0.9F : 0.0F);
        }
        dataset.labels[n] = static_cast<int>(label);
    }
    return dataset;
}

/// The same of bytes, with one channel: 8x8 images with a bright row or a bright column at a random place, in
/// noise: class 0 and class 1.
inline data::Dataset byteStripes(std::size_t count) {
    data::Dataset dataset;
    dataset.name = "stripes";
    dataset.sampleShape = {1, 8, 8};
    dataset.classes = 2;
    dataset.trainingCount = count;
    dataset.normalization.scale = 1.0F / 255.0F;
    Random random(5);
    std::vector<std::uint8_t> pixels;
    for (std::size_t n = 0; n < count; ++n) {
        const auto label = random.below(2);
        const auto place = random.below(8);
        for (std::uint64_t i = 0; i < 64; ++i) {
            const bool bright = (label == 0 ? i / 8 : i % 8) == place;
            pixels.push_back(static_cast<std::uint8_t>(random.below(120) + (bright ? 110 : 0)));
        }
        dataset.labels.push_back(static_cast<int>(label));
    }
    dataset.images = std::move(pixels);
    return dataset;
}

} // namespace tandem::test

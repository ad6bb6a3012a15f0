// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/augmentation.h"

namespace tandem::train {

namespace {

/// Uniform in [-limit, limit].
std::int64_t offset(Random& random, int limit) {
    return limit == 0
               ? 0
               : static_cast<std::int64_t>(random.below(2 * static_cast<std::uint64_t>(limit) + 1)) - limit;
}

} // namespace

void augment(nn::Tensor& batch, const Augmentation& augmentation, Random& random) {
    const std::int64_t channels = batch.shape.at(1);
    const std::int64_t height = batch.shape.at(2);
    const std::int64_t width = batch.shape.at(3);
    const auto area = static_cast<std::size_t>(height * width);
    std::vector<float> original(area);
    float* image = batch.floats().data();
    for (std::int64_t n = 0; n < batch.shape[0]; ++n) {
        const bool mirrored = augmentation.flip && random.below(2) == 1;
        const std::int64_t down = offset(random, augmentation.shift);
        const std::int64_t right = offset(random, augmentation.shift);
        for (std::int64_t c = 0; c < channels; ++c, image += area) {
            std::copy_n(image, area, original.begin());
            for (std::int64_t y = 0; y < height; ++y) {
                const std::int64_t row = std::clamp<std::int64_t>(y - down, 0, height - 1);
                for (std::int64_t x = 0; x < width; ++x) {
                    const std::int64_t moved = std::clamp<std::int64_t>(x - right, 0, width - 1);
                    const std::int64_t column = mirrored ? width - 1 - moved : moved;
                    image[y * width + x] = original[static_cast<std::size_t>(row * width + column)];
                }
            }
        }
    }
}

} // namespace tandem::train

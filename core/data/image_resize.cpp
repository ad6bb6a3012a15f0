// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image.h"

#include <algorithm>
#include <cmath>

namespace tandem::data {

namespace {

/// What one pixel of the result takes from a row or column.
struct Window {
    int first = 0;
    std::vector<float> weights; ///< they add up to 1
};

/// A triangle as wide as two pixels of whichever of the two sizes is coarser, around each result's centre.
std::vector<Window> windows(int from, int to) {
    const double step = static_cast<double>(from) / to, reach = std::max(1.0, step);
    std::vector<Window> result;
    for (int i = 0; i < to; ++i) {
        const double centre = (i + 0.5) * step;
        const int first = std::max(0, static_cast<int>(std::floor(centre - reach)));
        const int last = std::min(from, static_cast<int>(std::ceil(centre + reach)));
        Window window{first, {}};
        double sum = 0.0;
        for (int x = first; x < last; ++x) {
            const double weight = std::max(0.0, 1.0 - std::abs(x + 0.5 - centre) / reach);
            window.weights.push_back(static_cast<float>(weight));
            sum += weight;
        }
        for (float& weight : window.weights) {
            weight /= static_cast<float>(sum);
        }
        result.push_back(std::move(window));
    }
    return result;
}

} // namespace

Image resized(const Image& image, int height, int width) {
    if (image.height == height && image.width == width) {
        return image;
    }
    const std::vector<Window> rows = windows(image.height, height), columns = windows(image.width, width);
    const auto at = [](int channel, int row, int column, int rowCount, int columnCount) {
        return (static_cast<std::size_t>(channel) * static_cast<std::size_t>(rowCount) +
                static_cast<std::size_t>(row)) *
                   static_cast<std::size_t>(columnCount) +
               static_cast<std::size_t>(column);
    };
    Image result{image.channels, height, width, {}};
    std::vector<float> narrowed(static_cast<std::size_t>(image.height) * static_cast<std::size_t>(width));
    for (int c = 0; c < image.channels; ++c) {
        for (int y = 0; y < image.height; ++y) {
            for (int x = 0; x < width; ++x) {
                const Window& window = columns[static_cast<std::size_t>(x)];
                const std::uint8_t* from =
                    image.pixels.data() + at(c, y, window.first, image.height, image.width);
                float sum = 0.0F;
                for (const float weight : window.weights) {
                    sum += weight * static_cast<float>(*from++);
                }
                narrowed[at(0, y, x, image.height, width)] = sum;
            }
        }
        for (const Window& window : rows) {
            for (int x = 0; x < width; ++x) {
                float sum = 0.0F;
                int y = window.first;
                for (const float weight : window.weights) {
                    sum += weight * narrowed[at(0, y++, x, image.height, width)];
                }
                result.pixels.push_back(static_cast<std::uint8_t>(std::clamp(std::lround(sum), 0L, 255L)));
            }
        }
    }
    return result;
}

} // namespace tandem::data

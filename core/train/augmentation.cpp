// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/augmentation.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/data/numbers.h"

#include <cmath>

namespace tandem::train {

namespace {

/// Uniform in [-limit, limit].
std::int64_t offset(Random& random, int limit) {
    return limit == 0
               ? 0
               : static_cast<std::int64_t>(random.below(2 * static_cast<std::uint64_t>(limit) + 1)) - limit;
}

/// How an image is moved: element (y, x) becomes the one at row(y), column(x).
struct Move {
    std::int64_t down = 0, right = 0;
    bool mirrored = false;

    std::int64_t row(std::int64_t y, std::int64_t height) const {
        return std::clamp<std::int64_t>(y - down, 0, height - 1);
    }
    std::int64_t column(std::int64_t x, std::int64_t width) const {
        const std::int64_t moved = std::clamp<std::int64_t>(x - right, 0, width - 1);
        return mirrored ? width - 1 - moved : moved;
    }
};

/// A part of an image that is scaled to the whole: element (y, x) comes from row(y), column(x), between
/// pixels.
struct Crop {
    double scale = 1.0, top = 0.0, left = 0.0; ///< pixels

    static Crop drawn(double most, std::int64_t height, std::int64_t width, Random& random) {
        Crop crop;
        crop.scale = 1.0 - most * random.uniform();
        crop.top = (1.0 - crop.scale) * static_cast<double>(height) * random.uniform();
        crop.left = (1.0 - crop.scale) * static_cast<double>(width) * random.uniform();
        return crop;
    }
    double place(std::int64_t pixel, double start, std::int64_t size) const {
        const double place = start + scale * (static_cast<double>(pixel) + 0.5) - 0.5;
        return std::clamp(place, 0.0, static_cast<double>(size - 1));
    }
};

/// Bilinear.
void scaleUp(std::span<const float> image, std::int64_t height, std::int64_t width, const Crop& crop,
             std::span<float> scaled) {
    for (std::int64_t y = 0; y < height; ++y) {
        const double row = crop.place(y, crop.top, height);
        const auto above = static_cast<std::int64_t>(row), below = std::min(above + 1, height - 1);
        const auto down = static_cast<float>(row - static_cast<double>(above));
        for (std::int64_t x = 0; x < width; ++x) {
            const double column = crop.place(x, crop.left, width);
            const auto left = static_cast<std::int64_t>(column), right = std::min(left + 1, width - 1);
            const auto across = static_cast<float>(column - static_cast<double>(left));
            const auto between = [&](std::int64_t at) {
                return std::lerp(image[static_cast<std::size_t>(at * width + left)],
                                 image[static_cast<std::size_t>(at * width + right)], across);
            };
            scaled[static_cast<std::size_t>(y * width + x)] = std::lerp(between(above), between(below), down);
        }
    }
}

/// Part of an image.
struct Square {
    std::int64_t top = 0, left = 0, bottom = 0, right = 0;
};

/// Around a random point, as far as it lies inside the image.
Square squareAt(int side, std::int64_t height, std::int64_t width, Random& random) {
    const auto y = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(height))) - side / 2;
    const auto x = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(width))) - side / 2;
    return {std::max<std::int64_t>(0, y), std::max<std::int64_t>(0, x), std::min(height, y + side),
            std::min(width, x + side)};
}

} // namespace

void Augmenter::change(std::span<float> batch, const nn::Shape& shape, Random& random) {
    const std::int64_t height = shape.at(2), width = shape.at(3);
    const auto area = static_cast<std::size_t>(height * width);
    original_.resize(area);
    cropped_.resize(augmentation_.crop > 0.0 ? area : 0);
    float* channel = batch.data();
    for (std::int64_t n = 0; n < shape[0]; ++n) {
        Move move;
        move.mirrored = augmentation_.flip && random.below(2) == 1;
        move.down = offset(random, augmentation_.shift);
        move.right = offset(random, augmentation_.shift);
        const Square hole =
            augmentation_.cutOut > 0 ? squareAt(augmentation_.cutOut, height, width, random) : Square{};
        const Crop crop =
            augmentation_.crop > 0.0 ? Crop::drawn(augmentation_.crop, height, width, random) : Crop{};
        for (std::int64_t c = 0; c < shape[1]; ++c, channel += area) {
            std::copy_n(channel, area, original_.begin());
            if (augmentation_.crop > 0.0) {
                scaleUp(original_, height, width, crop, cropped_);
                original_.swap(cropped_);
            }
            for (std::int64_t y = 0; y < height; ++y) {
                const float* from = original_.data() + move.row(y, height) * width;
                for (std::int64_t x = 0; x < width; ++x) {
                    channel[y * width + x] = from[move.column(x, width)];
                }
            }
            for (std::int64_t y = hole.top; y < hole.bottom; ++y) {
                std::fill(channel + y * width + hole.left, channel + y * width + hole.right, 0.0F);
            }
        }
    }
}

double symmetricBeta(double alpha, Random& random) {
    for (;;) {
        const double x = std::pow(random.uniform(), 1.0 / alpha);
        const double y = std::pow(random.uniform(), 1.0 / alpha);
        if (x + y > 0.0 && x + y <= 1.0) {
            return x / (x + y);
        }
    }
}

void mixWithOpposite(std::span<float> rows, std::size_t count, double share) {
    const std::size_t size = rows.size() / count;
    const auto own = static_cast<float>(share), other = static_cast<float>(1.0 - share);
    for (std::size_t n = 0; n < count / 2; ++n) {
        float* a = rows.data() + n * size;
        float* b = rows.data() + (count - 1 - n) * size;
        for (std::size_t i = 0; i < size; ++i) {
            const float first = a[i];
            a[i] = own * first + other * b[i];
            b[i] = own * b[i] + other * first;
        }
    }
}

Augmentation parseAugmentation(std::string_view text) {
    Augmentation made;
    const auto pixels = [](std::string_view name, std::string_view value) {
        const double number = data::numberOf(name, value);
        if (number < 0.0 || number > 1024.0 || number != std::floor(number)) {
            throw inputError("augmentation '{}={}': a whole number of pixels from 0 to 1024 is expected",
                             name, value);
        }
        return static_cast<int>(number);
    };
    for (const std::string_view word : split(text, ',')) {
        const std::size_t equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        const std::string_view value = equals == word.npos ? std::string_view() : word.substr(equals + 1);
        if (word == "flip") {
            made.flip = true;
        } else if (name == "shift") {
            made.shift = pixels(name, value);
        } else if (name == "cutout") {
            made.cutOut = pixels(name, value);
        } else if (name == "mixup") {
            made.mixUp = data::numberOf(name, value);
            if (made.mixUp < 0.0) {
                throw inputError("augmentation 'mixup={}': a number from 0 is expected", value);
            }
        } else if (name == "crop") {
            made.crop = data::numberOf(name, value);
            if (!(made.crop >= 0.0 && made.crop < 1.0)) {
                throw inputError("augmentation 'crop={}': a share from 0 to below 1 is expected", value);
            }
        } else if (word != "none" && !word.empty()) {
            throw inputError(
                "augmentation '{}' is not known; flip, shift=PIXELS, crop=SHARE, cutout=PIXELS and "
                "mixup=ALPHA are",
                word);
        }
    }
    return made;
}

std::string toString(const Augmentation& augmentation) {
    std::string text;
    const auto add = [&](const std::string& word) { text += (text.empty() ? "" : ",") + word; };
    if (augmentation.flip) {
        add("flip");
    }
    if (augmentation.shift > 0) {
        add(fmt::format("shift={}", augmentation.shift));
    }
    if (augmentation.crop > 0.0) {
        add(fmt::format("crop={}", augmentation.crop));
    }
    if (augmentation.cutOut > 0) {
        add(fmt::format("cutout={}", augmentation.cutOut));
    }
    if (augmentation.mixUp > 0.0) {
        add(fmt::format("mixup={}", augmentation.mixUp));
    }
    return text.empty() ? "none" : text;
}

} // namespace tandem::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image.h"

#include "core/base/error.h"
#include "core/data/bytes.h"
#include "core/data/folders.h"
#include "core/data/image_decoders.h"

namespace tandem::data {

namespace {

constexpr std::int64_t kMaxPixels = std::int64_t{1} << 26;

using Decoder = bool (*)(std::span<const std::uint8_t>, Interleaved&, std::string&);

/// By what the file begins with, whatever its name says; none for other formats.
Decoder decoderOf(std::span<const std::uint8_t> file) {
    const auto holds = [&](std::size_t at, std::string_view text) {
        return file.size() > at + text.size() &&
               std::ranges::equal(file.subspan(at, text.size()), text, {}, {},
                                  [](char c) { return static_cast<std::uint8_t>(c); });
    };
    return holds(0, "\x89PNG")                       ? decodePng
           : holds(0, "\xFF\xD8")                    ? decodeJpeg
           : holds(0, "P5") || holds(0, "P6")        ? decodeNetpbm
           : holds(0, "BM")                          ? decodeBmp
           : holds(0, "RIFF") && holds(8, "WEBPVP8") ? decodeWebp
                                                     : nullptr;
}

/// What shows through is black.
void dropTransparency(Interleaved& image) {
    if (image.channels != 2 && image.channels != 4) {
        return;
    }
    const auto stored = static_cast<std::size_t>(image.channels), kept = stored - 1;
    std::size_t to = 0;
    for (std::size_t from = 0; from < image.pixels.size(); from += stored) {
        for (std::size_t c = 0; c < kept; ++c) {
            const int value = image.pixels[from + c] * image.pixels[from + kept];
            image.pixels[to++] = static_cast<std::uint8_t>((value + 127) / 255);
        }
    }
    image.pixels.resize(to);
    --image.channels;
}

/// Channel by channel.
Image arranged(const Interleaved& from) {
    Image image{from.channels, from.height, from.width, {}};
    image.pixels.resize(from.pixels.size());
    const auto channels = static_cast<std::size_t>(from.channels);
    const std::size_t area = from.pixels.size() / channels;
    for (std::size_t i = 0; i < area; ++i) {
        for (std::size_t c = 0; c < channels; ++c) {
            image.pixels[c * area + i] = from.pixels[i * channels + c];
        }
    }
    return image;
}

} // namespace

bool Interleaved::allocate() {
    if (height < 1 || width < 1 || std::int64_t{height} * width > kMaxPixels) {
        return false;
    }
    pixels.resize(rowBytes() * static_cast<std::size_t>(height));
    return true;
}

bool isImageName(const std::filesystem::path& path) {
    constexpr std::array<std::string_view, 11> kEndings{".png", ".jpg",  ".jpeg", ".jpe", ".jfif", ".bmp",
                                                        ".dib", ".webp", ".ppm",  ".pgm", ".pnm"};
    return std::ranges::find(kEndings, lowerExtension(path)) != kEndings.end();
}

Image withChannels(const Image& image, int channels) {
    if (image.channels == channels) {
        return image;
    }
    Image result{channels, image.height, image.width, {}};
    if (image.channels == 1) {
        for (int c = 0; c < channels; ++c) {
            result.pixels.insert(result.pixels.end(), image.pixels.begin(), image.pixels.end());
        }
        return result;
    }
    const std::size_t area = image.pixels.size() / static_cast<std::size_t>(image.channels);
    for (std::size_t i = 0; i < area; ++i) {
        const int red = image.pixels[i], green = image.pixels[area + i], blue = image.pixels[2 * area + i];
        result.pixels.push_back(
            static_cast<std::uint8_t>((299 * red + 587 * green + 114 * blue + 500) / 1000));
    }
    return result;
}

Image readImage(const std::filesystem::path& path, int channels) {
    const std::vector<std::uint8_t> file = readFile(path);
    Interleaved image;
    std::string reason = file.empty() ? "it is empty" : fmt::format("it is none of {}", kImageFormats);
    const Decoder decode = decoderOf(file);
    if (decode == nullptr || !decode(file, image, reason)) {
        throw inputError("{}: the picture cannot be decoded: {}", path.string(), reason);
    }
    dropTransparency(image);
    return withChannels(arranged(image), channels == 0 ? image.channels : channels);
}

} // namespace tandem::data

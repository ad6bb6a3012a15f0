// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image.h"

#include "core/base/error.h"
#include "core/data/bytes.h"

#include <jpeglib.h>
#include <png.h>

#include <csetjmp>

namespace tandem::data {

namespace {

constexpr std::int64_t kMaxPixels = std::int64_t{1} << 26;

/// Rows of interleaved channels, as the decoders give them.
struct Interleaved {
    int channels = 0, height = 0, width = 0;
    std::vector<std::uint8_t> pixels;

    /// Sizes the pixels; false when there would be none or absurdly many.
    bool allocate() {
        if (height < 1 || width < 1 || std::int64_t{height} * width > kMaxPixels) {
            return false;
        }
        pixels.resize(static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
                      static_cast<std::size_t>(width));
        return true;
    }
};

bool decodePng(const std::vector<std::uint8_t>& file, Interleaved& image, std::string& reason) {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    const auto freed = std::unique_ptr<png_image, void (*)(png_image*)>(&png, png_image_free);
    if (png_image_begin_read_from_memory(&png, file.data(), file.size()) != 0) {
        const bool colour = (png.format & PNG_FORMAT_FLAG_COLOR) != 0;
        image.channels = colour ? 3 : 1;
        image.height = static_cast<int>(png.height);
        image.width = static_cast<int>(png.width);
        png.format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
        const png_color black{};
        if (image.allocate() && png_image_finish_read(&png, &black, image.pixels.data(), 0, nullptr) != 0) {
            return true;
        }
    }
    reason = png.message;
    return false;
}

/// libjpeg reports errors by a function that must not return.
struct JpegErrors {
    jpeg_error_mgr manager{}; // first: libjpeg hands back a pointer to it
    std::jmp_buf jump{};
    std::array<char, JMSG_LENGTH_MAX> message{};
};

[[noreturn]] void onJpegError(j_common_ptr state) {
    auto* errors = reinterpret_cast<JpegErrors*>(state->err);
    (*state->err->format_message)(state, errors->message.data());
    std::longjmp(errors->jump, 1);
}

/// No object with a destructor lives in here: onJpegError jumps out of it.
bool decodeJpegRows(jpeg_decompress_struct& state, JpegErrors& errors, const std::vector<std::uint8_t>& file,
                    Interleaved& image) {
    if (setjmp(errors.jump) != 0) {
        return false;
    }
    jpeg_mem_src(&state, file.data(), file.size());
    jpeg_read_header(&state, TRUE);
    state.out_color_space = state.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(&state);
    image.channels = state.output_components;
    image.height = static_cast<int>(state.output_height);
    image.width = static_cast<int>(state.output_width);
    if (!image.allocate()) {
        return false;
    }
    const std::size_t row = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.channels);
    while (state.output_scanline < state.output_height) {
        JSAMPROW to = image.pixels.data() + state.output_scanline * row;
        jpeg_read_scanlines(&state, &to, 1);
    }
    jpeg_finish_decompress(&state);
    return errors.manager.num_warnings == 0;
}

bool decodeJpeg(const std::vector<std::uint8_t>& file, Interleaved& image, std::string& reason) {
    JpegErrors errors;
    jpeg_decompress_struct state{};
    state.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = onJpegError;
    errors.manager.emit_message = [](j_common_ptr common, int level) {
        common->err->num_warnings += level < 0 ? 1 : 0;
    };
    jpeg_create_decompress(&state);
    const bool decoded = decodeJpegRows(state, errors, file, image);
    jpeg_destroy_decompress(&state);
    reason = errors.message[0] != '\0' ? errors.message.data() : "its data are damaged or cut short";
    return decoded;
}

/// Binary PPM (P6) and PGM (P5) of 8 bits; http://netpbm.sourceforge.net/doc/ppm.html.
bool decodeNetpbm(const std::vector<std::uint8_t>& file, Interleaved& image, std::string& reason) {
    std::size_t at = 2;
    const auto number = [&]() -> int {
        while (at < file.size() && (std::isspace(file[at]) != 0 || file[at] == '#')) {
            if (file[at] == '#') {
                while (at < file.size() && file[at] != '\n') {
                    ++at;
                }
            } else {
                ++at;
            }
        }
        int value = 0;
        while (at < file.size() && std::isdigit(file[at]) != 0 && value < 100'000'000) {
            value = value * 10 + (file[at++] - '0');
        }
        return value;
    };
    image.channels = file[1] == '6' ? 3 : 1;
    image.width = number();
    image.height = number();
    const int highest = number();
    ++at;
    if (highest != 255) {
        reason = fmt::format("its highest value is {}, 255 is supported", highest);
        return false;
    }
    if (!image.allocate() || at > file.size() || file.size() - at < image.pixels.size()) {
        reason = "its size is absurd or its data are cut short";
        return false;
    }
    std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(at), image.pixels.size(), image.pixels.begin());
    return true;
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

bool isImageName(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::array<std::string_view, 5> kExtensions{".png", ".jpg", ".jpeg", ".ppm", ".pgm"};
    return std::ranges::find(kExtensions, extension) != kExtensions.end();
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
    std::string reason = "it is no PNG, JPEG, binary PPM or binary PGM file";
    bool decoded = false;
    if (file.size() > 8 && file[0] == 0x89 && file[1] == 'P') {
        decoded = decodePng(file, image, reason);
    } else if (file.size() > 3 && file[0] == 0xFF && file[1] == 0xD8) {
        decoded = decodeJpeg(file, image, reason);
    } else if (file.size() > 8 && file[0] == 'P' && (file[1] == '5' || file[1] == '6')) {
        decoded = decodeNetpbm(file, image, reason);
    }
    if (!decoded) {
        throw inputError("{}: the picture cannot be decoded: {}", path.string(), reason);
    }
    return withChannels(arranged(image), channels == 0 ? image.channels : channels);
}

} // namespace tandem::data

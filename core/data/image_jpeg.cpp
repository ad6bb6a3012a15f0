// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_decoders.h"

#include <jpeglib.h>

#include <csetjmp>
#include <cstdio> // jpeglib.h wants it

namespace tandem::data {

namespace {

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

J_COLOR_SPACE wantedColours(const jpeg_decompress_struct& state) {
    if (state.jpeg_color_space == JCS_CMYK || state.jpeg_color_space == JCS_YCCK) {
        return JCS_CMYK;
    }
    return state.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
}

/// No object with a destructor lives in here: onJpegError jumps out of it.
bool decodeJpegRows(jpeg_decompress_struct& state, JpegErrors& errors, std::span<const std::uint8_t> file,
                    Interleaved& image) {
    if (setjmp(errors.jump) != 0) {
        return false;
    }
    jpeg_mem_src(&state, file.data(), file.size());
    jpeg_read_header(&state, TRUE);
    state.out_color_space = wantedColours(state);
    jpeg_start_decompress(&state);
    image.channels = state.output_components;
    image.height = static_cast<int>(state.output_height);
    image.width = static_cast<int>(state.output_width);
    if (!image.allocate()) {
        return false;
    }
    while (state.output_scanline < state.output_height) {
        JSAMPROW to = image.pixels.data() + state.output_scanline * image.rowBytes();
        jpeg_read_scanlines(&state, &to, 1);
    }
    jpeg_finish_decompress(&state);
    return errors.manager.num_warnings == 0;
}

/// Inks to light: what cyan, magenta and yellow leave of white, and black of that. Adobe's programs store how
/// much ink is missing.
void turnInksToColours(Interleaved& image, bool storesMissingInk) {
    const auto light = [&](std::uint8_t ink) { return storesMissingInk ? ink : 255 - ink; };
    std::size_t to = 0;
    for (std::size_t from = 0; from < image.pixels.size(); from += 4) {
        const int black = light(image.pixels[from + 3]);
        for (std::size_t ink = 0; ink < 3; ++ink) {
            image.pixels[to++] =
                static_cast<std::uint8_t>((light(image.pixels[from + ink]) * black + 127) / 255);
        }
    }
    image.pixels.resize(to);
    image.channels = 3;
}

} // namespace

bool decodeJpeg(std::span<const std::uint8_t> file, Interleaved& image, std::string& reason) {
    JpegErrors errors;
    jpeg_decompress_struct state{};
    state.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = onJpegError;
    errors.manager.emit_message = [](j_common_ptr common, int level) {
        common->err->num_warnings += level < 0 ? 1 : 0;
    };
    jpeg_create_decompress(&state);
    const bool decoded = decodeJpegRows(state, errors, file, image);
    if (decoded && image.channels == 4) {
        turnInksToColours(image, state.saw_Adobe_marker != FALSE);
    }
    jpeg_destroy_decompress(&state);
    reason = errors.message[0] != '\0' ? errors.message.data() : kCutShort;
    return decoded;
}

} // namespace tandem::data

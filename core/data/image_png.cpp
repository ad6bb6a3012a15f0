// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_decoders.h"

#include <png.h>

#include <csetjmp>
#include <cstring>

namespace tandem::data {

namespace {

/// libpng reports errors by a function that must not return.
struct PngSource {
    std::span<const std::uint8_t> rest;
    std::jmp_buf jump{};
    std::array<char, 128> message{};
};

[[noreturn]] void onPngError(png_structp png, png_const_charp message) {
    auto* source = static_cast<PngSource*>(png_get_error_ptr(png));
    std::strncpy(source->message.data(), message, source->message.size() - 1);
    std::longjmp(source->jump, 1);
}

void readPng(png_structp png, png_bytep to, std::size_t count) {
    auto* source = static_cast<PngSource*>(png_get_io_ptr(png));
    if (count > source->rest.size()) {
        png_error(png, kCutShort);
    }
    std::memcpy(to, source->rest.data(), count);
    source->rest = source->rest.subspan(count);
}

/// No object with a destructor lives in here: onPngError jumps out of it.
bool decodePngRows(png_structp png, png_infop info, PngSource& source, Interleaved& image) {
    if (setjmp(source.jump) != 0) {
        return false;
    }
    png_set_read_fn(png, &source, readPng);
    png_read_info(png, info);
    png_set_expand(png);   // palettes to colours, 1 to 4 bits to 8, a transparent colour to an alpha channel
    png_set_scale_16(png); // 16 bits to 8, rounded
    const int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    image.channels = png_get_channels(png, info);
    image.height = static_cast<int>(png_get_image_height(png, info));
    image.width = static_cast<int>(png_get_image_width(png, info));
    if (!image.allocate()) {
        png_error(png, kAbsurdSize);
    }
    for (int pass = 0; pass < passes; ++pass) {
        png_bytep row = image.pixels.data();
        for (int y = 0; y < image.height; ++y, row += image.rowBytes()) {
            png_read_row(png, row, nullptr);
        }
    }
    png_read_end(png, nullptr); // checks the last checksum
    return true;
}

} // namespace

bool decodePng(std::span<const std::uint8_t> file, Interleaved& image, std::string& reason) {
    PngSource source;
    source.rest = file;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, onPngError,
                                             [](png_structp, png_const_charp) {});
    png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
    const bool decoded = info != nullptr && decodePngRows(png, info, source, image);
    png_destroy_read_struct(&png, &info, nullptr);
    reason = source.message.data();
    return decoded;
}

} // namespace tandem::data

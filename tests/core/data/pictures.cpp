// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/data/pictures.h"

#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

#include <cstdio> // jpeglib.h wants it
#include <cstdlib>
#include <memory>

namespace tandem::test {

namespace {

std::string littleEndian(std::uint32_t number, int bytes = 4) {
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text += static_cast<char>(number >> (8 * i) & 0xFF);
    }
    return text;
}

void setPalette(png_structp png, png_infop info, const PngForm& form) {
    std::vector<png_color> entries;
    for (std::size_t i = 0; i + 2 < form.palette.size(); i += 3) {
        const auto at = [&](std::size_t j) { return static_cast<png_byte>(form.palette[i + j]); };
        entries.push_back({at(0), at(1), at(2)});
    }
    if (!entries.empty()) {
        png_set_PLTE(png, info, entries.data(), static_cast<int>(entries.size()));
    }
    if (!form.transparent.empty()) {
        std::vector<png_byte> alpha(form.transparent.begin(), form.transparent.end());
        png_set_tRNS(png, info, alpha.data(), static_cast<int>(alpha.size()), nullptr);
    }
}

} // namespace

std::string png(const PngForm& form, const std::string& rows) {
    std::string bytes;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(
        png, &bytes,
        [](png_structp at, png_bytep data, std::size_t count) {
            static_cast<std::string*>(png_get_io_ptr(at))->append(reinterpret_cast<char*>(data), count);
        },
        nullptr);
    png_set_IHDR(png, info, static_cast<png_uint_32>(form.width), static_cast<png_uint_32>(form.height),
                 form.bits, form.colourType, form.isInterlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (form.gamma > 0.0) {
        png_set_gAMA(png, info, form.gamma);
    }
    setPalette(png, info, form);
    png_write_info(png, info);
    const int passes = png_set_interlace_handling(png);
    const std::size_t row = rows.size() / static_cast<std::size_t>(form.height);
    for (int pass = 0; pass < passes; ++pass) {
        for (std::size_t at = 0; at < rows.size(); at += row) {
            png_write_row(png, reinterpret_cast<png_const_bytep>(rows.data() + at));
        }
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return bytes;
}

std::string jpeg(const std::vector<std::uint8_t>& components, bool isAdobe) {
    jpeg_error_mgr errors{};
    jpeg_compress_struct state{};
    state.err = jpeg_std_error(&errors);
    jpeg_create_compress(&state);
    unsigned char* memory = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&state, &memory, &size);
    state.image_width = state.image_height = 8;
    state.input_components = static_cast<int>(components.size());
    state.in_color_space = components.size() == 1   ? JCS_GRAYSCALE
                           : components.size() == 3 ? JCS_RGB
                                                    : JCS_CMYK;
    jpeg_set_defaults(&state);
    jpeg_set_quality(&state, 100, TRUE);
    state.write_Adobe_marker = isAdobe ? TRUE : FALSE;
    jpeg_start_compress(&state, TRUE);
    std::vector<std::uint8_t> row;
    for (int x = 0; x < 8; ++x) {
        row.insert(row.end(), components.begin(), components.end());
    }
    for (int y = 0; y < 8; ++y) {
        JSAMPROW from = row.data();
        jpeg_write_scanlines(&state, &from, 1);
    }
    jpeg_finish_compress(&state);
    jpeg_destroy_compress(&state);
    const std::unique_ptr<unsigned char, decltype(&std::free)> freed(memory, std::free);
    return {reinterpret_cast<const char*>(memory), size};
}

std::string webp(int width, int height, const std::vector<std::uint8_t>& pixels) {
    std::uint8_t* memory = nullptr;
    const std::size_t size = WebPEncodeLosslessRGBA(pixels.data(), width, height, 4 * width, &memory);
    const std::unique_ptr<std::uint8_t, decltype(&WebPFree)> freed(memory, WebPFree);
    return {reinterpret_cast<const char*>(memory), size};
}

std::string bmp(int width, int height, int bits, int compression, std::size_t paletteBytes,
                const std::string& rest) {
    const auto start = static_cast<std::uint32_t>(54 + paletteBytes);
    return "BM" + littleEndian(static_cast<std::uint32_t>(54 + rest.size())) + littleEndian(0) +
           littleEndian(start) + littleEndian(40) + littleEndian(static_cast<std::uint32_t>(width)) +
           littleEndian(static_cast<std::uint32_t>(height)) + littleEndian(1, 2) +
           littleEndian(static_cast<std::uint32_t>(bits), 2) +
           littleEndian(static_cast<std::uint32_t>(compression)) + std::string(20, '\0') + rest;
}

} // namespace tandem::test

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_decoders.h"

#include <webp/decode.h>

namespace tandem::data {

bool decodeWebp(std::span<const std::uint8_t> file, Interleaved& image, std::string& reason) {
    WebPBitstreamFeatures features{};
    reason = kCutShort;
    if (WebPGetFeatures(file.data(), file.size(), &features) != VP8_STATUS_OK) {
        return false;
    }
    if (features.has_animation != 0) {
        reason = "it is a film; still pictures are read";
        return false;
    }
    const bool hasAlpha = features.has_alpha != 0;
    image.channels = hasAlpha ? 4 : 3;
    image.height = features.height;
    image.width = features.width;
    if (!image.allocate()) {
        reason = kAbsurdSize;
        return false;
    }
    auto* const decode = hasAlpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
    return decode(file.data(), file.size(), image.pixels.data(), image.pixels.size(),
                  static_cast<int>(image.rowBytes())) != nullptr;
}

} // namespace tandem::data

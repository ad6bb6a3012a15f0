// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/layer_checksums.h"

#include "core/codegen/text_files.h"
#include "core/quant/arithmetic/executor.h"

#include <zlib.h>

#include <charconv>
#include <sstream>

namespace tandem::codegen {

namespace {

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

std::optional<std::uint32_t> hexadecimal(const std::string& text) {
    std::uint32_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return code == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

} // namespace

std::uint32_t mapChecksum(std::span<const std::int32_t> map, const quant::IntegerTensor& tensor) {
    const std::int64_t pixels = std::int64_t{tensor.shape.height} * tensor.shape.width;
    const std::uint32_t mask = (1U << tensor.format.bits) - 1U;
    std::vector<Bytef> bytes;
    bytes.reserve(map.size());
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
        for (int channel = 0; channel < tensor.shape.channels; ++channel) {
            bytes.push_back(
                static_cast<Bytef>(static_cast<std::uint32_t>(map[at(channel * pixels + pixel)]) & mask));
        }
    }
    return static_cast<std::uint32_t>(
        crc32(crc32(0, nullptr, 0), bytes.data(), static_cast<uInt>(bytes.size())));
}

std::vector<std::vector<std::uint32_t>> layerChecksums(const quant::IntegerNetwork& network,
                                                       std::span<const std::vector<std::int32_t>> inputs) {
    const quant::Executor executor(network);
    std::vector<std::vector<std::uint32_t>> checksums(network.layers.size());
    for (const std::vector<std::int32_t>& input : inputs) {
        const std::vector<std::vector<std::int32_t>> maps = executor.run(input);
        for (std::size_t l = 0; l < network.layers.size(); ++l) {
            const std::size_t tensor = at(network.layers[l].output);
            checksums[l].push_back(mapChecksum(maps[tensor], network.tensors[tensor]));
        }
    }
    return checksums;
}

std::string checksumText(const quant::IntegerNetwork& network,
                         const std::vector<std::vector<std::uint32_t>>& checksums) {
    std::string text = "# layer, CRC-32 of its result for each input, name\n";
    for (std::size_t l = 0; l < checksums.size(); ++l) {
        text += fmt::format("{}", l);
        for (const std::uint32_t checksum : checksums[l]) {
            text += fmt::format(" {:08x}", checksum);
        }
        text += fmt::format(" {}\n", commentText(network.layers[l].name));
    }
    return text;
}

std::vector<LayerChecksum> parseLayerChecksums(const std::string& output) {
    std::vector<LayerChecksum> found;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string tag, what, frame, crc, value;
        LayerChecksum read;
        if (words >> tag >> what >> read.layer >> frame >> read.input >> crc >> value && tag == "tandem:" &&
            what == "layer" && frame == "frame" && crc == "crc") {
            read.crc = hexadecimal(value);
            if (words >> value && value == "cycle") {
                words >> read.cycle;
            }
            found.push_back(read);
        }
    }
    return found;
}

std::optional<LayerDifference> firstDifference(const std::vector<std::vector<std::uint32_t>>& golden,
                                               std::span<const LayerChecksum> found) {
    for (std::size_t layer = 0; layer < golden.size(); ++layer) {
        for (std::size_t input = 0; input < golden[layer].size(); ++input) {
            const auto said = std::ranges::find_if(found, [&](const LayerChecksum& checksum) {
                return checksum.layer == layer && checksum.input == input;
            });
            if (said == found.end() || said->crc != golden[layer][input]) {
                return LayerDifference{layer, input, said == found.end()};
            }
        }
    }
    return std::nullopt;
}

} // namespace tandem::codegen

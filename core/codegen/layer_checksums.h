// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// CRC-32 of every layer's result: what tells where two executions of a network part.
namespace tandem::codegen {

/// CRC-32 (of zlib and Ethernet) of a feature map given as channel, row, column: its elements in the order
/// row, column, channel, one byte each, the element's bits in two's complement with zeros above.
std::uint32_t mapChecksum(std::span<const std::int32_t> map, const quant::IntegerTensor& tensor);

/// Per layer of the network and per input: the checksum that the reference executor gives.
std::vector<std::vector<std::uint32_t>> layerChecksums(const quant::IntegerNetwork& network,
                                                       std::span<const std::vector<std::int32_t>> inputs);

/// The same as a table for people: a line a layer.
std::string checksumText(const quant::IntegerNetwork& network,
                         const std::vector<std::vector<std::uint32_t>>& checksums);

/// What a run said about one layer's result for one input.
struct LayerChecksum {
    std::size_t layer = 0, input = 0;
    std::optional<std::uint32_t> crc; ///< none: undefined bits
    std::int64_t cycle = 0; ///< in which the last beat left the layer; 0 where the run has no cycles
};

/// The layers that the output of a generated program or test bench tells of, lines of the form
/// "tandem: layer 3 frame 0 crc 1234abcd", with " cycle 567" behind where the run has cycles.
std::vector<LayerChecksum> parseLayerChecksums(const std::string& output);

/// Where a run first leaves the golden checksums: the earliest layer, of its inputs the first.
struct LayerDifference {
    std::size_t layer = 0, input = 0;
    bool missing = false; ///< the run said nothing about it
};
std::optional<LayerDifference> firstDifference(const std::vector<std::vector<std::uint32_t>>& golden,
                                               std::span<const LayerChecksum> found);

} // namespace tandem::codegen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/pipeline/weights.h"

#include "core/base/error.h"
#include "core/codegen/rtl/pipeline/images.h"

#include <bit>
#include <limits>
#include <utility>

namespace tandem::codegen {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// Parts of the image begin where a burst can begin that never crosses 4096 bytes, as AXI wants it.
constexpr std::int64_t kAlignment = 4096;

std::int64_t aligned(std::int64_t bytes) {
    return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

std::string wires(int layer, int stepBits, int wordBits) {
    return fmt::format("    wire w{0}_ready, w{0}_take;\n    wire [{1}:0] w{0}_step;\n"
                       "    wire [{2}:0] w{0}_data;\n",
                       layer, stepBits - 1, wordBits - 1);
}

} // namespace

std::vector<StreamedWeights> streamedWeights(const hw::Workload& workload,
                                             const hw::pipeline::Netlist& netlist) {
    std::vector<StreamedWeights> streams;
    std::int64_t offset = 0;
    for (int l = 0; l < static_cast<int>(netlist.weightStreams.size()); ++l) {
        if (const std::optional<hw::pipeline::WeightStream>& stream = netlist.weightStreams[at(l)]) {
            streams.push_back({l, *stream, offset});
            offset = aligned(offset + stream->imageBytes());
            if (offset > std::numeric_limits<std::int32_t>::max()) {
                throw inputError(
                    "layer '{}': with its weights, {} bytes stream from memory; {} can be addressed",
                    workload.layers[at(l)].name, offset, std::numeric_limits<std::int32_t>::max());
            }
        }
    }
    return streams;
}

std::string streamedImage(const quant::IntegerNetwork& network, const hw::Workload& workload,
                          const hw::pipeline::Parameters& parameters, const hw::pipeline::Netlist& netlist) {
    std::string text;
    std::int64_t bytes = 0;
    for (const StreamedWeights& weights : streamedWeights(workload, netlist)) {
        for (; bytes < weights.offset; ++bytes) {
            text += "00\n";
        }
        const std::size_t l = at(weights.layer);
        const MemoryImage image = weightImage(std::get<quant::ConvolutionLayer>(network.layers[l].op),
                                              workload.layers[l], parameters.foldings[l], netlist.engines[l]);
        text += image.bytes(weights.stream.beatsPerWord * weights.stream.busBits / 8);
        bytes += weights.stream.imageBytes();
    }
    return text;
}

std::vector<Bus> weightBuses(std::span<const StreamedWeights> streams) {
    std::vector<Bus> buses;
    for (const StreamedWeights& weights : streams) {
        buses.push_back(memoryBus(weights.bus(), memoryReadPorts(weights.stream.busBits)));
    }
    return buses;
}

std::string weightPorts(std::span<const StreamedWeights> streams) {
    if (streams.empty()) {
        return {};
    }
    std::string text = fmt::format("    input  wire [31:0] {},\n", kWeightsBase);
    for (const Bus& bus : weightBuses(streams)) {
        for (const BusPort& port : bus.ports) {
            const std::string range = port.width > 0 ? fmt::format("[{}:0] ", port.width - 1) : "";
            text +=
                fmt::format("    {} wire {}{},\n", port.output ? "output" : "input ", range, port.physical);
        }
    }
    return text;
}

std::string steadyWeightPorts(std::span<const StreamedWeights> streams) {
    std::string text;
    for (const StreamedWeights& weights : streams) {
        text += fmt::format("    assign {0}_arsize = 3'd{1};\n    assign {0}_arburst = 2'b01;\n"
                            "    assign {0}_rready = 1'b1;\n"
                            "    wire unused_w{2} = &{{1'b0, {0}_rresp, {0}_rlast}};\n\n",
                            weights.bus(), std::countr_zero(at(weights.stream.busBits / 8)), weights.layer);
    }
    return text;
}

void connectWeights(Instance& convolution, int layer) {
    for (const auto& [port, wire] : {std::pair{"weight_ready", "ready"},
                                     {"weight_take", "take"},
                                     {"weight_step", "step"},
                                     {"weight", "data"}}) {
        convolution.port(port, fmt::format("w{}_{}", layer, wire));
    }
}

std::string weightRom(int layer, int stepBits, int wordBits, bool block, const std::string& file) {
    return wires(layer, stepBits, wordBits) +
           fmt::format("    assign w{0}_ready = 1'b1;\n    wire unused_take{0} = w{0}_take;\n"
                       "    tandem_rom #(\n"
                       "        .WIDTH({1}), .DEPTH({2}), .ADDRESS({3}), .BLOCK({4}), .FILE(\"{5}\")\n"
                       "    ) weights{0} (.clk(aclk), .address(w{0}_step), .data(w{0}_data));\n\n",
                       layer, wordBits, std::int64_t{1} << stepBits, stepBits, block ? 1 : 0, file);
}

std::string weightStream(const StreamedWeights& weights, int stepBits) {
    const hw::pipeline::WeightStream& stream = weights.stream;
    Instance made("tandem_weight_stream", fmt::format("weights{}", weights.layer));
    made.parameter("BUS", stream.busBits);
    made.parameter("WORD", stream.wordBits);
    made.parameter("WORDS", stream.words);
    made.parameter("OFFSET", weights.offset);
    made.parameter("RING_LOG2", stream.ringLog2);
    made.parameter("BURST_LOG2", stream.burstLog2);
    made.port("base", kWeightsBase);
    for (const char* port : {"arvalid", "arready", "araddr", "arlen", "rvalid", "rdata"}) {
        made.port(port, fmt::format("{}_{}", weights.bus(), port));
    }
    for (const auto& [port, wire] : {std::pair{"ready", "ready"}, {"take", "take"}, {"word", "data"}}) {
        made.port(port, fmt::format("w{}_{}", weights.layer, wire));
    }
    return wires(weights.layer, stepBits, stream.wordBits) +
           fmt::format("    wire unused_step{0} = &{{1'b0, w{0}_step}};\n", weights.layer) + made.text();
}

} // namespace tandem::codegen

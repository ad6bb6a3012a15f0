// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/codegen/cpp/cpp.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"
#include "tests/core/support/any_integer_network.h"
#include "tests/core/support/shared_files.h"

#include <cstdio>
#include <set>

namespace tandem {
namespace {

namespace fs = std::filesystem;

/// Writes networks as generated C++, a folder each, and counts what they are made of.
class Writer {
  public:
    explicit Writer(fs::path folder) : folder_(std::move(folder)) {}

    void write(const quant::IntegerNetwork& network, const std::string& name,
               const std::vector<std::vector<std::int32_t>>& inputs,
               quant::WeightStorage storage = quant::WeightStorage::Packed) {
        ++written_;
        codegen::writeCpp(network, inputs, fs::path(TANDEM_SOURCE_DIR) / "resources/cpp", folder_ / name,
                          {.weights = storage, .speed = std::nullopt});
        for (const quant::IntegerLayer& layer : network.layers) {
            kinds_.insert(layer.op.index());
        }
        for (const quant::PackedLayer& layer : quant::pack(network, storage).layers) {
            count(layer);
        }
    }

    bool metEveryKind() const { return kinds_.size() == std::variant_size_v<quant::IntegerOperator>; }
    void print() const {
        std::printf(
            "%d networks, %zu of %zu kinds of layers; %d convolutions, %d need 64 bits to rescale, %d have "
            "packed weights\n",
            written_, kinds_.size(), std::variant_size_v<quant::IntegerOperator>, convolutions_, wide_,
            packed_);
    }

  private:
    void count(const quant::PackedLayer& layer) {
        const auto add = [this](const auto& op) {
            ++convolutions_;
            wide_ += op.scale.narrow ? 0 : 1;
            packed_ += op.weightBits < 8 ? 1 : 0;
        };
        if (const auto* convolution = std::get_if<quant::PackedConvolution>(&layer.op)) {
            add(*convolution);
        } else if (const auto* depthwise = std::get_if<quant::PackedDepthwise>(&layer.op)) {
            add(*depthwise);
        }
    }

    fs::path folder_;
    std::set<std::size_t> kinds_;
    int written_ = 0, convolutions_ = 0, wide_ = 0, packed_ = 0;
};

void writeRandom(Writer& writer, std::uint64_t seed, int layers, int extent, int channels) {
    test::RandomIntegerNetwork make(seed);
    const quant::IntegerNetwork network = make.make(layers, extent, channels);
    std::vector<std::vector<std::int32_t>> inputs;
    for (int i = 0; i < 3; ++i) {
        inputs.push_back(make.input(network));
    }
    writer.write(network, "random" + std::to_string(seed), inputs,
                 seed % 3 == 0 ? quant::WeightStorage::Bytes : quant::WeightStorage::Packed);
}

/// Largest weights and inputs alone, where sums of products in 16 bits would be the first to overflow. With a
/// `shift` very small or large, 32 bits do not do for rescaling.
void writeExtreme(Writer& writer, std::uint64_t seed, int shift) {
    test::RandomIntegerNetwork make(seed, false);
    quant::IntegerNetwork network = make.make(9, 12, 40);
    for (quant::IntegerLayer& layer : network.layers) {
        if (auto* op = std::get_if<quant::ConvolutionLayer>(&layer.op)) {
            op->weightBits = 8;
            for (std::int8_t& weight : op->weights) {
                weight = weight < 0 ? -127 : 127;
            }
            if (shift >= 0) {
                op->requantization.multiplier.assign(op->bias.size(), 65535);
                op->requantization.shift = {shift};
            }
            const auto input = static_cast<std::size_t>(layer.inputs.front());
            op->accumulatorBits = quant::accumulatorBitsNeeded(*op, network.tensors[input].format);
        }
    }
    const quant::IntegerTensor& entry = network.tensors[static_cast<std::size_t>(network.input())];
    const auto count = static_cast<std::size_t>(entry.shape.count());
    std::vector<std::vector<std::int32_t>> inputs{std::vector<std::int32_t>(count, entry.format.low()),
                                                  std::vector<std::int32_t>(count, entry.format.high())};
    writer.write(network, "extreme" + std::to_string(seed), inputs);
}

/// A network that others trained, with weights of so many bits; none where the reference models are not here.
void writeReference(Writer& writer, const std::string& model, int weightBits) {
    const fs::path path = test::sharedFile("models/" + model + ".onnx");
    if (path.empty()) {
        std::printf("%s is not here\n", model.c_str());
        return;
    }
    const nn::Graph prepared = nn::prepare(onnx::importOnnx(path));
    quant::QuantizationOptions options;
    options.layers.assign(quant::lower(prepared).layers.size(), {weightBits, 8});
    const quant::IntegerNetwork network =
        quant::quantize(prepared, quant::uniformInputs(prepared, 4, 1), options);
    const quant::IntegerTensor& entry = network.tensors[static_cast<std::size_t>(network.input())];
    Random random(1);
    std::vector<std::int32_t> input(static_cast<std::size_t>(entry.shape.count()));
    for (std::int32_t& value : input) {
        value = entry.format.low() + static_cast<int>(random.below(1U << entry.format.bits));
    }
    writer.write(network, model + "_" + std::to_string(weightBits), {input});
}

int writeAll(const fs::path& folder) {
    Writer writer(folder);
    for (const std::uint64_t seed : {9000, 9003, 9011}) {
        writeRandom(writer, seed, 4, 20, 90);
    }
    for (std::uint64_t seed = 1000; seed < 1006 || (!writer.metEveryKind() && seed < 1020); ++seed) {
        writeRandom(writer, seed, 9, 14, 8);
    }
    for (const int shift : {-1, 0, 40}) {
        writeExtreme(writer, 3000 + static_cast<std::uint64_t>(shift + 1), shift);
        writeExtreme(writer, 3100 + static_cast<std::uint64_t>(shift + 1), shift);
    }
    writeReference(writer, "resnet8_cifar10", 8);
    writeReference(writer, "resnet8_cifar10", 4);
    writeReference(writer, "mobilenetv1_025_vww", 8);
    writeReference(writer, "autoencoder_ad_qdq", 8);
    writeReference(writer, "autoencoder_ad_qdq", 4);
    writer.print();
    return writer.metEveryKind() ? 0 : 1;
}

} // namespace
} // namespace tandem

// usage: arm_networks FOLDER    Writes random networks of every kind of layer, and reference ones that are
// here.
int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: arm_networks FOLDER\n");
        return 2;
    }
    return tandem::writeAll(argv[1]);
}

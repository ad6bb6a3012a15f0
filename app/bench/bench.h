// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

namespace tandem::cli {

struct BenchArguments {
    std::string name;
    std::vector<std::filesystem::path> models;
    double seconds = 10.0;
    int designs = 60;
    std::uint64_t seed = 1;
    int networks = 24;
    int epochs = 0;  ///< 0: the benchmark's own
    int samples = 0; ///< 0: all
    int seeds = 3;
};

/// What a benchmark found: a table for people and an object with every figure, the target it is held against
/// and "met".
struct BenchResult {
    std::string table;
    nlohmann::ordered_json json;
};

/// Points evaluated per second of a whole search (ask, cost, predicted agreement, archive, snapshots) on the
/// sample network, at one thread and at all, and whether both gave the same front. Target: 100,000 points/s
/// on two cores.
BenchResult benchSearch(const BenchArguments& arguments);

/// Whole networks through quantization, export, C++, simulation and synthesis: outputs exact, cycles and
/// resources as modelled.
BenchResult benchNetworks(const BenchArguments& arguments);

/// The fast path of the integer executor beside the reference loop and beside oneDNN's convolutions in
/// floating point, by turns, on one thread. Targets: 10 times the reference's rate, half of oneDNN's.
BenchResult benchExecutor(const BenchArguments& arguments);

/// Exported C++ as its own CMake file builds it, beside ONNX Runtime on the same machine in turns, one
/// thread, one input at a time: the best kernels, AVX2's, portable C++ and 4-bit weights. Targets: half of
/// ONNX Runtime's time (the autoencoder: all of it), 1.5 times, 5 times, and 1.5 times that of 8 bits in 0.55
/// of the bytes.
BenchResult benchInference(const BenchArguments& arguments);

/// Generated accelerators beside published ones on the same network and budget: simulated cycles, synthesized
/// resources. Target: at least as good in every figure.
BenchResult benchHardware(const BenchArguments& arguments);

/// Random accelerators, simulated: values exact, cycles of every layer and frame as modelled, values
/// untouched by random stalls. Icarus Verilog and Verilator where each pays, both on a part.
BenchResult benchRtl(const BenchArguments& arguments);

/// LUTs, flip-flops, cell area, DSPs and memories of the measured sample designs in resources/fit: how far
/// the model is off on those that its fit left out. Target: at most 6 % on average and 20 % anywhere, counts
/// exact.
BenchResult benchResources(const BenchArguments& arguments);

/// Layers per second and core whose cycles and resources the cost model gives. Target: 10 million.
BenchResult benchCostModel(const BenchArguments& arguments);

/// The rate of a whole training step (batching, forward, backward, update) of a small residual network as a
/// share of the rate of its convolutions as bare oneDNN primitives, per number of threads. Target: 60 %.
BenchResult benchTrain(const BenchArguments& arguments);

/// From an empty study and an untrained network to a trained point, on Fashion-MNIST: supernet, search,
/// fine-tuning. Targets: at most 150,000 weights and 10 million multiply-accumulates, 25 minutes, the integer
/// network's test accuracy 93.0 % at 8 bits and 92.3 % at 4, and within 0.15 points of the rounding float
/// network's.
BenchResult benchAccuracy(const BenchArguments& arguments);

/// Random networks of the space around a small start network, judged with a supernet's weights and trained
/// alone for a short time, on Fashion-MNIST; and the predictor on 200 that it has not seen. Targets:
/// Kendall's tau 0.6, Spearman's rho 0.8, 80 to 98 % inside the interval of 90 %, mean error 0.4 points.
BenchResult benchSupernet(const BenchArguments& arguments);

/// The file of a reference network, which need not exist: in TANDEM_SHARED, or in a folder `shared` beside
/// the working directory.
std::filesystem::path referenceNetwork(const std::string& name);

} // namespace tandem::cli

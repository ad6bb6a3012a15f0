// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/cpp/cpp.h"
#include "core/codegen/text_files.h"
#include "tests/core/support/any_integer_network.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kLibrary = fs::path(TANDEM_SOURCE_DIR) / "resources/cpp";

const std::vector<std::string> kStrict = {"-std=c++17", "-O1",          "-Wall",  "-Wextra",
                                          "-Wpedantic", "-Wconversion", "-Werror"};

/// Compiles with every warning an error.
void compile(std::vector<std::string> arguments, const fs::path& folder,
             const std::string& compiler = "c++") {
    arguments.insert(arguments.begin(), kStrict.begin(), kStrict.end());
    arguments.insert(arguments.begin(), compiler);
    const ProcessResult built = runProcess(arguments, folder, 300);
    ASSERT_EQ(built.exitCode, 0) << built.output;
}

const std::vector<std::string> kSanitized = {"-fsanitize=address,undefined", "-fno-sanitize-recover=all"};

/// The kernels, compiled once for all networks: every path under the sanitizers, or portable C++ alone.
class Kernels {
  public:
    static const fs::path& sanitized() {
        static const Kernels kernels(kSanitized);
        return kernels.object_;
    }
    static const fs::path& portable() {
        static const Kernels kernels({"-DTANDEM_PORTABLE"});
        return kernels.object_;
    }

    static const fs::path& small() {
        static const Kernels kernels({"-DTANDEM_SMALL", kSanitized[0], kSanitized[1]});
        return kernels.object_;
    }

  private:
    explicit Kernels(std::vector<std::string> flags) : object_(scratch_.path() / "kernels.o") {
        flags.insert(flags.end(), {"-c", (kLibrary / "tandem_kernels.cpp").string(), "-o", object_.string()});
        compile(flags, scratch_.path());
    }

    test::TemporaryFolder scratch_;
    fs::path object_;
};

ProcessResult buildAndRun(const fs::path& folder) {
    std::vector<std::string> arguments = kSanitized;
    arguments.insert(arguments.end(), {"network.cpp", "weights.cpp", "golden_test.cpp",
                                       Kernels::sanitized().string(), "-o", "golden"});
    compile(arguments, folder);
    return runProcess({(folder / "golden").string()}, folder, 60);
}

std::vector<std::vector<std::int32_t>> inputsOf(test::RandomIntegerNetwork& make,
                                                const quant::IntegerNetwork& network, int count) {
    std::vector<std::vector<std::int32_t>> inputs;
    for (int i = 0; i < count; ++i) {
        inputs.push_back(make.input(network));
    }
    return inputs;
}

TEST(WriteCpp, RandomNetworksAreExactWhenCompiledAndRun) {
    const test::TemporaryFolder scratch;
    std::set<std::size_t> kinds;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        test::RandomIntegerNetwork make(1000 + seed);
        const quant::IntegerNetwork network = make.make(9, 14);
        for (const quant::IntegerLayer& layer : network.layers) {
            kinds.insert(layer.op.index());
        }
        const fs::path folder = scratch.path() / std::to_string(seed);
        writeCpp(network, inputsOf(make, network, 3), kLibrary, folder,
                 {.weights = seed % 3 == 0 ? quant::WeightStorage::Bytes : quant::WeightStorage::Packed,
                  .speed = std::nullopt});
        const ProcessResult run = buildAndRun(folder);
        EXPECT_EQ(run.exitCode, 0) << "seed " << seed << ": " << run.output;
        EXPECT_THAT(run.output, HasSubstr("3 of 3 vectors exact"));
    }
    EXPECT_EQ(kinds.size(), std::variant_size_v<quant::IntegerOperator>) << "every kind was met";
}

TEST(WriteCpp, ItsTestFailsWhenABiasIsChanged) {
    const test::TemporaryFolder scratch;
    test::RandomIntegerNetwork make(4);
    quant::IntegerNetwork network = make.make(1);
    while (!std::holds_alternative<quant::ConvolutionLayer>(network.layers.back().op) ||
           std::get<quant::ConvolutionLayer>(network.layers.back().op).weightBits < 8) {
        network = make.make(1);
    }
    auto& op = std::get<quant::ConvolutionLayer>(network.layers.back().op);
    op.requantization.multiplier.assign(op.requantization.multiplier.size(), 1);
    op.requantization.shift = {0};
    op.requantization.low = network.tensors.back().format.low();
    op.requantization.high = network.tensors.back().format.high();
    op.bias.assign(op.bias.size(), 0);
    const auto inputs = inputsOf(make, network, 2);
    writeCpp(network, inputs, kLibrary, scratch.path() / "network");
    for (std::int32_t& bias : op.bias) {
        bias = 20000; // every output saturates
    }
    op.accumulatorBits = 32;
    writeCpp(network, inputs, kLibrary, scratch.path() / "other");
    fs::copy_file(scratch.path() / "other/weights.cpp", scratch.path() / "network/weights.cpp",
                  fs::copy_options::overwrite_existing);
    EXPECT_EQ(buildAndRun(scratch.path() / "network").exitCode, 1);
}

TEST(WriteCpp, NamesFromTheModelCannotBreakTheCode) {
    const test::TemporaryFolder scratch;
    test::RandomIntegerNetwork make(12);
    quant::IntegerNetwork network = make.make(3);
    network.name = "9 lives */ \\\nint main(){}";
    for (quant::IntegerLayer& layer : network.layers) {
        layer.name = "a/b:0 \"quoted\" \\\n#error broken";
    }
    writeCpp(network, inputsOf(make, network, 1), kLibrary, scratch.path());
    EXPECT_EQ(buildAndRun(scratch.path()).exitCode, 0);
    for (const char* file : {"network.h", "network_c.h", "network.cpp", "weights.h", "weights.cpp",
                             "golden_test.cpp", "CMakeLists.txt", "README.md", "tandem_kernels.h"}) {
        EXPECT_THAT(readText(scratch.path() / file), HasSubstr("belongs to")) << file;
    }
}

TEST(WriteCpp, RefusesWhatItCannotWrite) {
    test::RandomIntegerNetwork make(2);
    const quant::IntegerNetwork network = make.make(2);
    EXPECT_THROW(writeCpp(network, {}, kLibrary, "/tmp"), Error);
    EXPECT_THROW(writeCpp(network, inputsOf(make, network, 1), kLibrary, "/proc/nowhere"), Error);
}

TEST(WriteCpp, PackedWeightsAreSmallerAndPortableCodeIsExact) {
    const test::TemporaryFolder scratch;
    test::RandomIntegerNetwork make(21);
    const quant::IntegerNetwork network = make.make(8, 12, 40);
    EXPECT_LT(pack(network, quant::WeightStorage::Packed).constantBytes(),
              pack(network, quant::WeightStorage::Bytes).constantBytes());
    writeCpp(network, inputsOf(make, network, 3), kLibrary, scratch.path());
    compile({"network.cpp", "weights.cpp", "golden_test.cpp", Kernels::portable().string(), "-o", "golden"},
            scratch.path());
    EXPECT_EQ(runProcess({(scratch.path() / "golden").string()}, scratch.path(), 60).exitCode, 0);
}

TEST(WriteCpp, BuildsForLittleMemoryAreExact) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        const test::TemporaryFolder scratch;
        test::RandomIntegerNetwork make(60 + seed);
        const quant::IntegerNetwork network = make.make(8, 20, seed == 0 ? 90 : 20);
        writeCpp(network, inputsOf(make, network, 3), kLibrary, scratch.path());
        std::vector<std::string> arguments = kSanitized;
        arguments.insert(arguments.end(), {"-DTANDEM_SMALL", "network.cpp", "weights.cpp", "golden_test.cpp",
                                           Kernels::small().string(), "-o", "golden"});
        compile(arguments, scratch.path());
        const ProcessResult run = runProcess({(scratch.path() / "golden").string()}, scratch.path(), 60);
        EXPECT_EQ(run.exitCode, 0) << "seed " << seed << ": " << run.output;
    }
}

constexpr const char* kThreadsMain = R"(
#include "network.h"
#include <cstring>
#include <thread>
#include <vector>
using namespace net_random;
static void parallelFor(void* used, int count, void (*task)(void*, int), void* context) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
        threads.emplace_back(task, context, i);
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    *static_cast<int*>(used) += 1;
}
int main() {
    static Workspace workspace;
    static InputElement input[2 * kInputSize];
    static OutputElement one[2 * kOutputSize], many[2 * kOutputSize];
    for (int i = 0; i < 2 * kInputSize; ++i) {
        input[i] = static_cast<InputElement>(kInputLowest + i * 31 % (kInputHighest - kInputLowest + 1));
    }
    int used = 0;
    Options options;
    options.parallelFor = parallelFor;
    options.pool = &used;
    options.threads = 3;
    run(input, one, workspace);
    run(input + kInputSize, one + kOutputSize, workspace);
    runBatch(input, many, 2, workspace, options);
    return used > 0 && std::memcmp(one, many, sizeof one) == 0 ? 0 : 1;
}
)";

TEST(WriteCpp, ThreadsGiveTheSame) {
    const test::TemporaryFolder scratch;
    test::RandomIntegerNetwork make(31);
    quant::IntegerNetwork network = make.make(3, 40, 60);
    writeCpp(network, inputsOf(make, network, 1), kLibrary, scratch.path());
    std::string source = readText(scratch.path() / "network.cpp");
    const std::string least = "kWorthSharing = 200000.0"; // random networks are small
    source.replace(source.find(least), least.size(), "kWorthSharing = 1.0");
    writeText(scratch.path() / "network.cpp", source);
    writeText(scratch.path() / "threads.cpp", kThreadsMain);
    compile({"-fsanitize=thread", "-DTANDEM_THREADS=3", "network.cpp", "weights.cpp", "threads.cpp",
             "tandem_kernels.cpp", "-o", "threads"},
            scratch.path());
    const ProcessResult run = runProcess({(scratch.path() / "threads").string()}, scratch.path(), 60);
    EXPECT_EQ(run.exitCode, 0) << run.output;
}

constexpr const char* kCMain = R"(
#include <net_random/network_c.h>
#include <stdlib.h>
int main(void) {
    static net_random_input input[NET_RANDOM_INPUT_SIZE];
    static net_random_output output[NET_RANDOM_OUTPUT_SIZE];
    static float reals[NET_RANDOM_OUTPUT_SIZE];
    const size_t size = (net_random_workspace_size() + 63) / 64 * 64;
    void* workspace = aligned_alloc(64, size);
    net_random_run_batch(input, output, 1, workspace);
    net_random_dequantize(output, reals, NET_RANDOM_OUTPUT_SIZE);
    free(workspace);
    return net_random_kernels()[0] == 0;
}
)";

/// Builds the package as its CMake file does, installs it, and uses it from C through pkg-config and from
/// Python.
TEST(WriteCpp, ThePackageServesCAndPython) {
    const test::TemporaryFolder scratch;
    test::RandomIntegerNetwork make(41);
    const quant::IntegerNetwork network = make.make(4);
    writeCpp(network, inputsOf(make, network, 2), kLibrary, scratch.path(),
             {.weights = quant::WeightStorage::Packed,
              .speed = measureSpeed(network, make.input(network), quant::WeightStorage::Packed)});
    EXPECT_THAT(readText(scratch.path() / "README.md"), HasSubstr("Measured where it was exported"));
    writeText(scratch.path() / "main.c", kCMain);
    const std::string script = R"(set -e
cmake -S . -B build -DBUILD_SHARED_LIBS=ON -DCMAKE_INSTALL_PREFIX="$PWD/installed" -DCMAKE_INSTALL_LIBDIR=lib
cmake --build build -j2
ctest --test-dir build
./build/network_profile 3
cmake --install build
export PKG_CONFIG_PATH="$PWD/installed/lib/pkgconfig"
cc -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror -Iinstalled/include main.c -o use_c $(pkg-config --cflags --libs net_random)
LD_LIBRARY_PATH=installed/lib ./use_c
python3 example.py build/libnet_random.so
)";
    const ProcessResult run = runProcess({"bash", "-c", script}, scratch.path(), 300);
    EXPECT_EQ(run.exitCode, 0) << run.output;
    EXPECT_THAT(run.output, HasSubstr("kernels: "));
}

TEST(Identifier, IsLegalWhateverTheName) {
    EXPECT_EQ(identifier("functional_1/conv2d_3/BiasAdd:0"), "functional_1_conv2d_3_biasadd_0");
    EXPECT_EQ(identifier("9 lives"), "n9_lives");
    EXPECT_EQ(identifier("***"), "network");
    EXPECT_LE(identifier(std::string(200, 'a')).size(), 40U);
}

} // namespace
} // namespace tandem::codegen

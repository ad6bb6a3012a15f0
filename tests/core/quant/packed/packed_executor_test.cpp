// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/quant/arithmetic/executor.h"
#include "core/quant/packed/packed_executor.h"
#include "tests/core/support/any_integer_network.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace tandem::quant {
namespace {

/// All paths that this processor can run.
std::span<const tandem_kernels::Kernels* const> everyPath() {
    static std::array<const tandem_kernels::Kernels*, 8> paths{};
    static const int count = tandem_kernels::availableKernels(paths.data(), static_cast<int>(paths.size()));
    return {paths.data(), static_cast<std::size_t>(count)};
}

void expectExact(const IntegerNetwork& network, test::RandomIntegerNetwork& make, std::uint64_t seed) {
    const Executor reference(network);
    for (const tandem_kernels::Kernels* path : everyPath()) {
        for (const WeightStorage storage : {WeightStorage::Bytes, WeightStorage::Packed}) {
            PackedExecutor executor(network, storage, *path);
            const std::vector<std::int32_t> input = make.input(network);
            ASSERT_EQ(executor.output(input), reference.output(input))
                << "seed " << seed << ", path " << path->name
                << (storage == WeightStorage::Packed ? ", packed" : "");
        }
    }
}

TEST(PackedExecutor, EveryPathGivesTheReferencesIntegers) {
    std::set<std::size_t> kinds;
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        test::RandomIntegerNetwork make(5000 + seed);
        const IntegerNetwork network = make.make(1 + static_cast<int>(seed % 12), 12);
        for (const IntegerLayer& layer : network.layers) {
            kinds.insert(layer.op.index());
        }
        ASSERT_NO_FATAL_FAILURE(expectExact(network, make, seed));
    }
    EXPECT_EQ(kinds.size(), std::variant_size_v<IntegerOperator>) << "every kind was met";
}

TEST(PackedExecutor, EveryPathIsExactOnManyChannels) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        test::RandomIntegerNetwork make(9000 + seed);
        const IntegerNetwork network = make.make(4, 20, 90);
        ASSERT_NO_FATAL_FAILURE(expectExact(network, make, seed));
    }
}

TEST(PackedExecutor, CopiesHaveMemoryOfTheirOwn) {
    test::RandomIntegerNetwork make(77);
    const IntegerNetwork network = make.make(6);
    const std::vector<std::int32_t> a = make.input(network), b = make.input(network);
    PackedExecutor first(network);
    PackedExecutor second(first);
    const auto before = first.output(a);
    second.output(b);
    EXPECT_EQ(first.output(a), before);
}

TEST(PackedExecutor, RefusesInputsThatAreNone) {
    test::RandomIntegerNetwork make(3);
    const IntegerNetwork network = make.make(2);
    PackedExecutor executor(network);
    std::vector<std::int32_t> input = make.input(network);
    input.push_back(0);
    EXPECT_THROW(executor.output(input), Error);
    input.pop_back();
    input.front() = 1000;
    EXPECT_THROW(executor.output(input), Error);
}

TEST(PackedExecutor, StopsWhenAsked) {
    test::RandomIntegerNetwork make(3);
    const IntegerNetwork network = make.make(2);
    PackedExecutor executor(network);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(executor.output(make.input(network), stop.get_token()), Error);
}

} // namespace
} // namespace tandem::quant

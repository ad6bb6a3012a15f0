// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/packed/packed_network.h"

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace tandem::quant {

/// Runs an integer network on the kernels of resources/cpp, as fast as the processor can: the integers of the
/// reference (quant::Executor), bit for bit. Copies share the packed network and have memory of their own: a
/// copy for each thread.
class PackedExecutor {
  public:
    /// Checks the network (see quant::check) and packs it.
    explicit PackedExecutor(const IntegerNetwork& network, WeightStorage storage = WeightStorage::Bytes,
                            const tandem_kernels::Kernels& kernels = tandem_kernels::bestKernels());
    PackedExecutor(const PackedExecutor& other);
    PackedExecutor& operator=(const PackedExecutor&) = delete;

    /// The output tensor for one input, both in the order channel, row, column. Throws Error (Work) where the
    /// input has the wrong count or a value that its format cannot hold, Error (Cancelled) between two layers
    /// once it is asked to stop.
    std::vector<std::int32_t> output(std::span<const std::int32_t> input, const std::stop_token& cancel = {});

  private:
    struct Program;
    void load(std::span<const std::int32_t> input);
    void runLayer(std::size_t index);
    tandem_kernels::Map mapOf(int tensor);

    std::shared_ptr<const Program> program_;
    std::vector<std::uint8_t> memory_, scratch_;
};

} // namespace tandem::quant

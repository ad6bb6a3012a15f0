// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace tandem::quant {

/// The reference execution of an integer network, prepared once for many inputs. Exact: sums in 32 bits (the
/// network's check proves that they fit), the requantization in 64. `run` may be called from many threads at
/// once; put the parallelism there.
class Executor {
  public:
    /// Checks the network (see quant::check) and keeps a copy of what it needs.
    explicit Executor(const IntegerNetwork& network);

    /// Every tensor of the network, elements channel, row, column. Throws Error (Work) where the input has
    /// the wrong count or a value that its format cannot hold, Error (Cancelled) between two layers once it
    /// is asked to stop.
    std::vector<std::vector<std::int32_t>> run(std::span<const std::int32_t> input,
                                               const std::stop_token& cancel = {}) const;

    /// Only the output tensor.
    std::vector<std::int32_t> output(std::span<const std::int32_t> input,
                                     const std::stop_token& cancel = {}) const;

  private:
    IntegerNetwork network_;
    /// Per layer the weights as 16-bit numbers (empty for layers without weights).
    std::vector<std::vector<std::int16_t>> weights_;
};

} // namespace tandem::quant

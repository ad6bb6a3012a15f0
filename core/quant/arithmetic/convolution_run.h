// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/arithmetic/integer_network.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tandem::quant {

/// One convolution: patches of some output pixels are gathered (im2col), then multiplied. Keeps references to
/// what it is made of.
class ConvolutionRun {
  public:
    /// `weights`: the layer's as 16-bit numbers.
    ConvolutionRun(const ConvolutionLayer& op, std::span<const std::int16_t> weights, const MapShape& in,
                   const MapShape& out);

    /// `output` has its size already.
    void operator()(const std::vector<std::int32_t>& input, std::vector<std::int32_t>& output) const;

  private:
    void gather(const std::vector<std::int32_t>& input, int group, int pixel, std::int16_t* patch) const;
    void multiply(const std::vector<std::int16_t>& patches, int channel, int first, int count,
                  std::vector<std::int32_t>& output) const;

    const ConvolutionLayer& op_;
    std::span<const std::int16_t> weights_;
    const MapShape &in_, &out_;
    int groupInputs_, groupOutputs_;
    std::size_t patchLength_;
};

} // namespace tandem::quant

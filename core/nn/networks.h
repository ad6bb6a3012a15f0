// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <cstdint>

/// Published networks that are no file: their topology, with weights drawn from a seed.
namespace tandem::nn {

/// SkyNet (Zhang et al., MLSys 2020, arXiv:1909.09709), the winner of the DAC system design contest 2019, as
/// its authors' models.py has it: 3x160x320 in, six bundles of depth-wise 3x3 and point-wise convolution with
/// batch normalization and ReLU6 (48, 96, 192, 384, 512, 96 channels), a maximum pool behind each of the
/// first three, the third bundle's map past the pool by space to depth (192 to 768 channels) in front of the
/// last bundle, and a point-wise convolution to 10 channels (two anchors of five numbers) of 20x40 cells.
/// 463.7 million multiply-accumulates.
Graph skyNet(std::uint64_t seed = 1);

} // namespace tandem::nn

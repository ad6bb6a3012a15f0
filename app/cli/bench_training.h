// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/hw/device.h"
#include "core/nn/graph.h"
#include "core/space/joint_space.h"

#include <cstdint>

/// What the benchmarks of training have in common: data, a network to start from, a space around it.
namespace tandem::cli {

/// Random networks with fewer bits are not worth comparing: all of them fail alike.
inline constexpr int kFewestUsefulBits = 4;

/// Debian's dataset-fashion-mnist, mean 0 and deviation 1. Throws Error (Input) where it is not installed.
data::Dataset fashionMnist();

/// 28x28 grey images to 10 classes: three stages of residual blocks of 3x3 convolutions, random weights,
/// prepared.
nn::Graph startNetwork(std::uint64_t seed);

/// The same with a stem at full resolution and wider stages: 116,298 weights, 9.1 million
/// multiply-accumulates.
nn::Graph largerStartNetwork(std::uint64_t seed);

/// A device on which every point is allowed: nothing here depends on hardware.
hw::Device roomyDevice();

/// What an engineer would leave of the space: at least kFewestUsefulBits, at least half of the channels, and
/// kernels that stride stay as they are (a 1x1 in place of a 3x3 would not see three pixels of four).
space::Ranges rangesOfPractice(const space::JointSpace& joint);

struct NetworkSize {
    std::int64_t parameters = 0; ///< weights and biases
    std::int64_t operations = 0; ///< multiply-accumulates for one input
};

/// Of a prepared graph.
NetworkSize sizeOf(const nn::Graph& prepared);

} // namespace tandem::cli

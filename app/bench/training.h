// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/hw/device/device.h"
#include "core/nn/graph.h"
#include "core/space/joint_space.h"

#include <cstdint>

/// What the benchmarks of training have in common: data, a network to start from, a space around it.
namespace tandem::cli {

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

/// What an engineer would leave of the space: at least 4 bits, and kernels that stride stay as they are (a
/// 1x1 in place of a 3x3 would not see three pixels of four).
point::Ranges rangesOfPractice(const space::JointSpace& joint);

} // namespace tandem::cli

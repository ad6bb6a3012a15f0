// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/folding.h"
#include "core/space/joint_space.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tandem::judge {

/// One layer of a point's accelerator with everything modelled about it alone.
struct LayerDetails {
    hw::Layer layer;
    hw::Folding folding;       ///< of a folded design: its columns and rows
    std::int64_t macs = 0;     ///< multiply-accumulates per frame
    std::int64_t interval = 0; ///< cycles per frame that the layer alone needs
    hw::Resources resources;   ///< its engine, buffers and weight memory; none where layers share one
    hw::Energy energy;         ///< dynamic, one frame, picojoules; DRAM where the layer reads the frame or
                               ///< writes the result
    double staticPj = 0.0;     ///< its share of the static energy, by the cycles that the layers work
    double load = 0.0;         ///< its interval over the slowest layer's: 1 is the bottleneck
};

/// Every layer of a design in the order of its workload. `staticMj`: the device's static energy of one frame.
std::vector<LayerDetails> layerDetails(const space::Design& design, const hw::Device& device,
                                       double staticMj = 0.0);

/// The same of a point as a search has it; none where its accelerator cannot be built. Throws Error (Input)
/// when the encoding is not a point of the space.
std::vector<LayerDetails> layerDetails(const space::JointSpace& joint, const point::Encoding& encoding);

/// "conv 3x3 s2", "depth-wise 5x5", "max pool 2x2", "add", "fully connected".
std::string describe(const hw::Layer& layer);

} // namespace tandem::judge

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/nn/graph.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tandem::hw {

/// What the host does for every frame, with its modelled cost.
struct HostOperator {
    std::string name; ///< of the node
    std::string kind; ///< "Softmax", "quantize"
    double operations = 0;
    double bytes = 0; ///< read and written
    double milliseconds = 0;
};

/// Time of an operator on the device's host: computing and moving overlap, so the longer of the two; 0 where
/// the device does not state its host.
double hostMilliseconds(double operations, double bytes, const Device& device);

/// The operators of a host part of a network, in order, in 32-bit floating point. A multiply-accumulate
/// counts as two operations, a transcendental function as twenty, moving an element as one.
std::vector<HostOperator> hostOperators(const nn::Graph& part, const Device& device);

/// Everything on the host around an accelerator that takes `inputs` and gives `outputs` elements: the part
/// before it, making integers of real numbers, making real numbers of integers, the part behind it.
std::vector<HostOperator> hostOperators(const nn::Graph& before, std::int64_t inputs, std::int64_t outputs,
                                        const nn::Graph& after, const Device& device);

double totalMilliseconds(std::span<const HostOperator> operators);

} // namespace tandem::hw

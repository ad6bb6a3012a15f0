// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/rtl/common/memory.h"
#include "core/hw/pipeline/engine.h"
#include "core/quant/arithmetic/integer_network.h"

#include <string>

/// Memory images that only the engines of a pipeline read.
namespace tandem::codegen {

/// The words of a convolution's weight memory in the order of the engine's steps. Where lanes of a grouped
/// convolution reach beyond its groups, the groups become zeros of a dense convolution. Where products share
/// a DSP, weights stand as tandem_packed_product takes them.
MemoryImage weightImage(const quant::ConvolutionLayer& op, const hw::Layer& layer, const hw::Folding& folding,
                        const hw::pipeline::Engine& engine);

/// `parameters` with what its weight memories hold of the network, so that their block RAM is modelled
/// exactly.
hw::pipeline::Parameters withWeightColumns(const quant::IntegerNetwork& network, const hw::Workload& workload,
                                           hw::pipeline::Parameters parameters);

/// The words of a Select's list, one for each output beat: {lane, beat} of the channel for every lane.
std::string selectImage(const hw::Layer& layer, int lanes);

} // namespace tandem::codegen

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/judge/supernet/shared_network.h"
#include "core/judge/supernet/slice.h"
#include "core/quant/lowering/lowering.h"
#include "core/quant/tuning/rounding_graph.h"
#include "core/space/decoder.h"
#include "core/train/trainable_network.h"

#include <vector>

namespace tandem::judge {

/// One network of the space in the form in which it is trained, and where its parameters lie in the shared
/// blocks. Its constants are zeros until they are gathered.
struct SubNetwork {
    nn::Graph prepared; ///< as JointSpace::network() makes it
    quant::Lowering lowering;
    quant::IntegerNetwork start; ///< its formats and widths, nothing else
    quant::RoundingGraph rounding;
    std::vector<train::Parameter> parameters; ///< of the rounding graph
    std::vector<Slice> slices;                ///< of every parameter
};

/// Makes sub-networks. Places are found by letting space::changedNetwork() cut constants that are their own
/// indices, so they cannot disagree with the network that a point stands for.
class SubNetworkMaker {
  public:
    /// Both must outlive this. Throws Error (Input) naming a layer whose weights are too many to be numbered.
    SubNetworkMaker(const space::Decoder& decoder, const SharedNetwork& shared, int inputBits);

    /// Throws Error (Input) when the encoding is not a point, or a parameter is part of neither an
    /// accelerator layer nor the host tail and so cannot be shared.
    SubNetwork make(const point::Encoding& encoding) const;

  private:
    const space::Decoder& decoder_;
    const SharedNetwork& shared_;
    int inputBits_;
    nn::Graph numbered_; ///< every weight and bias is its own index
};

/// The rounding graph with these parameters (of SubNetwork::parameters) as its constants.
nn::Graph withParameters(const SubNetwork& network, const train::ParameterBlocks& parameters);

} // namespace tandem::judge

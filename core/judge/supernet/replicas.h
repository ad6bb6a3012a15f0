// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/judge/supernet/sub_network.h"
#include "core/train/sharded_batch.h"

#include <cstdint>
#include <map>
#include <memory>

namespace tandem::judge {

/// A sub-network ready to compute batches.
struct Replica {
    Replica(SubNetwork made, const data::Dataset& dataset, train::TrainingOptions options);

    SubNetwork network;
    train::ShardedBatch batch;
    std::uint64_t lastUse = 0;
};

/// Keeps the sub-networks that were used last ready, since oneDNN's primitives are costly to make. What is
/// kept does not change any result.
class Replicas {
  public:
    /// `maker` and `dataset` must outlive this. At most `limit` are kept, at least 1.
    Replicas(const SubNetworkMaker& maker, const data::Dataset& dataset, train::TrainingOptions options,
             int limit);

    /// Stays valid until the next call.
    Replica& at(const point::Encoding& encoding);

  private:
    const SubNetworkMaker& maker_;
    const data::Dataset& dataset_;
    train::TrainingOptions options_;
    std::size_t limit_;
    std::uint64_t uses_ = 0;
    std::map<point::Encoding, std::unique_ptr<Replica>> kept_;
};

} // namespace tandem::judge

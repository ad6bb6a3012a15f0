// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline/netlist.h"
#include "core/hw/pipeline/replay/replay.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace tandem::hw::pipeline {

/// All blocks of a netlist at work for some frames, woken when a stream beside them has moved on. The
/// workload must outlive it.
class Machine {
  public:
    /// `memory`: streams of a machine that is done, whose memory is used again.
    Machine(const Workload& workload, Netlist netlist, int frames, std::vector<Stream> memory = {});
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    /// Runs until nothing moves, or until a frame's last beat leaves in another cycle than `wanted` says
    /// (empty: any will do).
    void run(std::span<const Time> wanted = {});

    const Netlist& netlist() const { return netlist_; }
    const Stream& stream(int channel) const { return streams_[static_cast<std::size_t>(channel)]; }
    /// Per beat: cycle in which it leaves the accelerator.
    const std::vector<Time>& left() const { return left_; }
    /// Per frame that has left: the cycle of its last beat.
    std::vector<Time> lastBeats() const;
    /// Ends the machine.
    std::vector<Stream> releaseMemory() { return std::move(streams_); }

  private:
    std::unique_ptr<Process> processOf(const Workload& workload, const Block& block, int frames);
    std::vector<Stream*> streamsOf(const std::vector<int>& channels);
    std::int64_t outputFrame() const;

    Netlist netlist_;
    std::vector<Stream> streams_;
    std::vector<std::vector<std::size_t>> beside_; ///< per stream: its producer and consumer
    std::vector<std::unique_ptr<Process>> processes_;
    std::vector<Time> left_;
};

} // namespace tandem::hw::pipeline

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/search/setting.h"
#include "core/search/visited.h"

#include <functional>
#include <vector>

namespace tandem::search {

/// What every algorithm's proposals go through, and wait in until they are handed out: nothing is proposed
/// twice, everything lies inside the ranges, the imported network comes first, and a small space is searched
/// to its last point.
class ProposalPool {
  public:
    explicit ProposalPool(const Setting& setting);

    /// The ranges from now on; what waits is dropped, and may be proposed again.
    void setRanges(const point::Ranges& ranges);
    /// Never proposes the encoding any more.
    void know(const point::Encoding& encoding) { known_.insert(encoding); }

    /// The parameters that have more than one choice left.
    const std::vector<std::size_t>& freeParameters() const { return free_; }
    /// Uniform in the ranges.
    point::Encoding randomEncoding(Random& random) const;
    /// The nearest encoding inside the ranges.
    point::Encoding clamped(point::Encoding encoding) const;

    /// A proposal inside the ranges. `attempt` counts up while proposals turn out to be known already, and
    /// asks for bolder ones.
    using Propose = std::function<Proposal(Random& random, int attempt)>;
    /// Lets one more proposal wait: the first of all is the imported network; the others are what `propose`
    /// gives, after twelve vain attempts a random one, at last the next by counting. False when every point
    /// inside the ranges is known.
    bool add(Random& random, const Propose& propose);

    std::size_t waiting() const { return waiting_.size() - handedOut_; }
    /// Hands out up to `count` of those that wait, the first first.
    std::vector<Proposal> take(std::size_t count);

    void save(ByteWriter& to) const;
    /// Of a pool just made with the ranges that were in force. Throws Error (Input).
    void load(ByteReader& from, const KnownPoints& known);

  private:
    bool isNew(const point::Encoding& encoding) const;
    Proposal proposed(point::Encoding encoding, point::Move move) const;
    bool addNext();
    bool wait(Proposal proposal);

    point::Encoding imported_;
    std::uint8_t algorithm_;
    point::Ranges ranges_;
    std::vector<std::size_t> free_;
    bool triedImported_ = false;

    Visited known_; // handed out or told
    std::vector<Proposal> waiting_;
    std::size_t handedOut_ = 0; // of waiting_, the first ones
    Visited waitingEncodings_;

    // Counting through the ranges, for spaces so small that chance stops finding new points.
    point::Encoding cursor_;
    bool exhausted_ = false;
};

/// For the states of algorithms.
void saveProposal(ByteWriter& to, const Proposal& proposal);
/// Throws Error (Input) where the bytes end early or hold what does not exist.
Proposal loadProposal(ByteReader& from);

} // namespace tandem::search

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/proposal_pool.h"

#include <algorithm>
#include <iterator>

namespace tandem::search {

namespace {

constexpr int kAttempts = 24; // before the search counts through the ranges
constexpr std::size_t kLeastProposalBytes = 8 + 8 + 4 + 3;

} // namespace

ProposalPool::ProposalPool(const Setting& setting)
    : imported_(setting.space.importedPoint()), algorithm_(setting.number) {
    setRanges(setting.rules.ranges);
}

void ProposalPool::setRanges(const point::Ranges& ranges) {
    ranges_ = ranges;
    free_.clear();
    cursor_.clear();
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
        cursor_.push_back(ranges_[i].low);
        if (ranges_[i].low < ranges_[i].high) {
            free_.push_back(i);
        }
    }
    exhausted_ = false;
    waiting_.clear();
    handedOut_ = 0;
    waitingEncodings_.clear();
}

bool ProposalPool::isNew(const point::Encoding& encoding) const {
    return !waitingEncodings_.contains(encoding) && !known_.contains(encoding);
}

bool ProposalPool::wait(Proposal proposal) {
    if (!isNew(proposal.encoding)) {
        return false;
    }
    waitingEncodings_.insert(proposal.encoding);
    waiting_.push_back(std::move(proposal));
    return true;
}

Proposal ProposalPool::proposed(point::Encoding encoding, point::Move move) const {
    Proposal proposal{std::move(encoding), {}, point::Fidelity::Estimate};
    proposal.origin.algorithm = algorithm_;
    proposal.origin.move = move;
    return proposal;
}

bool ProposalPool::add(Random& random, const Propose& propose) {
    if (!std::exchange(triedImported_, true) && wait(proposed(clamped(imported_), point::Move::Imported))) {
        return true;
    }
    if (exhausted_) {
        return false;
    }
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        if (wait(attempt < kAttempts / 2 ? propose(random, attempt)
                                         : proposed(randomEncoding(random), point::Move::Random))) {
            return true;
        }
    }
    return addNext();
}

bool ProposalPool::addNext() {
    // What the cursor has passed is known for good, so all scans together visit every encoding once. In a
    // space too large to count through, chance does not fail 24 times in a row.
    while (!exhausted_) {
        point::Encoding encoding = cursor_;
        std::size_t digit = 0;
        while (digit < free_.size() && cursor_[free_[digit]] == ranges_[free_[digit]].high) {
            cursor_[free_[digit]] = ranges_[free_[digit]].low;
            ++digit;
        }
        if (digit == free_.size()) {
            exhausted_ = true;
        } else {
            ++cursor_[free_[digit]];
        }
        if (wait(proposed(std::move(encoding), point::Move::Counting))) {
            return true;
        }
    }
    return false;
}

std::vector<Proposal> ProposalPool::take(std::size_t count) {
    const std::size_t taken = std::min(count, waiting());
    const auto first = waiting_.begin() + static_cast<std::ptrdiff_t>(handedOut_);
    std::vector<Proposal> proposals(std::make_move_iterator(first),
                                    std::make_move_iterator(first + static_cast<std::ptrdiff_t>(taken)));
    for (const Proposal& proposal : proposals) {
        known_.insert(proposal.encoding);
    }
    handedOut_ += taken;
    if (waiting() == 0) {
        waiting_.clear();
        handedOut_ = 0;
        waitingEncodings_.clear();
    }
    return proposals;
}

point::Encoding ProposalPool::randomEncoding(Random& random) const {
    point::Encoding encoding(ranges_.size());
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        const point::Range range = ranges_[i];
        const std::uint64_t width = static_cast<std::uint64_t>(range.high - range.low) + 1;
        encoding[i] = static_cast<std::uint8_t>(range.low + (width == 1 ? 0 : random.below(width)));
    }
    return encoding;
}

point::Encoding ProposalPool::clamped(point::Encoding encoding) const {
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        encoding[i] = std::clamp(encoding[i], ranges_[i].low, ranges_[i].high);
    }
    return encoding;
}

void ProposalPool::save(ByteWriter& to) const {
    to.number(triedImported_);
    to.number(exhausted_);
    to.text({reinterpret_cast<const char*>(cursor_.data()), cursor_.size()});
    to.number(static_cast<std::uint64_t>(waiting()));
    for (std::size_t i = handedOut_; i < waiting_.size(); ++i) {
        saveProposal(to, waiting_[i]);
    }
}

void ProposalPool::load(ByteReader& from, const KnownPoints& known) {
    triedImported_ = from.number<std::uint8_t>() != 0;
    exhausted_ = from.number<std::uint8_t>() != 0;
    const std::string_view cursor = from.text();
    cursor_.assign(cursor.begin(), cursor.end());
    if (cursor_.size() != ranges_.size() || !point::contains(ranges_, cursor_)) {
        throw inputError("a saved search counts through other ranges");
    }
    for (std::size_t id = 0; id < known.count; ++id) {
        know(known.points.evaluated(id).encoding);
    }
    for (const Proposal& proposal : known.open) {
        know(proposal.encoding);
    }
    for (std::uint64_t left = from.count(kLeastProposalBytes); left > 0; --left) {
        Proposal proposal = loadProposal(from);
        if (proposal.encoding.size() != ranges_.size() || !point::contains(ranges_, proposal.encoding) ||
            !wait(std::move(proposal))) {
            throw inputError("a saved search proposes what lies outside its ranges or is known");
        }
    }
}

void saveProposal(ByteWriter& to, const Proposal& proposal) {
    to.text({reinterpret_cast<const char*>(proposal.encoding.data()), proposal.encoding.size()});
    to.number(proposal.origin.parents[0]);
    to.number(proposal.origin.parents[1]);
    to.number(proposal.origin.acquisition);
    to.number(proposal.origin.algorithm);
    to.number(static_cast<std::uint8_t>(proposal.origin.move));
    to.number(static_cast<std::uint8_t>(proposal.fidelity));
}

Proposal loadProposal(ByteReader& from) {
    Proposal proposal;
    const std::string_view encoding = from.text();
    proposal.encoding.assign(encoding.begin(), encoding.end());
    proposal.origin.parents[0] = from.number<std::uint32_t>();
    proposal.origin.parents[1] = from.number<std::uint32_t>();
    proposal.origin.acquisition = from.number<float>();
    proposal.origin.algorithm = from.number<std::uint8_t>();
    const auto move = from.number<std::uint8_t>();
    const auto fidelity = from.number<std::uint8_t>();
    if (move >= point::kMoveCount || fidelity >= point::kFidelityCount) {
        throw inputError("a saved proposal has the move {} and the fidelity {}, which do not exist", move,
                         fidelity);
    }
    proposal.origin.move = static_cast<point::Move>(move);
    proposal.fidelity = static_cast<point::Fidelity>(fidelity);
    return proposal;
}

} // namespace tandem::search

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/folded/program.h"

#include <algorithm>

namespace tandem::hw::folded {

namespace {

constexpr std::int64_t kNever = -(std::int64_t{1} << 62);

/// Chunks of weights and constants in the order in which passes read them, with the two rings they wait for.
class Stream {
  public:
    Stream(const Program& program, const Memory& memory) : memory_(memory) {
        weightsFree_ = std::int64_t{1} << program.machine.ringLog2;
        scalesFree_ = std::int64_t{1} << program.machine.scaleLog2;
        for (const Pass& pass : program.passes) {
            if (!pass.moves()) {
                images_.push_back(&program.images[static_cast<std::size_t>(pass.image)]);
            }
        }
    }

    void freeWeights(std::int64_t cycle, std::int64_t words) { weights_.push_back({cycle + 1, words}); }
    void freeScales(std::int64_t cycle, std::int64_t words) { scales_.push_back({cycle + 1, words}); }

    /// The cycle in which the next chunk is seen to be there. Everything that makes room for it must have
    /// been told before.
    std::int64_t next() {
        const Image& image = *images_[image_];
        const bool opening = chunk_ == 0;
        if (opening) {
            space_ += 2; // look, open
        }
        std::int64_t ask = space_;
        ask = std::max(ask, room(weights_, weightsUsed_, weightsFree_, image.chunkWords));
        if (opening) {
            ask = std::max(ask, room(scales_, scalesUsed_, scalesFree_, image.scales));
            scalesFree_ -= image.scales;
        }
        weightsFree_ -= image.chunkWords;
        const std::int64_t beats = opening ? image.firstBeats : image.beats;
        const std::int64_t last = ask + 1 + memory_.latency + (beats - 1) * memory_.gap;
        space_ = last + 1;
        if (++chunk_ == image.chunks) {
            chunk_ = 0;
            ++image_;
        }
        return last + 1;
    }

  private:
    struct Freed {
        std::int64_t cycle, words;
    };
    /// When `words` are free, from what was freed so far.
    static std::int64_t room(const std::vector<Freed>& freed, std::size_t& used, std::int64_t& available,
                             std::int64_t words) {
        std::int64_t when = kNever;
        while (available < words && used < freed.size()) {
            available += freed[used].words;
            when = freed[used].cycle;
            ++used;
        }
        return when;
    }

    Memory memory_;
    std::vector<const Image*> images_;
    std::size_t image_ = 0;
    int chunk_ = 0;
    std::int64_t space_ = 1; ///< the cycle in which the next chunk is first considered
    std::int64_t weightsFree_ = 0, scalesFree_ = 0;
    std::vector<Freed> weights_, scales_;
    std::size_t weightsUsed_ = 0, scalesUsed_ = 0;
};

/// From an instruction's first cycle to the last cycle of a move.
std::int64_t moveCycles(const Pass& pass, const Machine& machine, const Memory& memory) {
    const std::int64_t beats = pass.words * machine.mapBeats();
    const std::int64_t loaded = 4 + memory.latency + (beats - 1) * memory.gap;
    return pass.kind == Pass::Kind::Load ? loaded : loaded + 4;
}

} // namespace

Timing replay(const Program& program, const Workload& workload, const Memory& memory, std::int64_t arrival) {
    Timing timing;
    timing.layers.assign(workload.layers.size() + 2, 0);
    Stream stream(program, memory);
    std::int64_t last = 0, scalesHeld = 0;
    for (const Pass& pass : program.passes) {
        const std::int64_t begin = last + kFetchCycles;
        timing.begins.push_back(begin);
        stream.freeScales(begin, scalesHeld);
        scalesHeld = 0;
        std::size_t owner = static_cast<std::size_t>(pass.layer);
        if (pass.moves()) {
            last = pass.kind == Pass::Kind::Take ? std::max(begin + 2 + pass.words - 1, arrival) + 1
                                                 : begin + moveCycles(pass, program.machine, memory);
            timing.moving += last - begin;
            if (pass.layer == kNetworkInput) {
                owner = workload.layers.size();
            } else if (pass.region == Region::Output) {
                owner = workload.layers.size() + 1;
            }
        } else {
            const Image& image = program.images[static_cast<std::size_t>(pass.image)];
            const std::int64_t chunks = pass.blockwise ? pass.turns[5] : 1;
            const std::int64_t steps = pass.steps() / chunks;
            std::int64_t wait = begin + 1;
            for (std::int64_t c = 0; c < chunks; ++c) {
                const std::int64_t ready = std::max(wait, stream.next());
                timing.waiting += ready - wait;
                last = ready + steps;
                stream.freeWeights(last, image.chunkWords);
                wait = last + 1;
            }
            scalesHeld = image.scales;
        }
        timing.layers[owner] += last + kFetchCycles - begin;
    }
    timing.latency = last + kFetchCycles;
    timing.begins.push_back(timing.latency);
    return timing;
}

Timing timing(const Workload& workload, const Parameters& parameters, const Memory& memory) {
    return replay(compile(workload, parameters), workload, memory);
}

} // namespace tandem::hw::folded

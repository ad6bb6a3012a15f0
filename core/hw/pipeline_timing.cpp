// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline_timing.h"

#include "core/base/error.h"
#include "core/hw/pipeline_cost.h"

#include <algorithm>
#include <deque>
#include <memory>

namespace tandem::hw::pipeline {

namespace {

using Time = std::int64_t;

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

/// The beats of one stream. Beat j moves in cycle time(j) = max(offer[j], accept[j], time(j - 1) + 1): when
/// the producer has it and the consumer can take it.
class Stream {
  public:
    void reserve(std::int64_t beats) {
        offers_.reserve(at(beats));
        accepts_.reserve(at(beats));
        times_.reserve(at(beats));
    }
    std::int64_t offered() const { return static_cast<std::int64_t>(offers_.size()); }
    std::int64_t accepted() const { return static_cast<std::int64_t>(accepts_.size()); }
    std::int64_t moved() const { return static_cast<std::int64_t>(times_.size()); }
    Time time(std::int64_t beat) const { return times_[at(beat)]; }
    Time offer(std::int64_t beat) const { return offers_[at(beat)]; }

    void addOffer(Time time) {
        offers_.push_back(time);
        settle();
    }
    void addAccept(Time time) {
        accepts_.push_back(time);
        settle();
    }

  private:
    void settle() {
        while (times_.size() < offers_.size() && times_.size() < accepts_.size()) {
            const std::size_t j = times_.size();
            const Time earliest = j == 0 ? 0 : times_[j - 1] + 1;
            times_.push_back(std::max({offers_[j], accepts_[j], earliest}));
        }
    }
    std::vector<Time> offers_, accepts_, times_;
};

/// One block at work: moves on as far as the known beats of its streams allow; says whether it did.
class Process {
  public:
    virtual ~Process() = default;
    virtual bool advance() = 0;
};

/// Port from outside: two registers fed in every cycle that finds room.
class Source : public Process {
  public:
    Source(Stream& out, std::int64_t beats) : out_(out), beats_(beats) {}
    bool advance() override {
        const std::int64_t before = out_.offered();
        while (out_.offered() < beats_) {
            const std::int64_t j = out_.offered();
            if (j >= 2 && out_.moved() <= j - 2) {
                break;
            }
            last_ = std::max(last_ + 1, j >= 2 ? out_.time(j - 2) + 1 : 0);
            out_.addOffer(last_ + 1);
        }
        return out_.offered() != before;
    }

  private:
    Stream& out_;
    std::int64_t beats_;
    Time last_ = -1;
};

/// Port to the outside: two registers emptied in every cycle.
class Sink : public Process {
  public:
    explicit Sink(Stream& in) : in_(in) {}
    bool advance() override {
        const std::size_t before = left_.size();
        const std::int64_t accepts = in_.accepted();
        bool more = true;
        while (more) {
            more = false;
            const std::int64_t j = in_.accepted();
            if (j < static_cast<std::int64_t>(left_.size()) + 2) {
                in_.addAccept(j >= 2 ? left_[at(j - 2)] + 1 : 0);
                more = true;
            }
            while (static_cast<std::int64_t>(left_.size()) < in_.moved()) {
                const Time offer = in_.time(static_cast<std::int64_t>(left_.size())) + 1;
                left_.push_back(std::max(offer, left_.empty() ? 0 : left_.back() + 1));
                more = true;
            }
        }
        return left_.size() != before || in_.accepted() != accepts;
    }
    const std::vector<Time>& left() const { return left_; }

  private:
    Stream& in_;
    std::vector<Time> left_;
};

class Fork : public Process {
  public:
    Fork(Stream& in, std::vector<Stream*> outs) : in_(in), outs_(std::move(outs)) {}
    bool advance() override {
        bool moved = false;
        while (true) {
            const std::int64_t j = in_.accepted();
            if (outs_.front()->offered() == j) {
                if (in_.offered() <= j) {
                    return moved;
                }
                const Time offer = std::max(in_.offer(j), j > 0 ? in_.time(j - 1) + 1 : 0);
                for (Stream* out : outs_) {
                    out->addOffer(offer);
                }
                moved = true;
            }
            Time all = 0;
            for (const Stream* out : outs_) {
                if (out->moved() <= j) {
                    return moved;
                }
                all = std::max(all, out->time(j));
            }
            in_.addAccept(all);
            moved = true;
        }
    }

  private:
    Stream& in_;
    std::vector<Stream*> outs_;
};

class Fifo : public Process {
  public:
    Fifo(Stream& in, Stream& out, int depthLog2) : in_(in), out_(out), depth_(std::int64_t{1} << depthLog2) {}
    bool advance() override {
        bool moved = false, more = true;
        while (more) {
            more = false;
            while (out_.offered() < in_.moved()) {
                out_.addOffer(in_.time(out_.offered()) + 2);
                more = true;
            }
            // A place is free once its word, `read`, has moved to the output register.
            const std::int64_t read = in_.accepted() - depth_;
            if (read < 0 || (read < in_.moved() && (read == 0 || out_.moved() > read - 1))) {
                in_.addAccept(
                    read < 0 ? 0 : std::max(in_.time(read) + 2, read > 0 ? out_.time(read - 1) + 1 : 0));
                more = true;
            }
            moved = moved || more;
        }
        return moved;
    }

  private:
    Stream& in_;
    Stream& out_;
    std::int64_t depth_;
};

class Narrow : public Process {
  public:
    Narrow(Stream& in, Stream& out, int ratio) : in_(in), out_(out), ratio_(ratio) {}
    bool advance() override {
        bool moved = false, more = true;
        while (more) {
            more = false;
            const std::int64_t word = in_.accepted();
            if (word == 0 || out_.moved() > word * ratio_ - 1) {
                in_.addAccept(word == 0 ? 0 : out_.time(word * ratio_ - 1));
                more = true;
            }
            while (out_.offered() / ratio_ < in_.moved()) {
                out_.addOffer(in_.time(out_.offered() / ratio_) + 1);
                more = true;
            }
            moved = moved || more;
        }
        return moved;
    }

  private:
    Stream& in_;
    Stream& out_;
    std::int64_t ratio_;
};

class Widen : public Process {
  public:
    Widen(Stream& in, Stream& out, int ratio) : in_(in), out_(out), ratio_(ratio) {}
    bool advance() override {
        bool moved = false, more = true;
        while (more) {
            more = false;
            const std::int64_t part = in_.accepted();
            const std::int64_t word = part / ratio_;
            const bool waits = part % ratio_ == 0 && word > 0;
            if (!waits || out_.moved() > word - 1) {
                in_.addAccept(waits ? out_.time(word - 1) : 0);
                more = part - in_.moved() < ratio_; // no need to run far ahead
            }
            while ((out_.offered() + 1) * ratio_ <= in_.moved()) {
                out_.addOffer(in_.time((out_.offered() + 1) * ratio_ - 1) + 1);
                more = true;
            }
            moved = moved || more;
        }
        return moved;
    }

  private:
    Stream& in_;
    Stream& out_;
    std::int64_t ratio_;
};

class AddEngine : public Process {
  public:
    AddEngine(Stream& a, Stream& b, Stream& out, const Engine& engine)
        : a_(a), b_(b), out_(out), latency_(engine.latency), places_(std::int64_t{1} << engine.fifoLog2) {}
    bool advance() override {
        const std::int64_t before = out_.offered();
        while (true) {
            const std::int64_t j = out_.offered();
            const std::int64_t freed = j - places_;
            if (a_.offered() <= j || b_.offered() <= j || (freed >= 0 && out_.moved() <= freed)) {
                return out_.offered() != before;
            }
            const Time room = freed >= 0 ? out_.time(freed) + 1 : 0;
            last_ = std::max({a_.offer(j), b_.offer(j), last_ + 1, room});
            a_.addAccept(last_);
            b_.addAccept(last_);
            out_.addOffer(last_ + latency_);
        }
    }

  private:
    Stream& a_;
    Stream& b_;
    Stream& out_;
    int latency_;
    std::int64_t places_;
    Time last_ = -1;
};

/// Convolution and pooling: groups of one pixel after another over the line buffer.
class WindowEngine : public Process {
  public:
    WindowEngine(const Layer& layer, const Engine& engine, Stream& in, Stream& out, int frames)
        : layer_(layer),
          engine_(engine),
          in_(in),
          out_(out),
          height_(std::int64_t{layer.kernelHeight - 1} * layer.dilationHeight + 1),
          width_(std::int64_t{layer.kernelWidth - 1} * layer.dilationWidth + 1),
          places_(std::int64_t{1} << engine.fifoLog2),
          ring_(std::int64_t{1} << engine.ringLog2),
          pixels_(std::int64_t{layer.outputHeight} * layer.outputWidth),
          inputs_(engine.inputFrame * frames),
          allPixels_(pixels_ * frames) {
        ends_.reserve(at(allPixels_));
    }

    bool advance() override {
        bool moved = false, more = true;
        while (more) {
            more = accept();
            more = issue() || more;
            moved = moved || more;
        }
        return moved;
    }

  private:
    struct Place {
        std::int64_t frame, row, column; // of the window's first cell, in the frame
    };
    Place placeOf(std::int64_t pixel) const {
        const std::int64_t index = pixel % pixels_;
        return {pixel / pixels_, index / layer_.outputWidth * layer_.strideHeight - layer_.padTop,
                index % layer_.outputWidth * layer_.strideWidth - layer_.padLeft};
    }
    /// First beat that the ring must keep for `pixel` (may lie before the frame: padding).
    std::int64_t first(std::int64_t pixel) const {
        const Place place = placeOf(pixel);
        return place.frame * engine_.inputFrame +
               (place.row * layer_.inputWidth + place.column) * engine_.inputBeats;
    }
    /// Last beat that `pixel` reads.
    std::int64_t last(std::int64_t pixel) const {
        const Place place = placeOf(pixel);
        const std::int64_t row = std::min<std::int64_t>(place.row + height_, layer_.inputHeight) - 1;
        const std::int64_t column = std::min<std::int64_t>(place.column + width_, layer_.inputWidth) - 1;
        return place.frame * engine_.inputFrame +
               (row * layer_.inputWidth + column + 1) * engine_.inputBeats - 1;
    }

    bool accept() {
        const std::int64_t before = in_.accepted();
        while (in_.accepted() < inputs_) {
            const std::int64_t j = in_.accepted();
            while (keeper_ < allPixels_ && first(keeper_) < j - ring_ + 1) {
                ++keeper_;
            }
            if (keeper_ > static_cast<std::int64_t>(ends_.size())) {
                break;
            }
            in_.addAccept(keeper_ > 0 ? ends_[at(keeper_ - 1)] + 1 : 0);
        }
        return in_.accepted() != before;
    }

    bool issue() {
        const std::int64_t before = out_.offered();
        while (pixel_ < allPixels_) {
            const std::int64_t freed = out_.offered() + engine_.beatsPerGroup - places_ - 1;
            if ((group_ == 0 && in_.moved() <= last(pixel_)) || (freed >= 0 && out_.moved() <= freed)) {
                break;
            }
            Time start = next_;
            if (group_ == 0) {
                start = std::max(start, in_.time(last(pixel_)) + 1);
            }
            if (freed >= 0) {
                start = std::max(start, out_.time(freed) + 1);
            }
            next_ = start + engine_.steps;
            for (int beat = 0; beat < engine_.beatsPerGroup; ++beat) {
                out_.addOffer(next_ - 1 + engine_.latency + beat);
            }
            if (++group_ == engine_.groups) {
                group_ = 0;
                ++pixel_;
                ends_.push_back(next_ - 1);
            }
        }
        return out_.offered() != before;
    }

    const Layer& layer_;
    const Engine& engine_;
    Stream& in_;
    Stream& out_;
    std::int64_t height_, width_, places_, ring_, pixels_, inputs_, allPixels_;
    std::int64_t keeper_ = 0; ///< first pixel that lets the next beat in
    std::int64_t pixel_ = 0;
    int group_ = 0;
    Time next_ = 0;          ///< first cycle in which the next group may start
    std::vector<Time> ends_; ///< per finished pixel: cycle of its last step
};

/// All blocks of a netlist, woken when a stream beside them has moved on.
class Machine {
  public:
    Machine(const Workload& workload, const Netlist& netlist, int frames)
        : netlist_(netlist), streams_(netlist.channels.size()), beside_(netlist.channels.size()) {
        for (std::size_t c = 0; c < streams_.size(); ++c) {
            streams_[c].reserve(netlist.channels[c].frame * frames);
        }
        for (std::size_t b = 0; b < netlist.blocks.size(); ++b) {
            const Block& block = netlist.blocks[b];
            processes_.push_back(processOf(workload, block, frames));
            for (int channel : block.inputs) {
                beside_[at(channel)].push_back(b);
            }
            for (int channel : block.outputs) {
                beside_[at(channel)].push_back(b);
            }
        }
    }

    std::vector<Time> run() {
        std::deque<std::size_t> awake;
        std::vector<bool> queued(processes_.size(), true);
        for (std::size_t b = 0; b < processes_.size(); ++b) {
            awake.push_back(b);
        }
        while (!awake.empty()) {
            const std::size_t b = awake.front();
            awake.pop_front();
            queued[b] = false;
            if (!processes_[b]->advance()) {
                continue;
            }
            const Block& block = netlist_.blocks[b];
            for (const std::vector<int>* side : {&block.inputs, &block.outputs}) {
                for (int channel : *side) {
                    for (std::size_t other : beside_[at(channel)]) {
                        if (other != b && !queued[other]) {
                            queued[other] = true;
                            awake.push_back(other);
                        }
                    }
                }
            }
        }
        return sink_->left();
    }

  private:
    std::unique_ptr<Process> processOf(const Workload& workload, const Block& block, int frames) {
        const auto in = [&](std::size_t i) -> Stream& { return streams_[at(block.inputs[i])]; };
        const auto out = [&](std::size_t i) -> Stream& { return streams_[at(block.outputs[i])]; };
        switch (block.kind) {
        case BlockKind::Source:
            return std::make_unique<Source>(out(0), netlist_.channels[at(block.outputs[0])].frame * frames);
        case BlockKind::Sink: {
            auto sink = std::make_unique<Sink>(in(0));
            sink_ = sink.get();
            return sink;
        }
        case BlockKind::Fork: {
            std::vector<Stream*> outs;
            for (std::size_t i = 0; i < block.outputs.size(); ++i) {
                outs.push_back(&out(i));
            }
            return std::make_unique<Fork>(in(0), outs);
        }
        case BlockKind::Fifo:
            return std::make_unique<Fifo>(in(0), out(0), block.depthLog2);
        case BlockKind::Narrow:
            return std::make_unique<Narrow>(in(0), out(0), block.ratio);
        case BlockKind::Widen:
            return std::make_unique<Widen>(in(0), out(0), block.ratio);
        case BlockKind::Engine:
            break;
        }
        const Layer& layer = workload.layers[at(block.layer)];
        const Engine& engine = netlist_.engines[at(block.layer)];
        if (layer.kind == LayerKind::Add) {
            return std::make_unique<AddEngine>(in(0), in(1), out(0), engine);
        }
        return std::make_unique<WindowEngine>(layer, engine, in(0), out(0), frames);
    }

    const Netlist& netlist_;
    std::vector<Stream> streams_;
    std::vector<std::vector<std::size_t>> beside_; ///< per stream: its producer and consumer
    std::vector<std::unique_ptr<Process>> processes_;
    const Sink* sink_ = nullptr;
};

} // namespace

Replay replay(const Workload& workload, const Netlist& netlist, int frames) {
    const std::vector<Time> left = Machine(workload, netlist, frames).run();
    const std::int64_t frame = netlist.channels[at(netlist.blocks.back().inputs.front())].frame;
    if (static_cast<std::int64_t>(left.size()) != frame * frames) {
        throw workError("the accelerator comes to a standstill after {} of {} output beats", left.size(),
                        frame * frames);
    }
    Replay result;
    result.firstOutput = left.front();
    for (int f = 1; f <= frames; ++f) {
        result.lastOutput.push_back(left[at(frame * f - 1)]);
    }
    return result;
}

Timing exactTiming(const Workload& workload, const Parameters& parameters) {
    const Netlist netlist = netlistOf(workload, parameters);
    // No engine can do better than the closed form; frames that come faster still fill buffers.
    const Time least = interval(workload, parameters);
    constexpr int kMostFrames = 128;
    for (int frames = 4;; frames *= 2) {
        const Replay times = replay(workload, netlist, frames);
        const std::size_t n = times.lastOutput.size();
        const Time last = times.lastOutput[n - 1] - times.lastOutput[n - 2];
        const Time before = times.lastOutput[n - 2] - times.lastOutput[n - 3];
        if ((last == before && last >= least) || frames >= kMostFrames) {
            return {times.firstOutput, times.lastOutput.front(), last};
        }
    }
}

} // namespace tandem::hw::pipeline

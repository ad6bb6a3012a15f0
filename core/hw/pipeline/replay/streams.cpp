// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/replay/replay.h"

namespace tandem::hw::pipeline {

namespace {

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

/// What the beats of a stream wait for that come out of a memory: the last beat that must be there, and the
/// beats that are free once this one is read.
struct StoredBeat {
    std::int64_t needed, freed;
};

/// Two pixels of a Select: a pixel is read when it is complete.
class PixelOrder {
  public:
    PixelOrder(const Layer& layer, const Engine& engine)
        : in_(engine.inputBeats), out_(layer.outputChannels / engine.outputLanes), places_(2 * in_) {}
    StoredBeat beat(std::int64_t index) {
        const std::int64_t pixel = index / out_;
        return {(pixel + 1) * in_ - 1, (pixel + (index % out_ == out_ - 1 ? 1 : 0)) * in_};
    }
    std::int64_t places() const { return places_; }

  private:
    std::int64_t in_, out_, places_;
};

/// The nested loops of a Reorder.
class LoopOrder {
  public:
    LoopOrder(const Layer& layer, const Engine& engine)
        : order_(reorderOf(layer, engine.inputLanes)), places_(std::int64_t{1} << engine.ringLog2) {
        for (std::int64_t extent : order_.extents) {
            beats_ *= extent;
        }
    }
    StoredBeat beat(std::int64_t index) {
        const std::int64_t unit = index / beats_;
        std::int64_t rest = index % beats_, position = 0;
        std::array<std::int64_t, 4> rounds{};
        bool roundEnds = true;
        for (std::size_t level = 0; level < rounds.size(); ++level) {
            rounds[level] = rest % order_.extents[level];
            rest /= order_.extents[level];
            position += rounds[level] * order_.strides[level];
            roundEnds = roundEnds && (level == 3 || rounds[level] == order_.extents[level] - 1);
        }
        const std::int64_t done = rounds[3] + (roundEnds ? 1 : 0);
        const std::int64_t freed = done == order_.extents[3] ? order_.unit : done * order_.freed;
        return {unit * order_.unit + position, unit * order_.unit + freed};
    }
    std::int64_t places() const { return places_; }

  private:
    Reorder order_;
    std::int64_t places_, beats_ = 1;
};

/// A memory that is written as beats come and read in an order of its own, with a register at its output.
template <typename Order>
class Store : public Process {
  public:
    Store(Order order, Stream& in, Stream& out, std::int64_t outputs)
        : order_(std::move(order)), in_(in), out_(out), outputs_(outputs) {}
    bool advance() override {
        bool moved = false, more = true;
        while (more) {
            more = accept();
            more = read() || more;
            moved = moved || more;
        }
        return moved;
    }

  private:
    bool accept() {
        const std::int64_t before = in_.accepted();
        while (in_.accepted() < freed_ + order_.places()) {
            in_.addAccept(freedAt_);
        }
        return in_.accepted() != before;
    }

    bool read() {
        const std::int64_t index = out_.offered();
        if (index >= outputs_ || (index > 0 && out_.moved() < index)) {
            return false;
        }
        const StoredBeat beat = order_.beat(index);
        if (in_.moved() <= beat.needed) {
            return false;
        }
        const Time now = std::max(in_.time(beat.needed) + 1, index > 0 ? out_.time(index - 1) : 0);
        out_.addOffer(now + 1);
        if (beat.freed > freed_) {
            freed_ = beat.freed;
            freedAt_ = now + 1;
        }
        return true;
    }

    Order order_;
    Stream& in_;
    Stream& out_;
    std::int64_t outputs_;
    std::int64_t freed_ = 0;
    Time freedAt_ = 0;
};

/// Modules without registers in the way of the data: every turn a beat of one input goes through, is dropped,
/// or a beat of no input is made.
struct Turn {
    static constexpr int kNone = -1;
    int input = 0; ///< kNone: the module makes a beat of its own
    bool passes = true;
};

/// Of every pixel the beats of one input after those of another.
class ConcatTurns {
  public:
    ConcatTurns(const Layer& layer, const Engine& engine) {
        for (std::size_t i = 0; i < layer.parts.size(); ++i) {
            inputs_.insert(inputs_.end(), at(layer.parts[i] / engine.inputLanes), static_cast<int>(i));
        }
    }
    Turn turn(std::int64_t index) const { return {inputs_[at(index) % inputs_.size()], true}; }

  private:
    std::vector<int> inputs_; ///< per beat of an output pixel
};

/// Some of the beats of every pixel, in their order.
class CropTurns {
  public:
    CropTurns(const Layer& layer, const Engine& engine)
        : beats_(engine.inputBeats),
          first_(layer.channels.front() / engine.inputLanes),
          last_(layer.channels.back() / engine.inputLanes) {}
    Turn turn(std::int64_t index) const { return {0, index % beats_ >= first_ && index % beats_ <= last_}; }

  private:
    std::int64_t beats_, first_, last_;
};

/// Cells apart: those between are made.
class InsertTurns {
  public:
    InsertTurns(const Layer& layer, const Engine& engine)
        : beats_(engine.inputBeats),
          width_(layer.outputWidth),
          factorX_(layer.expandWidth),
          factorY_(layer.expandHeight) {}
    Turn turn(std::int64_t index) const {
        const std::int64_t cell = index / beats_;
        // A frame has a whole number of blocks of rows, so frames need no counter.
        const bool here = cell % width_ % factorX_ == 0 && cell / width_ % factorY_ == 0;
        return {here ? 0 : Turn::kNone, true};
    }

  private:
    std::int64_t beats_, width_, factorX_, factorY_;
};

template <typename Turns>
class Gate : public Process {
  public:
    Gate(Turns turns, std::vector<Stream*> ins, Stream& out, std::int64_t outputs)
        : turns_(std::move(turns)), ins_(std::move(ins)), out_(out), outputs_(outputs) {}
    bool advance() override {
        bool moved = false;
        while (step()) {
            moved = true;
        }
        return moved;
    }

  private:
    /// Finishes the turn if its beat can be known to move, and offers it before that.
    bool step() {
        const Turn turn = turns_.turn(turn_);
        Stream* in = turn.input == Turn::kNone ? nullptr : ins_[at(turn.input)];
        if (in != nullptr && in->offered() <= in->accepted()) {
            return false;
        }
        if (!turn.passes) {
            in->addAccept(last_ + 1);
            return finish(in->time(in->moved() - 1));
        }
        bool offered = false;
        if (out_.offered() == passed_) {
            if (passed_ == outputs_) {
                return false;
            }
            out_.addOffer(in == nullptr ? last_ + 1 : std::max(in->offer(), last_ + 1));
            offered = true;
        }
        if (out_.moved() <= passed_) {
            return offered;
        }
        const Time now = out_.time(passed_++);
        if (in != nullptr) {
            in->addAccept(now);
        }
        return finish(now);
    }

    bool finish(Time now) {
        last_ = now;
        ++turn_;
        return true;
    }

    Turns turns_;
    std::vector<Stream*> ins_;
    Stream& out_;
    std::int64_t outputs_;
    std::int64_t turn_ = 0, passed_ = 0;
    Time last_ = -1;
};

} // namespace

std::unique_ptr<Process> streamProcess(const Layer& layer, const Engine& engine, std::vector<Stream*> ins,
                                       Stream& out, std::int64_t outputs) {
    Stream& in = *ins.front();
    switch (engine.module) {
    case Module::Select:
        return std::make_unique<Store<PixelOrder>>(PixelOrder(layer, engine), in, out, outputs);
    case Module::Reorder:
        return std::make_unique<Store<LoopOrder>>(LoopOrder(layer, engine), in, out, outputs);
    case Module::Concat:
        return std::make_unique<Gate<ConcatTurns>>(ConcatTurns(layer, engine), std::move(ins), out, outputs);
    case Module::Crop:
        return std::make_unique<Gate<CropTurns>>(CropTurns(layer, engine), std::move(ins), out, outputs);
    case Module::Insert:
        return std::make_unique<Gate<InsertTurns>>(InsertTurns(layer, engine), std::move(ins), out, outputs);
    case Module::Table:
    case Module::Convolution:
    case Module::Pool:
    case Module::Add:
    case Module::ChannelScale: // the last four with processes of their own
        break;
    }
    return registerProcess(in, out, 1, 1);
}

} // namespace tandem::hw::pipeline

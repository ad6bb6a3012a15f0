// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/replay/replay.h"

namespace tandem::hw::pipeline {

namespace {

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

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
            last_ = std::max({a_.offer(), b_.offer(), last_ + 1, room});
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
    WindowEngine(const Layer& layer, const Engine& engine, Stream& in, Stream& out, int frames,
                 std::optional<WeightFeed> weights)
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
          allPixels_(pixels_ * frames),
          weights_(std::move(weights)) {
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
            next_ = lastStep(start) + 1;
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

    /// Of a group whose first step could be in cycle `start`.
    Time lastStep(Time start) {
        if (!weights_) {
            return start + engine_.steps - 1;
        }
        Time step = start - 1;
        for (int i = 0; i < engine_.steps; ++i) {
            step = weights_->take(step + 1);
        }
        return step;
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
    std::optional<WeightFeed> weights_;
};

/// A map times the factors that its frame brings on the second stream; two frames of them are held.
class ChannelScaleEngine : public Process {
  public:
    ChannelScaleEngine(Stream& map, Stream& factors, Stream& out, const Engine& engine)
        : map_(map),
          factors_(factors),
          out_(out),
          latency_(engine.latency),
          places_(std::int64_t{1} << engine.fifoLog2),
          frame_(engine.inputFrame),
          pixel_(engine.inputBeats) {}
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
    bool accept() {
        const std::int64_t held = factors_.accepted() / pixel_ - 2; // the frame whose place this one takes
        if (held >= static_cast<std::int64_t>(ends_.size())) {
            return false;
        }
        factors_.addAccept(held < 0 ? 0 : ends_[at(held)] + 1);
        return true;
    }

    bool issue() {
        const std::int64_t j = out_.offered(), freed = j - places_;
        const std::int64_t needed = (j / frame_ + 1) * pixel_ - 1;
        if (map_.offered() <= j || factors_.moved() <= needed || (freed >= 0 && out_.moved() <= freed)) {
            return false;
        }
        const Time room = freed >= 0 ? out_.time(freed) + 1 : 0;
        last_ = std::max({map_.offer(), factors_.time(needed) + 1, last_ + 1, room});
        map_.addAccept(last_);
        out_.addOffer(last_ + latency_);
        if ((j + 1) % frame_ == 0) {
            ends_.push_back(last_);
        }
        return true;
    }

    Stream& map_;
    Stream& factors_;
    Stream& out_;
    int latency_;
    std::int64_t places_, frame_, pixel_;
    Time last_ = -1;
    std::vector<Time> ends_; ///< per finished frame: cycle in which its last beat came in
};

} // namespace

std::unique_ptr<Process> engineProcess(const Layer& layer, const Engine& engine, std::vector<Stream*> ins,
                                       Stream& out, int frames, std::optional<WeightFeed> weights) {
    Stream& in = *ins.front();
    switch (engine.module) {
    case Module::Convolution:
    case Module::Pool:
        break;
    case Module::Add:
        return std::make_unique<AddEngine>(in, *ins.at(1), out, engine);
    case Module::ChannelScale:
        return std::make_unique<ChannelScaleEngine>(in, *ins.at(1), out, engine);
    case Module::Table:
    case Module::Select:
    case Module::Reorder:
    case Module::Concat:
    case Module::Crop:
    case Module::Insert:
        return streamProcess(layer, engine, std::move(ins), out, engine.outputFrame * frames);
    }
    return std::make_unique<WindowEngine>(layer, engine, in, out, frames, std::move(weights));
}

} // namespace tandem::hw::pipeline

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/replay/replay.h"

namespace tandem::hw::pipeline {

namespace {

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

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

class Sink : public Process {
  public:
    Sink(Stream& in, std::vector<Time>& left) : in_(in), left_(left) {}
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

  private:
    Stream& in_;
    std::vector<Time>& left_;
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
                const Time offer = std::max(in_.offer(), j > 0 ? in_.time(j - 1) + 1 : 0);
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
                in_.addAccept(read < 0 ? 0 : fifoAccept(in_, out_, read));
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

class Register : public Process {
  public:
    Register(Stream& in, Stream& out, int gathered, int parts)
        : in_(in), out_(out), gathered_(gathered), parts_(parts) {}
    bool advance() override {
        bool moved = false, more = true;
        while (more) {
            more = false;
            // The first beat of a word comes in when the last part of the word before has left.
            const std::int64_t word = in_.accepted() / gathered_;
            const bool waits = in_.accepted() % gathered_ == 0 && word > 0;
            if (!waits || out_.moved() >= word * parts_) {
                in_.addAccept(waits ? out_.time(word * parts_ - 1) : 0);
                more = true;
            }
            while ((out_.offered() / parts_ + 1) * gathered_ <= in_.moved()) {
                out_.addOffer(in_.time((out_.offered() / parts_ + 1) * gathered_ - 1) + 1);
                more = true;
            }
            moved = moved || more;
        }
        return moved;
    }

  private:
    Stream& in_;
    Stream& out_;
    std::int64_t gathered_, parts_;
};

} // namespace

std::unique_ptr<Process> sourceProcess(Stream& out, std::int64_t beats) {
    return std::make_unique<Source>(out, beats);
}

std::unique_ptr<Process> sinkProcess(Stream& in, std::vector<Time>& left) {
    return std::make_unique<Sink>(in, left);
}

std::unique_ptr<Process> forkProcess(Stream& in, std::vector<Stream*> outs) {
    return std::make_unique<Fork>(in, std::move(outs));
}

std::unique_ptr<Process> fifoProcess(Stream& in, Stream& out, int depthLog2) {
    return std::make_unique<Fifo>(in, out, depthLog2);
}

std::unique_ptr<Process> registerProcess(Stream& in, Stream& out, int gathered, int parts) {
    return std::make_unique<Register>(in, out, gathered, parts);
}

} // namespace tandem::hw::pipeline

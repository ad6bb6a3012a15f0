// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/folded/plan.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>

namespace tandem::hw::folded {

namespace {

/// Maps are numbered 0: the network's input, l + 1: the output of layer l.
std::size_t mapOf(int layer) {
    return static_cast<std::size_t>(layer + 1);
}

struct Map {
    int height = 1, width = 1, blocks = 1;
    Region region = Region::Scratch;
    std::int64_t offset = 0; ///< in the region, words
    std::int64_t words() const { return std::int64_t{height} * width * blocks; }
};

/// Words handed out lowest first.
class Pool {
  public:
    std::int64_t take(std::int64_t words) {
        std::size_t at = 0;
        std::int64_t base = 0;
        for (; at < used_.size() && used_[at].first - base < words; ++at) {
            base = used_[at].first + used_[at].second;
        }
        used_.insert(used_.begin() + static_cast<std::ptrdiff_t>(at), {base, words});
        peak_ = std::max(peak_, base + words);
        return base;
    }
    void give(std::int64_t base) {
        std::erase_if(used_, [base](const auto& part) { return part.first == base; });
    }
    std::int64_t peak() const { return peak_; }

  private:
    std::vector<std::pair<std::int64_t, std::int64_t>> used_; ///< first word, words; ascending
    std::int64_t peak_ = 0;
};

/// Layers first .. last - 1.
struct Segment {
    int first = 0, last = 0, bands = 1;
};

class Planner {
  public:
    Planner(const Workload& workload, const Parameters& parameters)
        : workload_(workload), parameters_(parameters) {
        const auto blocks = [&](int channels) { return blocksOf(channels, parameters.columns); };
        maps_.push_back(
            {workload.inputHeight, workload.inputWidth, blocks(workload.inputChannels), Region::Input, 0});
        lastReader_.assign(workload.layers.size() + 1, -1);
        for (std::size_t l = 0; l < workload.layers.size(); ++l) {
            const Layer& layer = workload.layers[l];
            maps_.push_back(
                {layer.outputHeight, layer.outputWidth, blocks(layer.outputChannels), Region::Scratch, 0});
            for (const int input : layer.inputs) {
                lastReader_[mapOf(input)] = static_cast<int>(l);
            }
        }
        maps_.back().region = Region::Output;
        lastReader_.back() = static_cast<int>(workload.layers.size());
    }

    Fault write(Program& program, std::int64_t& poolWords) {
        const auto unread = std::ranges::find_if(lastReader_.begin() + 1, lastReader_.end(),
                                                 [](int reader) { return reader < 0; });
        if (unread != lastReader_.end()) {
            return fmt::format("layer '{}': nothing reads its output",
                               layer(static_cast<int>(unread - lastReader_.begin()) - 1).name);
        }
        std::vector<Segment> segments;
        if (Fault fault = cut(segments)) {
            return fault;
        }
        for (const Segment& segment : segments) {
            for (std::size_t m = mapOf(segment.first); m < mapOf(segment.last); ++m) {
                if (maps_[m].region == Region::Scratch && lastReader_[m] >= segment.last) {
                    maps_[m].offset = program.scratchWords;
                    program.scratchWords += maps_[m].words();
                }
            }
        }
        program.inputWords = maps_.front().words();
        program.outputWords = maps_.back().words();
        PassWriter writer(workload_, parameters_, program);
        poolWords = 0;
        for (const Segment& segment : segments) {
            for (int band = 0; band < segment.bands; ++band) {
                poolWords = std::max(poolWords, this->band(segment, band, writer));
            }
        }
        return std::nullopt;
    }

  private:
    const Layer& layer(int index) const { return workload_.layers[static_cast<std::size_t>(index)]; }
    int layers() const { return static_cast<int>(workload_.layers.size()); }
    /// Whether the segment must leave the map in memory.
    bool leaves(const Segment& segment, std::size_t map) const { return lastReader_[map] >= segment.last; }

    /// The rows of a map that a band computes at the least, and leaves in memory where it must.
    Rows share(const Segment& segment, int band, std::size_t map) const {
        const std::int64_t height = maps_[map].height;
        return {static_cast<int>(height * band / segment.bands),
                static_cast<int>(height * (band + 1) / segment.bands)};
    }

    /// The rows of every map that a band of a segment needs, and of what it computes the rows computed.
    std::vector<Rows> rowsOf(const Segment& segment, int band) const {
        std::vector<Rows> rows(maps_.size());
        const auto need = [&rows](std::size_t map, Rows more) {
            Rows& all = rows[map];
            if (more.count() > 0) {
                all = all.count() == 0 ? more
                                       : Rows{std::min(all.first, more.first), std::max(all.last, more.last)};
            }
        };
        for (int l = segment.last - 1; l >= segment.first; --l) {
            need(mapOf(l), share(segment, band, mapOf(l))); // so that all rows are computed
            if (parameters_.streamed && segment.first == 0 && band == 0) {
                need(0, {0, maps_[0].height}); // a stream comes whole
            }
            Rows& out = rows[mapOf(l)];
            if (out.count() == 0) {
                continue;
            }
            out = rowsWritten(layer(l), out);
            for (std::size_t i = 0; i < layer(l).inputs.size(); ++i) {
                need(mapOf(layer(l).inputs[i]), rowsRead(layer(l), i, out));
            }
        }
        return rows;
    }

    /// Goes through one band: places maps, writes the passes where there is a writer. Gives the words used.
    std::int64_t band(const Segment& segment, int band,
                      std::optional<std::reference_wrapper<PassWriter>> to) const {
        const std::vector<Rows> rows = rowsOf(segment, band);
        std::vector<std::optional<Place>> places(maps_.size());
        Pool pool;
        const auto place = [&](std::size_t map) {
            Place made;
            made.rows = rows[map];
            made.width = maps_[map].width;
            made.blocks = maps_[map].blocks;
            made.base = pool.take(made.words());
            places[map] = made;
        };
        const auto source = [this](std::size_t map) {
            return map == 0 && parameters_.streamed ? Pass::Kind::Take : Pass::Kind::Load;
        };
        const auto move = [&](Pass::Kind kind, std::size_t map, Rows which) {
            if (to && which.count() > 0) {
                to->get().move(kind, static_cast<int>(map) - 1, maps_[map].region, maps_[map].offset,
                               *places[map], which);
            }
        };
        for (int l = segment.first; l < segment.last; ++l) {
            const std::size_t output = mapOf(l);
            if (rows[output].count() == 0) {
                continue;
            }
            std::vector<Place> in;
            for (const int input : layer(l).inputs) {
                if (!places[mapOf(input)]) {
                    place(mapOf(input));
                    move(source(mapOf(input)), mapOf(input), rows[mapOf(input)]);
                }
                in.push_back(*places[mapOf(input)]);
            }
            place(output);
            const std::int64_t work = workWords(layer(l), parameters_, rows[output].count());
            const std::int64_t workAt = work > 0 ? pool.take(work) : 0;
            if (to) {
                to->get().layer(l, *places[output], in, workAt);
            }
            if (work > 0) {
                pool.give(workAt);
            }
            if (leaves(segment, output)) {
                move(Pass::Kind::Store, output, share(segment, band, output));
            }
            for (std::size_t m = 0; m <= output; ++m) {
                const bool over =
                    lastReader_[m] <= l || (lastReader_[m] >= segment.last && !readAfter(segment, m, l));
                if (places[m] && over) {
                    pool.give(places[m]->base);
                    places[m].reset();
                }
            }
        }
        return pool.peak();
    }

    /// Whether a layer of the segment after `l` reads the map.
    bool readAfter(const Segment& segment, std::size_t map, int l) const {
        for (int reader = l + 1; reader < segment.last; ++reader) {
            for (const int input : layer(reader).inputs) {
                if (mapOf(input) == map) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Whether the activation memory holds what any band of the segment needs.
    bool fits(const Segment& segment) const {
        for (int b = 0; b < segment.bands; ++b) {
            if (band(segment, b, std::nullopt) > parameters_.poolWords) {
                return false;
            }
        }
        return true;
    }

    /// Cycles of a map's words on their way to or from a memory that answers at once.
    std::int64_t beats(std::int64_t words) const {
        return words * std::max(1, parameters_.columns * 8 / parameters_.busBits);
    }

    /// No bands of the segment take fewer cycles than its layers on chip and its stores.
    std::int64_t leastCycles(const Segment& segment, std::span<const std::int64_t> alone) const {
        std::int64_t sum = 0;
        for (int l = segment.first; l < segment.last; ++l) {
            sum += alone[static_cast<std::size_t>(l)];
            sum += leaves(segment, mapOf(l)) ? beats(maps_[mapOf(l)].words()) : 0;
        }
        return sum;
    }

    Fault cut(std::vector<Segment>& segments) const;
    std::optional<std::int64_t> fit(Segment& segment, std::span<const std::int64_t> alone) const;
    std::int64_t cycles(const Segment& segment, std::span<const std::int64_t> alone) const;

    const Workload& workload_;
    const Parameters& parameters_;
    std::vector<Map> maps_;
    std::vector<int> lastReader_; ///< of each map: the last layer that reads it; past all: it leaves
};

/// Cycles of a segment's passes, loads and stores with a memory that answers at once, a band of a layer
/// counted by its rows. `alone`: the cycles of each layer.
std::int64_t Planner::cycles(const Segment& segment, std::span<const std::int64_t> alone) const {
    std::int64_t sum = 0;
    const auto moved = [this](std::size_t map, Rows rows) {
        return rows.count() == 0
                   ? 0
                   : kFetchCycles + beats(std::int64_t{rows.count()} * maps_[map].width * maps_[map].blocks);
    };
    for (int band = 0; band < segment.bands; ++band) {
        const std::vector<Rows> rows = rowsOf(segment, band);
        for (std::size_t m = 0; m < mapOf(segment.first); ++m) {
            sum += moved(m, rows[m]);
        }
        for (int l = segment.first; l < segment.last; ++l) {
            const std::size_t out = mapOf(l);
            sum += rows[out].count() == 0
                       ? 0
                       : alone[static_cast<std::size_t>(l)] * rows[out].count() / maps_[out].height +
                             kFetchCycles;
            sum += leaves(segment, out) ? moved(out, share(segment, band, out)) : 0;
        }
    }
    return sum;
}

/// The fewest bands with which the segment fits, as its cycles; none where it never does.
std::optional<std::int64_t> Planner::fit(Segment& segment, std::span<const std::int64_t> alone) const {
    int tallest = 1;
    for (int l = segment.first; l < segment.last; ++l) {
        if (leaves(segment, mapOf(l))) {
            tallest = std::max(tallest, maps_[mapOf(l)].height);
        }
    }
    if (parameters_.streamed && segment.first == 0) { // a stream comes once
        segment.bands = 1;
        return lastReader_[0] < segment.last && fits(segment) ? std::optional(cycles(segment, alone))
                                                              : std::nullopt;
    }
    // Fewer bands need more words, but for the halo's rounding; what does not fit shows at its first bands.
    int least = 1, most = 1;
    for (segment.bands = most; !fits(segment); segment.bands = most) {
        if (most == tallest) {
            return std::nullopt;
        }
        least = most + 1;
        most = std::min(2 * most, tallest);
    }
    while (least < most) {
        segment.bands = (least + most) / 2;
        if (fits(segment)) {
            most = segment.bands;
        } else {
            least = segment.bands + 1;
        }
    }
    segment.bands = most;
    return cycles(segment, alone);
}

/// The segments that take the fewest cycles.
Fault Planner::cut(std::vector<Segment>& segments) const {
    const Segment whole{0, layers(), 1};
    if (parameters_.poolWords == 0 || fits(whole)) {
        segments = {whole};
        return std::nullopt;
    }
    constexpr int kLongest = 12;
    constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
    std::vector<std::int64_t> alone; // cycles of each layer
    for (const Layer& layer : workload_.layers) {
        alone.push_back(layerCycles(layer, parameters_));
    }
    std::vector<std::int64_t> best(static_cast<std::size_t>(layers()) + 1, kNever);
    std::vector<Segment> chosen(best.size());
    best[0] = 0;
    for (int last = 1; last <= layers(); ++last) {
        const auto end = static_cast<std::size_t>(last);
        for (int first = std::max(0, last - kLongest); first < last; ++first) {
            const std::int64_t before = best[static_cast<std::size_t>(first)];
            Segment segment{first, last, 1};
            if (before == kNever || before + leastCycles(segment, alone) >= best[end]) {
                continue;
            }
            const auto cost = fit(segment, alone);
            if (cost && before + *cost < best[end]) {
                best[end] = before + *cost;
                chosen[end] = segment;
            }
        }
        if (best[end] == kNever) {
            return fmt::format("layer '{}': one row of its output with what it reads does not fit into the "
                               "activation memory of {} words",
                               layer(last - 1).name, parameters_.poolWords);
        }
    }
    for (int last = layers(); last > 0; last = segments.back().first) {
        segments.push_back(chosen[static_cast<std::size_t>(last)]);
    }
    std::ranges::reverse(segments);
    return std::nullopt;
}

} // namespace

Fault plan(const Workload& workload, const Parameters& parameters, Program& program,
           std::int64_t& poolWords) {
    return Planner(workload, parameters).write(program, poolWords);
}

} // namespace tandem::hw::folded

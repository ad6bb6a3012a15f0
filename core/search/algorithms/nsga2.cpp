// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/algorithms/nsga2.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace tandem::search {

namespace {

constexpr std::uint8_t kStateVersion = 1;
constexpr std::size_t kLeastIndividualBytes = 8 + 4 + 8;

// Survivors are picked at the latest when so many times the population were told (a replay or an import may
// tell thousands).
constexpr std::size_t kMostTold = 3;

std::uint32_t parentOf(point::PointId id) {
    return id < point::Origin::kNoParent ? static_cast<std::uint32_t>(id) : point::Origin::kNoParent;
}

} // namespace

std::span<const OptionKind> Nsga2::options() {
    static constexpr std::array kOptions = {
        OptionKind{"population", "points that survive, and proposals of a generation", 200, 4, 10000, true},
        OptionKind{"crossover", "chance that a child has two parents", 0.9, 0, 1, false},
        OptionKind{"mutation", "mutations of a child, on average", 1, 0.01, 100, false},
    };
    return kOptions;
}

Nsga2::Nsga2(const Setting& setting)
    : population_(static_cast<std::size_t>(setting.options.at("population"))),
      crossoverRate_(setting.options.at("crossover")),
      mutations_(setting.options.at("mutation")),
      seed_(setting.seed),
      number_(setting.number),
      rules_(setting.rules),
      pool_(setting) {}

void Nsga2::judge(Individual& individual) const {
    individual.fitness.values = valuesOf(rules_.objectives, individual.metrics);
    individual.fitness.violation = point::totalViolation(rules_.constraints, individual.metrics);
}

void Nsga2::tell(std::span<const point::Point> points) {
    for (const point::Point& point : points) {
        pool_.know(point.encoding);
        told(point);
    }
}

void Nsga2::told(const point::Point& point) {
    if (!point::contains(rules_.ranges, point.encoding)) {
        return;
    }
    Individual& individual = individuals_.emplace_back();
    individual.id = point.id;
    individual.encoding = point.encoding;
    individual.metrics = point.metrics;
    judge(individual);
    if (individuals_.size() - survivors_ >= kMostTold * population_) {
        selectSurvivors();
    }
}

void Nsga2::steer(const Rules& rules) {
    rules_ = rules;
    pool_.setRanges(rules.ranges);
    repaired_.clear();
    std::vector<Individual> kept;
    for (Individual& individual : individuals_) {
        if (point::contains(rules_.ranges, individual.encoding)) {
            judge(individual);
            kept.push_back(std::move(individual));
        } else if (repaired_.size() < population_) {
            repaired_.push_back(
                proposal(pool_.clamped(std::move(individual.encoding)), point::Move::Repaired));
            repaired_.back().origin.parents[0] = parentOf(individual.id);
        }
    }
    std::ranges::reverse(repaired_);
    individuals_ = std::move(kept);
    selectSurvivors();
}

std::vector<Proposal> Nsga2::ask(std::size_t count) {
    if (pool_.waiting() == 0) {
        selectSurvivors();
        Random random = Random::stream(seed_, generation_);
        const ProposalPool::Propose next = [this](Random& source, int attempt) {
            return propose(source, attempt);
        };
        while (pool_.waiting() < population_ && pool_.add(random, next)) {
        }
        generation_ += pool_.waiting() > 0 ? 1U : 0U;
    }
    return pool_.take(count);
}

void Nsga2::selectSurvivors() {
    std::vector<Fitness> fitness;
    fitness.reserve(individuals_.size());
    for (const Individual& individual : individuals_) {
        fitness.push_back(individual.fitness);
    }
    const std::vector<std::uint32_t> ranks = rankByDomination(fitness);
    std::vector<std::uint32_t> order(individuals_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return ranks[i]; });

    // Front by front; the crowded ones of the last front that fits only in part stay behind.
    std::vector<Individual> next;
    next.reserve(std::min(population_, order.size()) + kMostTold * population_);
    for (std::size_t begin = 0; begin < order.size() && next.size() < population_;) {
        std::size_t end = begin;
        while (end < order.size() && ranks[order[end]] == ranks[order[begin]]) {
            ++end;
        }
        const std::span<std::uint32_t> front(order.data() + begin, end - begin);
        const std::vector<double> crowding = crowdingDistances(fitness, front, rules_.objectives.size());
        std::vector<std::uint32_t> places(front.size());
        std::iota(places.begin(), places.end(), 0U);
        if (front.size() > population_ - next.size()) {
            std::ranges::stable_sort(places, std::greater{}, [&](std::uint32_t i) { return crowding[i]; });
            places.resize(population_ - next.size());
        }
        for (const std::uint32_t place : places) {
            Individual& survivor = next.emplace_back(std::move(individuals_[front[place]]));
            survivor.rank = ranks[front[place]];
            survivor.crowding = crowding[place];
        }
        begin = end;
    }
    individuals_ = std::move(next);
    survivors_ = individuals_.size();
}

const Nsga2::Individual& Nsga2::tournament(Random& random) const {
    const Individual& a = individuals_[random.below(survivors_)];
    const Individual& b = individuals_[random.below(survivors_)];
    if (a.rank != b.rank) {
        return a.rank < b.rank ? a : b;
    }
    return a.crowding >= b.crowding ? a : b;
}

Proposal Nsga2::proposal(point::Encoding encoding, point::Move move) const {
    Proposal proposal{std::move(encoding), {}, point::Fidelity::Estimate};
    proposal.origin.algorithm = number_;
    proposal.origin.move = move;
    return proposal;
}

Proposal Nsga2::propose(Random& random, int attempt) {
    if (!repaired_.empty()) {
        Proposal repaired = std::move(repaired_.back());
        repaired_.pop_back();
        return repaired;
    }
    if (survivors_ == 0) {
        return proposal(pool_.randomEncoding(random), point::Move::Random);
    }
    const Individual& first = tournament(random);
    Proposal child = proposal(first.encoding, point::Move::Mutation);
    child.origin.parents[0] = parentOf(first.id);
    if (random.uniform() < crossoverRate_) {
        const Individual& second = tournament(random);
        child.encoding = crossover(random, child.encoding, second.encoding);
        child.origin.move = point::Move::Crossover;
        child.origin.parents[1] = parentOf(second.id);
    }
    mutate(random, child.encoding, mutations_ + attempt);
    return child;
}

point::Encoding Nsga2::crossover(Random& random, const point::Encoding& a, const point::Encoding& b) const {
    point::Encoding child = a;
    const std::uint64_t coin = random.next();
    if ((coin & 1) != 0) {
        // Two-point: parameters of one bundle stand side by side and stay together.
        std::size_t from = random.below(child.size() + 1);
        std::size_t to = random.below(child.size() + 1);
        if (from > to) {
            std::swap(from, to);
        }
        std::copy(b.begin() + static_cast<std::ptrdiff_t>(from), b.begin() + static_cast<std::ptrdiff_t>(to),
                  child.begin() + static_cast<std::ptrdiff_t>(from));
        return child;
    }
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < child.size(); ++i) {
        bits = i % 64 == 0 ? random.next() : bits >> 1;
        child[i] = (bits & 1) != 0 ? b[i] : child[i];
    }
    return child;
}

void Nsga2::mutate(Random& random, point::Encoding& encoding, double expected) const {
    const std::vector<std::size_t>& free = pool_.freeParameters();
    if (free.empty()) {
        return;
    }
    // Every free parameter mutates with the same chance; the gaps between them are geometric.
    const double chance = std::min(0.5, expected / static_cast<double>(free.size()));
    const double scale = 1.0 / std::log1p(-chance);
    for (double at = std::floor(std::log(1.0 - random.uniform()) * scale);
         at < static_cast<double>(free.size());
         at += 1.0 + std::floor(std::log(1.0 - random.uniform()) * scale)) {
        const std::size_t parameter = free[static_cast<std::size_t>(at)];
        const point::Range range = rules_.ranges[parameter];
        const int width = range.high - range.low + 1;
        const std::uint64_t coin = random.next();
        int choice = encoding[parameter];
        if ((coin & 1) != 0) {
            const int step = (coin & 4) != 0 ? 1 : 2;
            choice = std::clamp(choice + ((coin & 2) != 0 ? step : -step), static_cast<int>(range.low),
                                static_cast<int>(range.high));
        } else {
            choice = range.low + static_cast<int>(random.below(static_cast<std::uint64_t>(width)));
        }
        encoding[parameter] = static_cast<std::uint8_t>(choice);
    }
}

std::string Nsga2::save() const {
    ByteWriter to;
    to.number(kStateVersion);
    to.number(generation_);
    to.number(static_cast<std::uint64_t>(survivors_));
    to.number(static_cast<std::uint64_t>(individuals_.size()));
    for (const Individual& individual : individuals_) {
        to.number(individual.id);
        to.number(individual.rank);
        to.number(individual.crowding);
    }
    to.number(static_cast<std::uint64_t>(repaired_.size()));
    for (const Proposal& repaired : repaired_) {
        saveProposal(to, repaired);
    }
    pool_.save(to);
    return to.take();
}

void Nsga2::load(std::string_view state, const KnownPoints& known) {
    ByteReader from(state);
    if (from.number<std::uint8_t>() != kStateVersion) {
        throw inputError("the saved state of nsga2 has another version");
    }
    generation_ = from.number<std::uint64_t>();
    survivors_ = from.number<std::uint64_t>();
    for (std::uint64_t left = from.count(kLeastIndividualBytes); left > 0; --left) {
        Individual& individual = individuals_.emplace_back();
        individual.id = from.number<std::uint64_t>();
        individual.rank = from.number<std::uint32_t>();
        individual.crowding = from.number<double>();
        if (individual.id >= known.count) {
            throw inputError("the saved population of nsga2 has the point {}, which is not known",
                             individual.id);
        }
        const point::Point& point = known.points.evaluated(individual.id);
        individual.encoding = point.encoding;
        individual.metrics = point.metrics;
        judge(individual);
    }
    if (survivors_ > individuals_.size()) {
        throw inputError("the saved population of nsga2 has {} survivors among {}", survivors_,
                         individuals_.size());
    }
    for (std::uint64_t left = from.count(1); left > 0; --left) {
        repaired_.push_back(loadProposal(from));
    }
    pool_.load(from, known);
}

} // namespace tandem::search

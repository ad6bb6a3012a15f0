// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/algorithms/nsga2.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tandem::search {

namespace {

constexpr double kCrossoverRate = 0.9;
// Survivors are picked at the latest when this many were told (a replay or an import may tell thousands).
constexpr std::size_t kMostTold = 3 * Nsga2::kPopulation;

} // namespace

Nsga2::Nsga2(const point::Space& space, const Rules& rules, std::uint64_t seed)
    : Generational(space, rules, seed, kPopulation) {}

void Nsga2::judge(Individual& individual) const {
    individual.fitness.values = valuesOf(rules().objectives, individual.metrics);
    individual.fitness.violation = point::totalViolation(rules().constraints, individual.metrics);
}

void Nsga2::told(const point::Point& point) {
    if (!point::contains(rules().ranges, point.encoding)) {
        return;
    }
    Individual& individual = population_.emplace_back();
    individual.encoding = point.encoding;
    individual.metrics = point.metrics;
    judge(individual);
    if (population_.size() - survivors_ >= kMostTold) {
        selectSurvivors();
    }
}

void Nsga2::rulesChanged() {
    repaired_.clear();
    std::vector<Individual> kept;
    for (Individual& individual : population_) {
        if (point::contains(rules().ranges, individual.encoding)) {
            judge(individual);
            kept.push_back(std::move(individual));
        } else if (repaired_.size() < kPopulation) {
            repaired_.push_back(clamped(std::move(individual.encoding)));
        }
    }
    std::ranges::reverse(repaired_);
    population_ = std::move(kept);
    selectSurvivors();
}

void Nsga2::prepareGeneration() {
    selectSurvivors();
}

void Nsga2::selectSurvivors() {
    std::vector<Fitness> fitness;
    fitness.reserve(population_.size());
    for (const Individual& individual : population_) {
        fitness.push_back(individual.fitness);
    }
    const std::vector<std::uint32_t> ranks = rankByDomination(fitness);
    std::vector<std::uint32_t> order(population_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return ranks[i]; });

    // Front by front; the crowded ones of the last front that fits only in part stay behind.
    std::vector<Individual> next;
    next.reserve(std::min(kPopulation, order.size()) + kMostTold);
    for (std::size_t begin = 0; begin < order.size() && next.size() < kPopulation;) {
        std::size_t end = begin;
        while (end < order.size() && ranks[order[end]] == ranks[order[begin]]) {
            ++end;
        }
        const std::span<std::uint32_t> front(order.data() + begin, end - begin);
        const std::vector<double> crowding = crowdingDistances(fitness, front, rules().objectives.size());
        std::vector<std::uint32_t> places(front.size());
        std::iota(places.begin(), places.end(), 0U);
        if (front.size() > kPopulation - next.size()) {
            std::ranges::stable_sort(places, std::greater{}, [&](std::uint32_t i) { return crowding[i]; });
            places.resize(kPopulation - next.size());
        }
        for (const std::uint32_t place : places) {
            Individual& survivor = next.emplace_back(std::move(population_[front[place]]));
            survivor.rank = ranks[front[place]];
            survivor.crowding = crowding[place];
        }
        begin = end;
    }
    population_ = std::move(next);
    survivors_ = population_.size();
}

const Nsga2::Individual& Nsga2::tournament(Random& random) const {
    const Individual& a = population_[random.below(survivors_)];
    const Individual& b = population_[random.below(survivors_)];
    if (a.rank != b.rank) {
        return a.rank < b.rank ? a : b;
    }
    return a.crowding >= b.crowding ? a : b;
}

point::Encoding Nsga2::propose(Random& random, int attempt) {
    if (!repaired_.empty()) {
        point::Encoding encoding = std::move(repaired_.back());
        repaired_.pop_back();
        return encoding;
    }
    if (survivors_ == 0) {
        return randomEncoding(random);
    }
    point::Encoding child = tournament(random).encoding;
    if (random.uniform() < kCrossoverRate) {
        child = crossover(random, child, tournament(random).encoding);
    }
    mutate(random, child, 1.0 + attempt);
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
    const std::vector<std::size_t>& free = freeParameters();
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
        const point::Range range = rules().ranges[parameter];
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

} // namespace tandem::search

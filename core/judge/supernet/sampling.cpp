// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/supernet/sampling.h"

#include "core/base/random.h"

namespace tandem::judge {

namespace {

bool isOfModel(const point::Parameter& parameter) {
    return parameter.name.starts_with("model.");
}

template <typename Choose>
point::Encoding chosen(const point::Space& space, const point::Ranges& ranges, const Choose& choose) {
    point::Encoding encoding = space.importedPoint();
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        if (isOfModel(space.parameters[i])) {
            encoding[i] = choose(ranges.at(i));
        }
    }
    return encoding;
}

} // namespace

point::Encoding largestNetwork(const point::Space& space, const point::Ranges& ranges) {
    return chosen(space, ranges, [](const point::Range& range) { return range.high; });
}

point::Encoding smallestNetwork(const point::Space& space, const point::Ranges& ranges) {
    return chosen(space, ranges, [](const point::Range& range) { return range.low; });
}

point::Encoding randomNetwork(const point::Space& space, const point::Ranges& ranges, std::uint64_t seed,
                              std::uint64_t number) {
    Random random = Random::stream(seed, number);
    return chosen(space, ranges, [&](const point::Range& range) {
        const std::uint64_t choices = std::uint64_t{range.high} - range.low + 1;
        return static_cast<std::uint8_t>(range.low + random.below(choices));
    });
}

std::vector<point::Encoding> Sandwich::at(const point::Space& space, const point::Ranges& ranges,
                                          std::uint64_t seed, std::int64_t step) const {
    std::vector<point::Encoding> networks{largestNetwork(space, ranges), smallestNetwork(space, ranges)};
    const auto period = static_cast<std::uint64_t>(step / stepsPerNetwork);
    const auto count = static_cast<std::uint64_t>(randomNetworks);
    for (std::uint64_t i = 0; i < count; ++i) {
        networks.push_back(randomNetwork(space, ranges, seed, period * count + i));
    }
    return networks;
}

} // namespace tandem::judge

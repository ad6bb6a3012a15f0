// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/supernet/sampling.h"

#include "core/base/random.h"

namespace tandem::supernet {

namespace {

bool isOfModel(const space::Parameter& parameter) {
    return parameter.name.starts_with("model.");
}

template <typename Choose>
space::Encoding chosen(const space::Space& space, const space::Ranges& ranges, const Choose& choose) {
    space::Encoding encoding = space.importedPoint();
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        if (isOfModel(space.parameters[i])) {
            encoding[i] = choose(ranges.at(i));
        }
    }
    return encoding;
}

} // namespace

space::Encoding largestNetwork(const space::Space& space, const space::Ranges& ranges) {
    return chosen(space, ranges, [](const space::Range& range) { return range.high; });
}

space::Encoding smallestNetwork(const space::Space& space, const space::Ranges& ranges) {
    return chosen(space, ranges, [](const space::Range& range) { return range.low; });
}

space::Encoding randomNetwork(const space::Space& space, const space::Ranges& ranges, std::uint64_t seed,
                              std::uint64_t number) {
    Random random = Random::stream(seed, number);
    return chosen(space, ranges, [&](const space::Range& range) {
        const std::uint64_t choices = std::uint64_t{range.high} - range.low + 1;
        return static_cast<std::uint8_t>(range.low + random.below(choices));
    });
}

std::vector<space::Encoding> Sandwich::at(const space::Space& space, const space::Ranges& ranges,
                                          std::uint64_t seed, std::int64_t step) const {
    std::vector<space::Encoding> networks{largestNetwork(space, ranges), smallestNetwork(space, ranges)};
    const auto period = static_cast<std::uint64_t>(step / stepsPerNetwork);
    const auto count = static_cast<std::uint64_t>(randomNetworks);
    for (std::uint64_t i = 0; i < count; ++i) {
        networks.push_back(randomNetwork(space, ranges, seed, period * count + i));
    }
    return networks;
}

} // namespace tandem::supernet

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/hybrid/template.h"

#include <gtest/gtest.h>

#include <limits>

namespace tandem::hw::hybrid {
namespace {

std::vector<point::Choice> cutsOffered(int bundles) {
    SearchedNetwork network;
    for (int i = 0; i < bundles; ++i) {
        network.bundles.push_back({"b" + std::to_string(i), "3x3"});
        network.layers.push_back({i, {Layer()}});
    }
    const std::vector<point::Parameter> parameters = spaceOf(network, Device())->parameters();
    return parameters.at(0).choices;
}

TEST(HybridTemplate, OffersEveryCutOfAnOrdinaryNetwork) {
    const std::vector<point::Choice> choices = cutsOffered(12);
    ASSERT_EQ(choices.size(), 11U);
    EXPECT_EQ(choices.front().label, "1");
    EXPECT_EQ(choices.back().label, "11");
}

TEST(HybridTemplate, ThinsTheCutsOfANetworkWithMoreBundlesThanAParameterHasChoices) {
    const std::vector<point::Choice> choices = cutsOffered(1000);
    EXPECT_LE(choices.size(), std::size_t{std::numeric_limits<std::uint8_t>::max()});
    EXPECT_GT(choices.size(), 200U);
    EXPECT_EQ(choices.front().label, "1");
    EXPECT_EQ(choices.back().label, "999");
    for (std::size_t i = 1; i < choices.size(); ++i) {
        EXPECT_GT(choices[i].value, choices[i - 1].value);
    }
}

} // namespace
} // namespace tandem::hw::hybrid

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/shared_prefix.h"
#include "core/quant/quantize/calibration.h"
#include "core/space/changed_network.h"
#include "core/space/decoder.h"
#include "core/space/joint_space.h"
#include "tests/core/space/networks.h"

#include <gtest/gtest.h>

namespace tandem::judge {
namespace {

class SharedPrefixTest : public testing::Test {
  protected:
    space::JointSpace joint_{test::residualNetwork(), test::exampleDevice()};
    const space::Decoder& decoder_ = joint_.decoder();
    std::vector<nn::Tensor> inputs_ = quant::uniformInputs(joint_.imported(), 5, 3);
    SharedPrefix prefix_{joint_.imported(), inputs_, {}};

    /// The network with one choice changed.
    nn::Graph changed(std::size_t place, std::size_t choice) const {
        point::Encoding encoding = joint_.space().importedPoint();
        encoding[place] = static_cast<std::uint8_t>(choice);
        return joint_.network(encoding);
    }
};

TEST_F(SharedPrefixTest, EveryChangeGivesWhatTheWholeNetworkDoes) {
    std::size_t changes = 0;
    for (const space::Bundle& bundle : joint_.bundles()) {
        for (const std::size_t place : bundle.parameters) {
            for (std::size_t choice = 0; choice < joint_.space().importedPoint()[place]; ++choice) {
                const nn::Graph network = changed(place, choice);
                const quant::Lowering lowering = quant::lower(network);
                const quant::Outputs whole = quant::referenceOutputs(network, lowering, inputs_, 1);
                const quant::Outputs found = prefix_.outputsOf(network, lowering, {});
                ASSERT_EQ(found.size(), whole.size());
                for (std::size_t i = 0; i < whole.size(); ++i) {
                    ASSERT_EQ(found[i].size(), whole[i].size());
                    for (std::size_t k = 0; k < whole[i].size(); ++k) {
                        EXPECT_NEAR(found[i][k], whole[i][k], 1e-5F)
                            << joint_.space().parameters[place].name << " " << choice;
                    }
                }
                ++changes;
            }
        }
    }
    EXPECT_GT(changes, 20U);
}

TEST_F(SharedPrefixTest, RunsOnlyWhatFollowsTheChange) {
    const nn::Graph& imported = joint_.imported();
    EXPECT_EQ(prefix_.nodesRun(imported, decoder_.lowering()), 0U);
    std::size_t fewest = imported.nodes.size();
    for (const space::Bundle& bundle : joint_.bundles()) {
        for (const std::size_t place : bundle.parameters) {
            if (joint_.space().parameters[place].name.ends_with("width")) {
                const nn::Graph network = changed(place, 0);
                fewest = std::min(fewest, prefix_.nodesRun(network, quant::lower(network)));
            }
        }
    }
    EXPECT_LT(fewest, imported.nodes.size() / 2) << "of the last width";
}

} // namespace
} // namespace tandem::judge

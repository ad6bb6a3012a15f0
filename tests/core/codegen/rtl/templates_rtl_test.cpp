// SPDX-License-Identifier: GPL-3.0-or-later
// Every template that a search offers can be written, by the one interface.
#include "core/codegen/rtl/rtl.h"
#include "core/hw/templates.h"
#include "core/hw/workload/workload_of.h"
#include "core/quant/quantize/quantize.h"
#include "core/space/joint_space.h"
#include "tests/core/space/networks.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;

const fs::path kLibrary = fs::path(TANDEM_SOURCE_DIR) / "resources/rtl";

TEST(Templates, EachIsWrittenAndSettledByTheRegistry) {
    const space::JointSpace joint(test::chainNetwork(), test::exampleDevice());
    const std::size_t place = joint.space().indexOf("hw.template");
    ASSERT_EQ(joint.space().parameters[place].choices.size(), hw::templates().size());
    const std::vector<nn::Tensor> inputs = test::normalInputs(joint.imported(), 2, 3);
    const quant::IntegerNetwork network = quant::quantize(joint.imported(), inputs, {}, 1);
    const hw::Workload workload = hw::workloadOf(network);
    const quant::IntegerTensor& input = network.tensors[static_cast<std::size_t>(network.input())];
    const std::vector<std::vector<std::int32_t>> frames{
        std::vector<std::int32_t>(static_cast<std::size_t>(input.shape.count()), 0)};
    for (std::size_t choice = 0; choice < hw::templates().size(); ++choice) {
        const std::string_view name = hw::templates()[choice].name;
        SCOPED_TRACE(name);
        point::Encoding encoding = joint.space().importedPoint();
        encoding[place] = static_cast<std::uint8_t>(choice);
        const space::Design design = joint.design(encoding, workload);
        ASSERT_EQ(design.accelerator->templateName(), name);
        const hw::AnyAccelerator built = settled(network, *design.accelerator);
        EXPECT_EQ(built->templateName(), name);
        EXPECT_EQ(built->fault(workload), std::nullopt);
        const test::TemporaryFolder folder;
        writeRtl(network, *design.accelerator, frames, kLibrary, folder.path());
        EXPECT_TRUE(fs::exists(folder.path() / "rtl/tandem_top.v"));
        EXPECT_TRUE(fs::exists(folder.path() / "tb"));
    }
}

} // namespace
} // namespace tandem::codegen

// SPDX-License-Identifier: GPL-3.0-or-later
// What files and folders of data may be called.
#include "core/base/error.h"
#include "core/data/data_source.h"
#include "core/data/dataset.h"
#include "core/data/npy.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string pgm(char value) {
    return std::string("P5 1 1 255\n") + value;
}

std::string messageOf(const std::string& spec) {
    try {
        openDataset(spec);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    return "no error";
}

TEST(DataSource, MayHaveAnyName) {
    const test::TemporaryFolder folder;
    for (const char* name : {"set, v1", "a=b", "a:mean=x", "data set,v1:range=x", "größe 1", "x:y", "100%",
                             "[a,b]", "range=0..1", "seed=3,b", "\xE9t\xE9"}) {
        folder.write(std::string(name) + "/a,b:c=d/1.pgm", pgm('\xFF'));
        const std::string path = (folder.path() / name).string();
        EXPECT_EQ(openDataset(path).size(), 1U) << name;
        const Dataset dataset = openDataset(path + ":range=-1..1:mean=0");
        EXPECT_EQ(dataset.normalization.scale, 2.0F / 255.0F) << name;
        EXPECT_THAT(dataset.classNames, ElementsAre("a,b:c=d"));
        EXPECT_EQ(parseDataSpec(path).source, path);
        EXPECT_EQ(parseDataSpec(withSettings(path, {{"seed", "3"}})).source, path);
    }
}

TEST(DataSource, OfTwoFilesMayHaveCommasAndColonsInTheirNames) {
    const test::TemporaryFolder folder;
    const std::string inputs = (folder.path() / "x, of 1:seed=1.npy").string();
    const std::string labels = (folder.path() / "y, of 1:seed=1.npy").string();
    writeNpy(inputs, nn::Tensor::ofIntegers({2, 1, 1}, {1, 2}, nn::ElementType::UInt8));
    writeNpy(labels, nn::Tensor::ofIntegers({2}, {1, 0}));
    const Dataset dataset = openDataset(inputs + "," + labels + ":range=0..255");
    EXPECT_THAT(dataset.labels, ElementsAre(1, 0));
    EXPECT_EQ(dataset.normalization.scale, 1.0F);
}

TEST(DataSource, ThatIsNotThereIsNamed) {
    const test::TemporaryFolder folder;
    const std::string there = folder.write("there.npy", "x").string();
    EXPECT_THAT(messageOf(there + "," + (folder.path() / "absent").string()),
                HasSubstr("absent': no such file"));
    EXPECT_THAT(messageOf(std::string(5000, 'n')), HasSubstr("nnn"));
    EXPECT_THAT(messageOf(folder.path().string() + ":range=x"), HasSubstr("range=x: LOW..HIGH"));
}

} // namespace
} // namespace tandem::data

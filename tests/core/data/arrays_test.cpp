// SPDX-License-Identifier: GPL-3.0-or-later
// What people store as arrays: types, byte orders and ways to write labels.
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/npy.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::data {
namespace {

using nn::ElementType;
using nn::Tensor;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// The data set of x.npy and y.npy in a folder.
Dataset opened(const Tensor& inputs, const Tensor& labels) {
    const test::TemporaryFolder folder;
    writeNpy(folder.path() / "x.npy", inputs);
    writeNpy(folder.path() / "y.npy", labels);
    return openDataset(folder.path().string());
}

std::string refusal(const Tensor& inputs, const Tensor& labels) {
    try {
        opened(inputs, labels);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    return "no error";
}

Tensor threeSamples() {
    return Tensor::ofIntegers({3, 1, 2}, {1, 2, 3, 4, 5, 6}, ElementType::UInt8);
}

TEST(ArrayLabels, AreTakenFromFloatsThatAreWholeNumbers) {
    EXPECT_THAT(opened(threeSamples(), Tensor::ofFloats({3}, {2, 0, 1})).labels, ElementsAre(2, 0, 1));
    EXPECT_THAT(opened(threeSamples(), Tensor::ofFloats({3, 1}, {1, 0, 1})).labels, ElementsAre(1, 0, 1));
    EXPECT_THAT(refusal(threeSamples(), Tensor::ofFloats({3}, {2, 0.5F, 1})),
                AllOf(HasSubstr("sample 1 has label 0.5"), HasSubstr("whole numbers")));
    EXPECT_THAT(refusal(threeSamples(), Tensor::ofFloats({3}, {2, 0, std::nanf("")})), HasSubstr("sample 2"));
    EXPECT_THAT(refusal(threeSamples(), Tensor::ofFloats({3}, {2, 0, 1e30F})), HasSubstr("sample 2"));
}

TEST(ArrayLabels, AreTakenFromOneHotRows) {
    const Dataset dataset = opened(
        threeSamples(), Tensor::ofIntegers({3, 4}, {0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0}, ElementType::UInt8));
    EXPECT_THAT(dataset.labels, ElementsAre(1, 0, 2));
    EXPECT_EQ(dataset.classes, 4); // also where the last one has no samples
    EXPECT_THAT(opened(threeSamples(), Tensor::ofFloats({3, 2}, {0, 1, 1, 0, 0, 1})).labels,
                ElementsAre(1, 0, 1));
    EXPECT_THAT(
        opened(threeSamples(), Tensor::ofIntegers({3, 2}, {0, 1, 1, 0, 0, 1}, ElementType::Bool)).labels,
        ElementsAre(1, 0, 1));
}

TEST(ArrayLabels, OfSeveralClassesOrSharesAreNotTakenForOneHot) {
    EXPECT_THAT(refusal(threeSamples(), Tensor::ofIntegers({3, 2}, {0, 1, 1, 1, 0, 1})),
                AllOf(HasSubstr("3x2"), HasSubstr("sample 1 is no one-hot row")));
    EXPECT_THAT(refusal(threeSamples(), Tensor::ofFloats({3, 2}, {0, 1, 1, 0, 0.25F, 0.75F})),
                HasSubstr("sample 2 is no one-hot row"));
    EXPECT_THAT(refusal(threeSamples(), Tensor::ofIntegers({3, 0}, {})),
                HasSubstr("3x0 labels for 3 images"));
    EXPECT_THAT(refusal(threeSamples(), Tensor::ofIntegers({}, {1})), HasSubstr("labels for 3 images"));
    EXPECT_THAT(refusal(threeSamples(), Tensor::ofIntegers({2, 3}, {1, 0, 0, 1, 0, 0})),
                HasSubstr("2x3 labels"));
}

TEST(ArrayInputs, AreBytesInWhateverTypeTheyAreStored) {
    using enum ElementType;
    const Tensor labels = Tensor::ofIntegers({2}, {0, 1});
    for (const ElementType type : {UInt8, Int16, UInt16, Int32, UInt32, Int64, UInt64}) {
        const Dataset dataset = opened(Tensor::ofIntegers({2, 1, 2}, {0, 7, 200, 255}, type), labels);
        EXPECT_THAT(std::get<0>(dataset.images), ElementsAre(0, 7, 200, 255)) << nn::toString(type);
        EXPECT_FLOAT_EQ(dataset.normalization.scale, 1.0F / 255.0F);
    }
    const Dataset black = opened(Tensor::ofIntegers({2, 1, 2}, {0, 1, 1, 0}, Bool), labels);
    EXPECT_THAT(std::get<0>(black.images), ElementsAre(0, 255, 255, 0));
}

TEST(ArrayInputs, BeyondBytesAreRefusedWithWhatWasFoundAndWhatIsTaken) {
    const Tensor labels = Tensor::ofIntegers({2}, {0, 1});
    EXPECT_THAT(
        refusal(Tensor::ofIntegers({2, 1, 1}, {300, 60000}, ElementType::UInt16), labels),
        AllOf(HasSubstr("uint16 elements from 300 to 60000"), HasSubstr("float32"), HasSubstr("uint8")));
    EXPECT_THAT(refusal(Tensor::ofIntegers({2, 1, 1}, {-128, 127}, ElementType::Int8), labels),
                HasSubstr("int8 elements from -128 to 127"));
}

TEST(ArrayInputs, WithoutElementsAreRefused) {
    EXPECT_THAT(refusal(Tensor::ofIntegers({std::int64_t{1} << 60, 0}, {}, ElementType::UInt8),
                        Tensor::ofIntegers({0}, {})),
                HasSubstr("without elements"));
}

TEST(ArrayFolder, PassesOverHiddenFiles) {
    const test::TemporaryFolder folder;
    writeNpy(folder.path() / "x.npy", threeSamples());
    writeNpy(folder.path() / "y.npy", Tensor::ofIntegers({3}, {0, 1, 0}));
    folder.write("._x.npy", "what an Apple leaves on a foreign disk");
    EXPECT_EQ(openDataset(folder.path().string()).size(), 3U);
}

} // namespace
} // namespace tandem::data

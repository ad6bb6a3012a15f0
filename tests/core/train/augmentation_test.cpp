// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/train/augmentation.h"

#include <gtest/gtest.h>

#include <set>

namespace tandem::train {
namespace {

TEST(ParseAugmentation, ReadsWhatToStringWrites) {
    EXPECT_EQ(parseAugmentation("flip,shift=2,crop=0.1,cutout=6,mixup=0.2"),
              (Augmentation{true, 2, 6, 0.2, 0.1}));
    for (const Augmentation& augmentation :
         {Augmentation{}, Augmentation{true, 0, 0, 0.0}, Augmentation{false, 3, 0, 0.25},
          Augmentation{true, 1, 8, 1.0, 0.25}}) {
        EXPECT_EQ(parseAugmentation(toString(augmentation)), augmentation) << toString(augmentation);
    }
    EXPECT_EQ(parseAugmentation(""), Augmentation());
    EXPECT_EQ(toString({}), "none");
}

TEST(ParseAugmentation, RefusesWhatItDoesNotKnow) {
    for (const char* text : {"rotate=3", "shift", "shift=-1", "shift=1.5", "cutout=many", "mixup=-0.1",
                             "flip=2", "crop=1", "crop=-0.2"}) {
        EXPECT_THROW(parseAugmentation(text), Error) << text;
    }
}

TEST(Augmenter, CropsAndScalesBack) {
    constexpr std::int64_t kSide = 16;
    const nn::Shape shape{8, 2, kSide, kSide};
    std::vector<float> ramp;
    for (std::int64_t n = 0; n < shape[0]; ++n) {
        for (std::int64_t i = 0; i < kSide * kSide; ++i) {
            ramp.push_back(static_cast<float>(i % kSide));
        }
        for (std::int64_t i = 0; i < kSide * kSide; ++i) {
            ramp.push_back(static_cast<float>(i / kSide));
        }
    }
    std::vector<float> batch = ramp;
    Random random(3);
    Augmenter({.crop = 0.5}).change(batch, shape, random);
    std::set<float> slopes;
    for (std::int64_t n = 0; n < shape[0]; ++n) {
        const float* columns = batch.data() + n * 2 * kSide * kSide;
        const float* rows = columns + kSide * kSide;
        // Bilinear scaling keeps a ramp straight, by the same scale along both axes, away from the edge.
        const float slope = columns[9] - columns[8];
        slopes.insert(slope);
        EXPECT_GE(slope, 0.5F);
        EXPECT_LE(slope, 1.0F);
        for (std::int64_t i = 2; i < kSide - 2; ++i) {
            EXPECT_NEAR(columns[i + 1] - columns[i], slope, 1e-4F);
            EXPECT_NEAR(rows[(i + 1) * kSide] - rows[i * kSide], slope, 1e-4F);
            EXPECT_EQ(columns[i], columns[5 * kSide + i]);
        }
        EXPECT_GE(columns[0], 0.0F);
        EXPECT_LE(columns[kSide - 1], static_cast<float>(kSide - 1));
    }
    EXPECT_EQ(slopes.size(), 8U);
}

} // namespace
} // namespace tandem::train

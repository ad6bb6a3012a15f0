// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/train/augmentation.h"

#include <gtest/gtest.h>

namespace tandem::train {
namespace {

TEST(ParseAugmentation, ReadsWhatToStringWrites) {
    EXPECT_EQ(parseAugmentation("flip,shift=2,cutout=6,mixup=0.2"), (Augmentation{true, 2, 6, 0.2}));
    for (const Augmentation& augmentation :
         {Augmentation{}, Augmentation{true, 0, 0, 0.0}, Augmentation{false, 3, 0, 0.25},
          Augmentation{true, 1, 8, 1.0}}) {
        EXPECT_EQ(parseAugmentation(toString(augmentation)), augmentation) << toString(augmentation);
    }
    EXPECT_EQ(parseAugmentation(""), Augmentation());
    EXPECT_EQ(toString({}), "none");
}

TEST(ParseAugmentation, RefusesWhatItDoesNotKnow) {
    for (const char* text :
         {"rotate=3", "shift", "shift=-1", "shift=1.5", "cutout=many", "mixup=-0.1", "flip=2"}) {
        EXPECT_THROW(parseAugmentation(text), Error) << text;
    }
}

} // namespace
} // namespace tandem::train

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/nn/tensor.h"

namespace tandem::train {

/// Random changes of training images.
struct Augmentation {
    bool flip = false; ///< left and right, every second image
    int shift = 0;     ///< by up to so many pixels in each direction; what comes in is the image's edge
};

/// Changes every image of a batch [N,C,H,W]; the same random source gives the same images.
void augment(nn::Tensor& batch, const Augmentation& augmentation, Random& random);

} // namespace tandem::train

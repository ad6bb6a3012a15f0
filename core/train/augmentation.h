// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/nn/tensor.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::train {

/// Random changes of training images.
struct Augmentation {
    bool flip = false; ///< left and right, every second image
    int shift = 0;     ///< by up to so many pixels in each direction; what comes in is the image's edge
    int cutOut = 0;    ///< side of a square that is filled with 0 at a random place, partly outside perhaps
                       ///< (DeVries and Taylor 2017)
    /// Pairs of images and of their targets are mixed with a share drawn from Beta(mixUp, mixUp) (Zhang et
    /// al. 2018); 0: not at all.
    double mixUp = 0.0;
    double crop = 0.0; ///< up to such a share of each side is cut off, what is left scaled back (bilinear)

    bool changesImages() const { return flip || shift > 0 || cutOut > 0 || crop > 0.0; }
    bool operator==(const Augmentation&) const = default;
};

/// Reads "flip,shift=2,crop=0.2,cutout=6,mixup=0.2" or a part of it; "none" changes nothing. Throws Error
/// (Input) naming what is wrong.
Augmentation parseAugmentation(std::string_view text);
/// The other way round; "none" for none.
std::string toString(const Augmentation& augmentation);

/// Changes images. It keeps memory from one batch to the next.
class Augmenter {
  public:
    explicit Augmenter(const Augmentation& augmentation) : augmentation_(augmentation) {}

    /// Crops, flips, shifts and cuts every image of a batch of `shape` [N,C,H,W]; the same random source
    /// gives the same images.
    void change(std::span<float> batch, const nn::Shape& shape, Random& random);

  private:
    Augmentation augmentation_;
    std::vector<float> original_, cropped_; ///< one channel of an image
};

/// A number from Beta(alpha, alpha), alpha > 0 (Johnk 1964).
double symmetricBeta(double alpha, Random& random);

/// Row n of `rows` becomes share * row n + (1 - share) * row count-1-n.
void mixWithOpposite(std::span<float> rows, std::size_t count, double share);

} // namespace tandem::train

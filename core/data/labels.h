// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/tensor.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace tandem::data {

/// The labels of an array's samples.
struct ArrayLabels {
    std::vector<std::int64_t> values;
    int classes = 0; ///< as one-hot rows say; 0: the highest label decides
};

/// Whole numbers of any type, also floats, as [N] or [N,1], or one-hot rows [N,K]. Throws Error (Input)
/// naming the file and what was found when they are something else or not as many as `samples`.
ArrayLabels arrayLabels(const nn::Tensor& labels, std::int64_t samples, const std::filesystem::path& name);

} // namespace tandem::data

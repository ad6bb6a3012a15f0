// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/labels.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace tandem::data {

namespace {

namespace fs = std::filesystem;

constexpr float kLargestWhole = 1 << 24; ///< up to here floats tell whole numbers apart

std::vector<std::int64_t> wholeNumbers(const nn::Tensor& labels, const fs::path& name) {
    if (!nn::isFloat(labels.type)) {
        return labels.integers();
    }
    std::vector<std::int64_t> whole;
    for (const float label : labels.floats()) {
        if (!(std::abs(label) <= kLargestWhole) || label != std::floor(label)) {
            throw inputError("{}: sample {} has label {}; labels are whole numbers, or one-hot rows",
                             name.string(), whole.size(), label);
        }
        whole.push_back(static_cast<std::int64_t>(label));
    }
    return whole;
}

/// Where each row has its 1.
ArrayLabels fromOneHot(const nn::Tensor& labels, const fs::path& name) {
    const std::int64_t classes = labels.shape[1];
    ArrayLabels result{{}, static_cast<int>(classes)};
    const auto take = [&](const auto& elements) {
        for (auto row = elements.begin(); row != elements.end(); row += classes) {
            const auto end = row + classes;
            const auto ones = std::count(row, end, 1), zeros = std::count(row, end, 0);
            if (ones != 1 || zeros != classes - 1) {
                throw inputError("{}: its labels are {}, but sample {} is no one-hot row (a single 1 among "
                                 "zeros); labels are one whole number for each sample, or one-hot rows",
                                 name.string(), nn::toString(labels.shape), result.values.size());
            }
            result.values.push_back(std::find(row, end, 1) - row);
        }
    };
    std::visit(take, labels.data);
    return result;
}

} // namespace

ArrayLabels arrayLabels(const nn::Tensor& labels, std::int64_t samples, const fs::path& name) {
    const std::size_t rank = labels.shape.size();
    if (rank == 0 || rank > 2 || labels.shape[0] != samples || labels.shape.back() == 0) {
        throw inputError("{}: holds {} labels for {} images", name.string(), nn::toString(labels.shape),
                         samples);
    }
    if (rank == 2 && labels.shape[1] > 1) {
        return fromOneHot(labels, name);
    }
    return {wholeNumbers(labels, name), 0};
}

} // namespace tandem::data

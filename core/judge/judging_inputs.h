// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/data/split.h"
#include "core/nn/graph.h"
#include "core/nn/tensor.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace tandem::judge {

/// Inputs of a network, each one tensor in its own shape (batch 1), as the imported float network takes it.
/// They are made when they are asked for: a whole data set as floats would fill the memory.
class InputSet {
  public:
    InputSet() = default;
    /// Those at hand. Not explicit: they are such a set.
    InputSet(std::vector<nn::Tensor> inputs);
    /// `make(i)` gives input i of `count`, the same at every call; from any thread.
    InputSet(std::size_t count, std::function<nn::Tensor(std::size_t)> make);

    std::size_t size() const { return count_; }
    bool empty() const { return count_ == 0; }
    nn::Tensor operator[](std::size_t index) const { return make_(index); }
    /// Inputs [first, first + count), of which there may be fewer.
    std::vector<nn::Tensor> some(std::size_t first, std::size_t count) const;

  private:
    std::size_t count_ = 0;
    std::function<nn::Tensor(std::size_t)> make_;
};

/// The inputs that the accuracy side of points is judged on.
struct JudgingInputs {
    std::vector<nn::Tensor> calibration; ///< ranges and sensitivities are measured on these; never empty
    InputSet validation;                 ///< agreement and accuracy are measured on these; empty: calibration
    std::vector<int> labels; ///< right class of each validation input; empty: no data set, only agreement can
                             ///< be said

    /// What agreement and accuracy are measured on.
    InputSet judged() const { return validation.empty() ? InputSet(calibration) : validation; }
};

/// Gives the inputs; Error (Cancelled) where it was asked to stop.
using InputSource = std::function<JudgingInputs(const std::stop_token& cancel)>;

/// Synthetic calibration inputs (see syntheticInputs) for a network that comes without data; no labels.
JudgingInputs inputsWithoutData(const nn::Graph& prepared, int count, std::uint64_t seed,
                                const Workers& workers = {});

/// Calibration inputs from the training part of a split data set, and its whole validation part with labels;
/// its test part is not touched. Throws Error (Input) when samples do not fit the network's input, or the set
/// has no labels.
JudgingInputs inputsFrom(const std::shared_ptr<const data::Dataset>& dataset, const nn::Graph& prepared,
                         const data::Split& split, int calibrationCount);

} // namespace tandem::judge

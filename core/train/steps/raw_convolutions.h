// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <memory>

namespace tandem::train {

/// Which primitives are run.
enum class RawPasses {
    Forward, ///< inference
    All,     ///< a step of training
};

/// A graph's convolutions as bare oneDNN primitives (forward, backward by weights, backward by data where the
/// input is computed), each in the layouts that it likes best and on numbers of no meaning: the rate that
/// training and integer inference are held against.
class RawConvolutions {
  public:
    /// For `samples` samples at once. Throws Error (Input) where the graph mixes the samples of a batch.
    RawConvolutions(const nn::Graph& graph, int samples, RawPasses passes = RawPasses::All);
    ~RawConvolutions();
    RawConvolutions(RawConvolutions&&) noexcept;
    RawConvolutions& operator=(RawConvolutions&&) noexcept;

    /// Floating-point operations of one run(): two for each multiply-accumulate.
    double operations() const;
    /// Executes every primitive once, on the calling thread.
    void run();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace tandem::train

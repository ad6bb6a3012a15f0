// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/checkpoint.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace tandem::train {

/// Moves parameters against their gradients. It keeps a state per parameter tensor, so each tensor must come
/// under its own number in every step.
class Optimizer {
  public:
    virtual ~Optimizer() = default;
    /// To be called once before the updates of a step.
    virtual void beginStep() {}
    virtual void update(std::size_t number, std::span<float> values, std::span<const float> gradient,
                        double learningRate, double weightDecay) = 0;
    /// Its state, for a checkpoint.
    virtual void save(CheckpointWriter& checkpoint) const = 0;
    virtual void load(CheckpointReader& checkpoint) = 0;
};

/// g += decay * w; v = momentum * v + g; w -= rate * (nesterov ? g + momentum * v : v), as PyTorch's SGD.
class Sgd : public Optimizer {
  public:
    explicit Sgd(double momentum = 0.9, bool nesterov = false) : momentum_(momentum), nesterov_(nesterov) {}
    void update(std::size_t number, std::span<float> values, std::span<const float> gradient,
                double learningRate, double weightDecay) override;
    void save(CheckpointWriter& checkpoint) const override;
    void load(CheckpointReader& checkpoint) override;

  private:
    double momentum_;
    bool nesterov_;
    std::vector<std::vector<float>> velocity_;
};

/// Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019).
class Adam : public Optimizer {
  public:
    explicit Adam(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : beta1_(beta1), beta2_(beta2), epsilon_(epsilon) {}
    void beginStep() override { ++step_; }
    void update(std::size_t number, std::span<float> values, std::span<const float> gradient,
                double learningRate, double weightDecay) override;
    void save(CheckpointWriter& checkpoint) const override;
    void load(CheckpointReader& checkpoint) override;

  private:
    double beta1_, beta2_, epsilon_;
    std::int64_t step_ = 0;
    std::vector<std::vector<float>> first_, second_;
};

/// The learning rate of step `step` of `steps`: linear from 0 over `warmUp` steps, then half a cosine from
/// `peak` to 0 (Loshchilov and Hutter 2017).
double cosineRate(double peak, std::int64_t step, std::int64_t steps, std::int64_t warmUp);

} // namespace tandem::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/supernet/replicas.h"

namespace tandem::judge {

namespace {

train::TrainingOptions withQuantization(train::TrainingOptions options,
                                        const train::FakeQuantization& quantization) {
    options.quantization = quantization;
    return options;
}

} // namespace

Replica::Replica(SubNetwork made, const data::Dataset& dataset, train::TrainingOptions options)
    : network(std::move(made)),
      batch(network.rounding.graph, dataset,
            withQuantization(std::move(options), network.rounding.quantization)) {}

Replicas::Replicas(const SubNetworkMaker& maker, const data::Dataset& dataset, train::TrainingOptions options,
                   int limit)
    : maker_(maker),
      dataset_(dataset),
      options_(std::move(options)),
      limit_(static_cast<std::size_t>(std::max(limit, 1))) {
    options_.distillation.teacher = nullptr;
}

Replica& Replicas::at(const point::Encoding& encoding) {
    std::unique_ptr<Replica>& found = kept_[encoding];
    if (!found) {
        if (kept_.size() > limit_) {
            const auto lastUse = [](const auto& entry) {
                return entry.second ? entry.second->lastUse : std::numeric_limits<std::uint64_t>::max();
            };
            kept_.erase(std::ranges::min_element(kept_, {}, lastUse));
        }
        found = std::make_unique<Replica>(maker_.make(encoding), dataset_, options_);
    }
    found->lastUse = ++uses_;
    return *found;
}

} // namespace tandem::judge

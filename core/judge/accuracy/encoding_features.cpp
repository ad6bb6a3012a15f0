// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/encoding_features.h"

#include <utility>

namespace tandem::judge {

EncodingFeatures::EncodingFeatures(const point::Space& space, Prior prior, Reading reading)
    : prior_(std::move(prior)), reading_(std::move(reading)) {
    for (std::size_t place = 0; place < space.parameters.size(); ++place) {
        const point::Parameter& parameter = space.parameters[place];
        if (parameter.name.starts_with("model.") && parameter.choices.size() > 1) {
            seen_.push_back({place, static_cast<double>(parameter.choices.size() - 1)});
        }
    }
}

std::vector<double> EncodingFeatures::of(const point::Encoding& encoding) const {
    const point::Encoding read = reading_ ? reading_(encoding) : encoding;
    std::vector<double> features;
    features.reserve(seen_.size());
    for (const Seen& seen : seen_) {
        features.push_back(static_cast<double>(read.at(seen.place)) / seen.last);
    }
    return features;
}

} // namespace tandem::judge

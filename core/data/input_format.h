// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_spec.h"
#include "core/data/dataset.h"
#include "core/nn/graph.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tandem::data {

/// How samples are handed to one network.
struct InputFormat {
    Normalization normalization;
    Layout layout = Layout::ChannelsFirst;
    std::string reason; ///< where the normalization comes from, in words
    bool operator==(const InputFormat&) const = default;
};

/// The accuracy, in [0, 1], of the network on these samples of the data set; may be empty where it cannot be
/// measured.
using AccuracyOf = std::function<double(const Dataset& dataset, std::span<const std::size_t> samples)>;

/// Finds the format for the imported network's one input. What the spec says holds. Otherwise, for pictures,
/// the first of these that says anything:
/// 1. the input's QuantizeLinear, DequantizeLinear or Quant: its range of numbers;
/// 2. a BatchNormalization, or a Sub, Add, Mul or Div by constants, that reads the input: whether its means
/// and
///    factors suit 0..1, -1..1 or 0..255;
/// 3. measuring: the best of the usual ranges and of the training samples' mean and deviation on up to 256
///    training samples, if it is better than 0..1 by more than chance;
/// 4. 0..1.
/// Floats (sounds' features, float arrays) are only measured: as they are, or by mean and deviation. Throws
/// Error (Input) when the samples do not fit the input, or labels not the classes that the output has.
InputFormat findInputFormat(const nn::Graph& imported, const Dataset& dataset, const DataSpec& spec,
                            std::span<const std::size_t> training, const AccuracyOf& accuracyOf);

/// In words: "3x32x32, channels first; bytes as 0..1, minus 0.491/0.482/0.447, over 0.247/0.243/0.262 (...)".
std::string toString(const InputFormat& format, const Dataset& dataset);

nlohmann::ordered_json toJson(const InputFormat& format);
/// Throws Error (Input).
InputFormat inputFormatFromJson(const nlohmann::ordered_json& json);

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tandem::data {

/// Where a network's input has its channels.
enum class Layout { ChannelsFirst, ChannelsLast };

/// Why classes have their numbers: the files say so, or they are folders in the order of their names or (all
/// of them whole numbers) of these numbers.
enum class ClassOrder { Given, Names, Numbers };

/// The numbers that byte 0 and byte 255 stand for.
struct ByteRange {
    float low = 0.0F, high = 1.0F;
    bool operator==(const ByteRange&) const = default;
};

/// A data set as a person names it: what it is, and what they say about it that would be found out otherwise.
struct DataSpec {
    std::string source; ///< see openDataset()
    ImageSize size;
    double validationShare = 0.1;
    std::optional<std::uint64_t> seed; ///< of the split; without it the study's
    std::optional<Layout> layout;
    std::optional<ClassOrder> order; ///< of class folders
    std::optional<ByteRange> range;
    std::vector<float> mean, deviation;       ///< per channel or one for all; in the units of `range`
    std::map<std::string, std::string> sound; ///< see audioSettingsFor()
};

/// Reads "SOURCE[:NAME=VALUE]...", where SOURCE is as much of the text as exists (sourceExists()), whatever
/// is in its name, as long as settings follow; otherwise what stands behind a colon and is no setting belongs
/// to the source. Settings: size=HxW, channels=N, validation=SHARE, seed=N, layout=nchw|nhwc,
/// order=names|numbers, range=LOW..HIGH, mean=A/B/C, deviation=A/B/C, and the names of audioSettingsFor().
/// Throws Error (Input) naming the setting that is wrong.
DataSpec parseDataSpec(const std::string& text);

/// "names" or "numbers"; empty for Given.
std::string toString(ClassOrder order);
/// Reads one of these. Throws Error (Input).
ClassOrder parseClassOrder(const std::string& text);

/// What a spec says beside its source, by the names that parseDataSpec() reads; what is to be found out has
/// none.
std::map<std::string, std::string> settingsOf(const DataSpec& spec);

/// "SOURCE:NAME=VALUE..." with the settings that are not empty.
std::string withSettings(const std::string& source, const std::map<std::string, std::string>& settings);

} // namespace tandem::data

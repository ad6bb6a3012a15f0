// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_spec.h"

#include "core/base/error.h"
#include "core/data/audio_settings.h"
#include "core/data/data_source.h"
#include "core/data/numbers.h"

#include <cmath>
#include <functional>

namespace tandem::data {

namespace {

constexpr int kMostSize = 1 << 14;

int wholeOf(std::string_view setting, std::string_view text, int most) {
    const double value = numberOf(setting, text);
    if (value < 1 || value > most || value != std::floor(value)) {
        throw inputError("{}={}: a whole number from 1 to {} is expected", setting, text, most);
    }
    return static_cast<int>(value);
}

void setSize(DataSpec& spec, const std::string& text) {
    const std::size_t by = text.find('x');
    if (by == std::string::npos) {
        throw inputError("size={}: HEIGHTxWIDTH is expected", text);
    }
    spec.size.height = wholeOf("size", text.substr(0, by), kMostSize);
    spec.size.width = wholeOf("size", text.substr(by + 1), kMostSize);
}

void setChannels(DataSpec& spec, const std::string& text) {
    spec.size.channels = wholeOf("channels", text, 3);
    if (spec.size.channels == 2) {
        throw inputError("channels=2: pictures have 1 channel (grey) or 3 (red, green, blue)");
    }
}

void setValidation(DataSpec& spec, const std::string& text) {
    spec.validationShare = numberOf("validation", text);
    if (!(spec.validationShare > 0.0 && spec.validationShare < 0.5)) {
        throw inputError("validation={}: a share above 0 and below 0.5 is expected", text);
    }
}

void setLayout(DataSpec& spec, const std::string& text) {
    if (text != "nchw" && text != "nhwc") {
        throw inputError("layout={}: accepted are nchw and nhwc", text);
    }
    spec.layout = text == "nchw" ? Layout::ChannelsFirst : Layout::ChannelsLast;
}

void setOrder(DataSpec& spec, const std::string& text) {
    spec.order = parseClassOrder(text);
}

void setRange(DataSpec& spec, const std::string& text) {
    const std::size_t dots = text.find("..");
    if (dots == std::string::npos) {
        throw inputError("range={}: LOW..HIGH is expected, for instance 0..1 or -1..1", text);
    }
    const ByteRange range{static_cast<float>(numberOf("range", text.substr(0, dots))),
                          static_cast<float>(numberOf("range", text.substr(dots + 2)))};
    if (!(range.low < range.high)) {
        throw inputError("range={}: the first number must be the lower one", text);
    }
    spec.range = range;
}

void setDeviation(DataSpec& spec, const std::string& text) {
    spec.deviation = numbersOf("deviation", text);
    if (!std::ranges::all_of(spec.deviation, [](float deviation) { return deviation > 0.0F; })) {
        throw inputError("deviation={}: positive numbers are expected", text);
    }
}

using Setter = std::function<void(DataSpec&, const std::string&)>;

const std::map<std::string, Setter, std::less<>>& setters() {
    static const std::map<std::string, Setter, std::less<>> table{
        {"size", setSize},
        {"channels", setChannels},
        {"validation", setValidation},
        {"layout", setLayout},
        {"order", setOrder},
        {"range", setRange},
        {"deviation", setDeviation},
        {"mean", [](DataSpec& spec, const std::string& text) { spec.mean = numbersOf("mean", text); }},
        {"seed",
         [](DataSpec& spec, const std::string& text) {
             spec.seed = static_cast<std::uint64_t>(wholeOf("seed", text, 1 << 30));
         }},
    };
    return table;
}

bool isSetting(const std::string& part) {
    const std::size_t equals = part.find('=');
    const std::string name = part.substr(0, equals);
    return equals != std::string::npos && (setters().contains(name) || isAudioSetting(name));
}

void takeSetting(DataSpec& spec, const std::string& part) {
    const std::size_t equals = part.find('=');
    const std::string name = part.substr(0, equals), value = part.substr(equals + 1);
    if (const auto found = setters().find(name); found != setters().end()) {
        found->second(spec, value);
    } else {
        spec.sound[name] = value;
    }
}

std::vector<std::string> splitAtColons(const std::string& text) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (std::size_t colon = text.find(':'); colon != std::string::npos; colon = text.find(':', start)) {
        parts.push_back(text.substr(start, colon - start));
        start = colon + 1;
    }
    parts.push_back(text.substr(start));
    return parts;
}

/// How many of the parts name a source that exists, the rest being settings; 0 where none do.
std::size_t existingParts(const std::vector<std::string>& parts) {
    std::size_t settingsFrom = parts.size();
    while (settingsFrom > 1 && isSetting(parts[settingsFrom - 1])) {
        --settingsFrom;
    }
    std::size_t longest = 0;
    std::string source;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        source += (i == 0 ? "" : ":") + parts[i];
        if (i + 1 >= settingsFrom && sourceExists(source)) {
            longest = i + 1;
        }
    }
    return longest;
}

} // namespace

std::string toString(ClassOrder order) {
    return order == ClassOrder::Names ? "names" : order == ClassOrder::Numbers ? "numbers" : "";
}

ClassOrder parseClassOrder(const std::string& text) {
    if (text != "names" && text != "numbers") {
        throw inputError("order={}: accepted are names and numbers", text);
    }
    return text == "names" ? ClassOrder::Names : ClassOrder::Numbers;
}

std::map<std::string, std::string> settingsOf(const DataSpec& spec) {
    std::map<std::string, std::string> settings = spec.sound;
    const DataSpec usual;
    if (spec.size.height > 0) {
        settings["size"] = fmt::format("{}x{}", spec.size.height, spec.size.width);
    }
    if (spec.size.channels > 0) {
        settings["channels"] = std::to_string(spec.size.channels);
    }
    if (spec.validationShare != usual.validationShare) {
        settings["validation"] = fmt::format("{}", spec.validationShare);
    }
    if (spec.seed) {
        settings["seed"] = std::to_string(*spec.seed);
    }
    if (spec.layout) {
        settings["layout"] = *spec.layout == Layout::ChannelsFirst ? "nchw" : "nhwc";
    }
    if (spec.order) {
        settings["order"] = toString(*spec.order);
    }
    if (spec.range) {
        settings["range"] = fmt::format("{}..{}", spec.range->low, spec.range->high);
    }
    if (!spec.mean.empty()) {
        settings["mean"] = fmt::format("{}", fmt::join(spec.mean, "/"));
    }
    if (!spec.deviation.empty()) {
        settings["deviation"] = fmt::format("{}", fmt::join(spec.deviation, "/"));
    }
    return settings;
}

std::string withSettings(const std::string& source, const std::map<std::string, std::string>& settings) {
    std::string text = source;
    for (const auto& [name, value] : settings) {
        text += value.empty() ? "" : fmt::format(":{}={}", name, value);
    }
    return text;
}

DataSpec parseDataSpec(const std::string& text) {
    DataSpec spec;
    const std::vector<std::string> parts = splitAtColons(text);
    const std::size_t existing = existingParts(parts);
    spec.source = parts[0];
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (i >= existing && isSetting(parts[i])) {
            takeSetting(spec, parts[i]);
        } else {
            spec.source += ":" + parts[i];
        }
    }
    return spec;
}

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/audio_settings.h"

#include "core/base/error.h"
#include "core/data/numbers.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

namespace tandem::data {

namespace {

constexpr int kMostCoefficients = 20; ///< a map of more features holds mel bands
constexpr std::array<std::string_view, 11> kNames{"features", "rate", "clip", "window",       "hop", "fft",
                                                  "bands",    "low",  "high", "coefficients", "time"};

class Given {
  public:
    explicit Given(const std::map<std::string, std::string>& settings) : settings_(settings) {}

    bool has(const char* name) const { return settings_.contains(name); }
    std::string text(const char* name) const { return settings_.at(name); }
    double number(const char* name, double otherwise) const {
        return has(name) ? numberOf(name, settings_.at(name)) : otherwise;
    }
    int whole(const char* name, int otherwise) const {
        return static_cast<int>(std::lround(std::clamp(number(name, otherwise), -1e9, 1e9)));
    }
    /// Milliseconds as samples.
    int samples(const char* name, int rate, int otherwise) const {
        return has(name)
                   ? static_cast<int>(std::lround(std::clamp(number(name, 0.0) * rate / 1000.0, -1e9, 1e9)))
                   : otherwise;
    }

  private:
    const std::map<std::string, std::string>& settings_;
};

void check(const AudioSettings& s) {
    const auto need = [](bool holds, std::string_view what) {
        if (!holds) {
            throw inputError("the sound settings do not fit together: {}", what);
        }
    };
    need(s.sampleRate >= 1000 && s.sampleRate <= 1'000'000, "the rate must be 1000 to 1000000 Hz");
    need(s.clip >= 1 && s.clip <= 100'000'000, "the clip must be 1 to 100000000 samples long");
    need(s.window >= 1 && s.window <= s.clip, "the window must be longer than nothing and fit into the clip");
    need(s.hop >= 1, "the hop must be at least one sample");
    need(s.fft >= s.window && s.fft <= 1 << 20, "fft must be at least the window's samples, at most 1048576");
    need(s.melBands >= 1 && s.melBands <= 4096, "there must be 1 to 4096 mel bands");
    need(s.coefficients >= 1 && s.coefficients <= s.melBands,
         "there must be 1 to as many coefficients as bands");
    need(s.lowHz >= 0.0 && s.lowHz < s.highHz && s.highHz <= s.sampleRate / 2.0,
         "low must be below high, and high at most half of the rate");
}

/// As many frames and features as the network's input has rows and columns. Windows overlap by half.
void fit(AudioSettings& settings, const nn::Shape& inputShape) {
    nn::Shape sizes;
    std::ranges::copy_if(inputShape, std::back_inserter(sizes), [](std::int64_t size) { return size > 1; });
    if (sizes.size() < 2) {
        return;
    }
    if (sizes.size() > 2 || std::ranges::max(sizes) >= settings.clip) {
        throw inputError(
            "the network's {} input is no map of sound features; frames and features are expected",
            nn::toString(inputShape));
    }
    settings.timeAlongRows = sizes[0] >= sizes[1];
    const int frames = static_cast<int>(std::max(sizes[0], sizes[1]));
    const int features = static_cast<int>(std::min(sizes[0], sizes[1]));
    settings.hop = settings.clip / (frames + 1);
    settings.window = settings.clip - (frames - 1) * settings.hop;
    if (features <= kMostCoefficients) {
        settings.coefficients = features;
    } else {
        settings.features = AudioFeatures::LogMel;
        settings.melBands = features;
        settings.highHz = settings.sampleRate / 2.0;
    }
}

} // namespace

nn::Shape AudioSettings::sampleShape() const {
    return timeAlongRows ? nn::Shape{1, frames(), featureCount()} : nn::Shape{1, featureCount(), frames()};
}

AudioSettings audioSettingsFor(const nn::Shape& inputShape,
                               const std::map<std::string, std::string>& settings) {
    const Given given(settings);
    AudioSettings result;
    result.sampleRate = given.whole("rate", result.sampleRate);
    result.clip = given.samples("clip", result.sampleRate, result.sampleRate);
    result.hop = result.sampleRate / 50;
    result.window = 2 * result.hop;
    fit(result, inputShape);
    if (given.has("features")) {
        const std::string name = given.text("features");
        if (name != "mfcc" && name != "logmel") {
            throw inputError("features={} is unknown; accepted are mfcc and logmel", name);
        }
        result.features = name == "mfcc" ? AudioFeatures::Mfcc : AudioFeatures::LogMel;
    }
    if (given.has("time")) {
        const std::string name = given.text("time");
        if (name != "rows" && name != "columns") {
            throw inputError("time={} is unknown; accepted are rows and columns", name);
        }
        result.timeAlongRows = name == "rows";
    }
    result.window = given.samples("window", result.sampleRate, result.window);
    result.hop = given.samples("hop", result.sampleRate, result.hop);
    const int enclosing =
        static_cast<int>(std::bit_ceil(static_cast<unsigned>(std::clamp(result.window, 1, 1 << 20))));
    result.fft = given.whole("fft", enclosing);
    result.melBands = given.whole("bands", result.melBands);
    result.coefficients = given.whole("coefficients", result.coefficients);
    result.lowHz = given.number("low", result.lowHz);
    result.highHz = given.number("high", std::min(result.highHz, result.sampleRate / 2.0));
    check(result);
    return result;
}

bool isAudioSetting(std::string_view name) {
    return std::ranges::find(kNames, name) != kNames.end();
}

std::string toString(const AudioSettings& s) {
    const auto milliseconds = [&](int samples) { return 1000.0 * samples / s.sampleRate; };
    const std::string what = s.features == AudioFeatures::Mfcc
                                 ? fmt::format("MFCC: {} of {} mel bands", s.coefficients, s.melBands)
                                 : fmt::format("log-mel: {} bands", s.melBands);
    return fmt::format(
        "{} from {:g} to {:g} Hz, {} frames of {:g} ms every {:g} ms, FFT of {} at {} Hz, time along {}",
        what, s.lowHz, s.highHz, s.frames(), milliseconds(s.window), milliseconds(s.hop), s.fft, s.sampleRate,
        s.timeAlongRows ? "rows" : "columns");
}

nlohmann::ordered_json toJson(const AudioSettings& s) {
    return {{"features", s.features == AudioFeatures::Mfcc ? "mfcc" : "logmel"},
            {"sample_rate", s.sampleRate},
            {"clip", s.clip},
            {"window", s.window},
            {"hop", s.hop},
            {"fft", s.fft},
            {"mel_bands", s.melBands},
            {"coefficients", s.coefficients},
            {"low_hz", s.lowHz},
            {"high_hz", s.highHz},
            {"time", s.timeAlongRows ? "rows" : "columns"}};
}

AudioSettings audioSettingsFromJson(const nlohmann::ordered_json& json) {
    try {
        AudioSettings s;
        s.features = json.at("features") == "mfcc" ? AudioFeatures::Mfcc : AudioFeatures::LogMel;
        json.at("sample_rate").get_to(s.sampleRate);
        json.at("clip").get_to(s.clip);
        json.at("window").get_to(s.window);
        json.at("hop").get_to(s.hop);
        json.at("fft").get_to(s.fft);
        json.at("mel_bands").get_to(s.melBands);
        json.at("coefficients").get_to(s.coefficients);
        json.at("low_hz").get_to(s.lowHz);
        json.at("high_hz").get_to(s.highHz);
        s.timeAlongRows = json.at("time") == "rows";
        check(s);
        return s;
    } catch (const nlohmann::json::exception& error) {
        throw inputError("the sound settings cannot be read: {}", error.what());
    }
}

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/tensor.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>
#include <string_view>

namespace tandem::data {

enum class AudioFeatures {
    LogMel, ///< logarithms of the energy in mel bands
    Mfcc,   ///< mel-frequency cepstral coefficients: the cosine transform of those
};

/// How a clip of sound becomes a map of numbers (see audioFeatures()). The defaults are those of the
/// TensorFlow speech commands example that MLPerf Tiny's keyword spotting uses.
struct AudioSettings {
    AudioFeatures features = AudioFeatures::Mfcc;
    int sampleRate = 16'000; ///< Hz; files of another rate are refused
    int clip = 16'000;       ///< samples; longer files are cut, shorter ones filled up with silence
    int window = 640;        ///< samples of one frame
    int hop = 320;           ///< samples from one frame to the next
    int fft = 1024;          ///< samples of the Fourier transform, the frame filled up with zeros
    int melBands = 40;
    int coefficients = 10;     ///< of Mfcc: the lowest ones
    double lowHz = 20.0;       ///< lower edge of the lowest mel band
    double highHz = 4000.0;    ///< upper edge of the highest
    bool timeAlongRows = true; ///< frames are rows and features columns, or the other way round
    bool operator==(const AudioSettings&) const = default;

    int frames() const { return 1 + (clip - window) / hop; }
    int featureCount() const { return features == AudioFeatures::Mfcc ? coefficients : melBands; }
    /// 1, rows, columns.
    nn::Shape sampleShape() const;
};

/// Settings whose map has the shape of a network's input (any empty shape, or one with a single size above 1:
/// the defaults), with what `given` says instead: features (mfcc, logmel), rate and low and high (Hz), clip,
/// window and hop (milliseconds), fft, bands, coefficients, time (rows, columns). A map of at most 20
/// features is taken for MFCC. Throws Error (Input) when a setting cannot be read or contradicts the others.
AudioSettings audioSettingsFor(const nn::Shape& inputShape, const std::map<std::string, std::string>& given);

/// Whether audioSettingsFor() knows a setting of this name.
bool isAudioSetting(std::string_view name);

/// In words: "MFCC: 10 of 40 mel bands from 20 to 4000 Hz, ...".
std::string toString(const AudioSettings& settings);

nlohmann::ordered_json toJson(const AudioSettings& settings);
/// Throws Error (Input).
AudioSettings audioSettingsFromJson(const nlohmann::ordered_json& json);

} // namespace tandem::data

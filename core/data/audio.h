// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/audio_settings.h"

#include <filesystem>
#include <span>
#include <vector>

namespace tandem::data {

/// Whether the name ends in .wav.
bool isSoundName(const std::filesystem::path& path);

/// The samples of a WAV file in [-1, 1], the mean of its channels. Throws Error (Input) naming the file when
/// it is damaged, cut short or of another sample rate.
std::vector<float> readSound(const std::filesystem::path& path, int sampleRate);

/// The feature map of a clip, row by row. Every frame is weighed by a periodic Hann window and Fourier
/// transformed; magnitudes are added up in triangular mel bands and become log(sum + 1e-6). Bands are evenly
/// spaced in mels, 1127 log(1 + f / 700), and their triangles are straight there; the bin at 0 Hz counts in
/// none. MFCC k is sqrt(2 / bands) * sum over bands n of x[n] * cos(pi / bands * k * (n + 1/2)). All of it as
/// in HTK and TensorFlow (tf.signal.linear_to_mel_weight_matrix, tf.signal.mfccs_from_log_mel_spectrograms).
class FeatureExtractor {
  public:
    explicit FeatureExtractor(const AudioSettings& settings);
    /// Clips of another length are cut or filled up with silence.
    std::vector<float> operator()(std::span<const float> sound) const;

  private:
    AudioSettings settings_;
    std::vector<float> window_;
    std::vector<float> melWeights_;    ///< [bands, bins]
    std::vector<float> cosineWeights_; ///< [coefficients, bands]
};

} // namespace tandem::data

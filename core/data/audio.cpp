// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/audio.h"

#include "core/base/error.h"
#include "core/data/folders.h"

#include <sndfile.h>
#include <unsupported/Eigen/FFT>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <fstream>
#include <memory>
#include <numbers>

namespace tandem::data {

namespace {

constexpr float kFloor = 1e-6F; ///< what a band without energy has
constexpr sf_count_t kMostFrames = 100'000'000;

double mels(double hertz) {
    return 1127.0 * std::log1p(hertz / 700.0);
}

/// Whether a RIFF file ends before its header says; libsndfile reads what is left of such a file.
bool isCutShort(const std::filesystem::path& path) {
    std::array<char, 8> header{};
    std::ifstream(path, std::ios::binary).read(header.data(), header.size());
    std::uint64_t size = 0;
    for (std::size_t i = 8; i-- > 4;) {
        size = size << 8 | static_cast<std::uint8_t>(header[i]);
    }
    return std::filesystem::file_size(path) + 1 < size + header.size(); // a last padding byte may be absent
}

} // namespace

bool isSoundName(const std::filesystem::path& path) {
    return lowerExtension(path) == ".wav";
}

std::vector<float> readSound(const std::filesystem::path& path, int sampleRate) {
    SF_INFO info{};
    const std::unique_ptr<SNDFILE, decltype(&sf_close)> file(sf_open(path.c_str(), SFM_READ, &info),
                                                             sf_close);
    if (!file) {
        throw inputError("{}: the sound cannot be decoded: {}", path.string(), sf_strerror(nullptr));
    }
    if (info.samplerate != sampleRate) {
        throw inputError("{}: is sampled at {} Hz where {} Hz is expected", path.string(), info.samplerate,
                         sampleRate);
    }
    if (isCutShort(path) || info.frames < 1 || info.frames > kMostFrames || info.channels < 1) {
        throw inputError("{}: the sound is empty, or its data are damaged or cut short", path.string());
    }
    const auto channels = static_cast<std::size_t>(info.channels);
    std::vector<float> interleaved(static_cast<std::size_t>(info.frames) * channels);
    if (sf_readf_float(file.get(), interleaved.data(), info.frames) != info.frames) {
        throw inputError("{}: the sound's data are damaged or cut short", path.string());
    }
    if (!std::ranges::all_of(interleaved, [](float x) { return std::isfinite(x); })) {
        throw inputError("{}: the sound holds numbers that are not finite", path.string());
    }
    std::vector<float> sound(static_cast<std::size_t>(info.frames), 0.0F);
    for (std::size_t i = 0; i < interleaved.size(); ++i) {
        sound[i / channels] += interleaved[i] / static_cast<float>(channels);
    }
    return sound;
}

FeatureExtractor::FeatureExtractor(const AudioSettings& settings) : settings_(settings) {
    for (int i = 0; i < settings.window; ++i) {
        const double phase = 2.0 * std::numbers::pi * i / settings.window;
        window_.push_back(static_cast<float>(0.5 - 0.5 * std::cos(phase)));
    }
    const int bins = settings.fft / 2 + 1;
    const double low = mels(settings.lowHz), step = (mels(settings.highHz) - low) / (settings.melBands + 1);
    for (int band = 0; band < settings.melBands; ++band) {
        melWeights_.push_back(0.0F); // at 0 Hz
        for (int bin = 1; bin < bins; ++bin) {
            const double place =
                (mels(static_cast<double>(bin) * settings.sampleRate / settings.fft) - low) / step;
            melWeights_.push_back(static_cast<float>(std::max(0.0, 1.0 - std::abs(place - (band + 1)))));
        }
    }
    for (int k = 0; k < settings.coefficients; ++k) {
        for (int band = 0; band < settings.melBands; ++band) {
            const double phase = std::numbers::pi / settings.melBands * k * (band + 0.5);
            cosineWeights_.push_back(
                static_cast<float>(std::sqrt(2.0 / settings.melBands) * std::cos(phase)));
        }
    }
}

std::vector<float> FeatureExtractor::operator()(std::span<const float> sound) const {
    using Vector = Eigen::VectorXf;
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const int bins = settings_.fft / 2 + 1, frames = settings_.frames();
    const Eigen::Map<const Matrix> mel(melWeights_.data(), settings_.melBands, bins);
    const Eigen::Map<const Matrix> cosine(cosineWeights_.data(), settings_.coefficients, settings_.melBands);
    Eigen::FFT<float> transform; // its plans are its own: one for each call, as calls run side by side
    transform.SetFlag(Eigen::FFT<float>::HalfSpectrum);
    std::vector<float> frame(static_cast<std::size_t>(settings_.fft));
    std::vector<std::complex<float>> spectrum;
    Vector magnitudes(bins);
    Matrix features(frames, settings_.featureCount());
    const std::size_t length = std::min(sound.size(), static_cast<std::size_t>(settings_.clip));
    for (int i = 0; i < frames; ++i) {
        const std::size_t start = static_cast<std::size_t>(i) * static_cast<std::size_t>(settings_.hop);
        std::ranges::fill(frame, 0.0F);
        for (std::size_t k = 0; k < window_.size() && start + k < length; ++k) {
            frame[k] = sound[start + k] * window_[k];
        }
        transform.fwd(spectrum, frame);
        for (int bin = 0; bin < bins; ++bin) {
            magnitudes[bin] = std::abs(spectrum[static_cast<std::size_t>(bin)]);
        }
        const Vector bands = ((mel * magnitudes).array() + kFloor).log();
        features.row(i) = settings_.features == AudioFeatures::Mfcc ? Vector(cosine * bands) : bands;
    }
    if (!settings_.timeAlongRows) {
        features = Matrix(features.transpose());
    }
    return {features.data(), features.data() + features.size()};
}

} // namespace tandem::data

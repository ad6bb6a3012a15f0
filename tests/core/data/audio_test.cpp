// SPDX-License-Identifier: GPL-3.0-or-later
// Sounds: features against the plain definition (a discrete Fourier transform summed up term by term), and
// folders of WAV files.
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/audio.h"
#include "core/data/dataset.h"
#include "tests/core/data/wav.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <numbers>

namespace tandem::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<float> noise(int samples) {
    Random random(3);
    std::vector<float> sound(static_cast<std::size_t>(samples));
    std::ranges::generate(sound, [&] { return static_cast<float>(random.uniform() - 0.5); });
    return sound;
}

double mel(double hertz) {
    return 1127.0 * std::log(1.0 + hertz / 700.0);
}

double magnitude(const AudioSettings& s, const std::vector<float>& sound, int frame, int bin) {
    double real = 0.0, imaginary = 0.0;
    for (int n = 0; n < s.window; ++n) {
        const auto at = static_cast<std::size_t>(frame * s.hop + n);
        const double hann = std::pow(std::sin(std::numbers::pi * n / s.window), 2);
        const double x = at < sound.size() ? hann * double{sound[at]} : 0.0;
        real += x * std::cos(2.0 * std::numbers::pi * bin * n / s.fft);
        imaginary -= x * std::sin(2.0 * std::numbers::pi * bin * n / s.fft);
    }
    return std::hypot(real, imaginary);
}

/// Bands by their edges: rising from one edge to the next in mels, falling to the one after it.
std::vector<double> logMel(const AudioSettings& s, const std::vector<float>& sound, int frame) {
    std::vector<double> result;
    const double width = (mel(s.highHz) - mel(s.lowHz)) / (s.melBands + 1);
    for (int band = 0; band < s.melBands; ++band) {
        const double lower = mel(s.lowHz) + band * width, centre = lower + width, upper = centre + width;
        double sum = 0.0;
        for (int bin = 1; bin <= s.fft / 2; ++bin) {
            const double place = mel(bin * static_cast<double>(s.sampleRate) / s.fft);
            const double weight = std::min((place - lower) / width, (upper - place) / width);
            sum += weight > 0.0 ? weight * magnitude(s, sound, frame, bin) : 0.0;
        }
        result.push_back(std::log(sum + 1e-6));
    }
    return result;
}

AudioSettings small() {
    AudioSettings s;
    s.sampleRate = 4000;
    s.clip = 700;
    s.window = 200;
    s.hop = 150;
    s.fft = 256;
    s.melBands = 12;
    s.coefficients = 5;
    s.lowHz = 50;
    s.highHz = 1800;
    return s;
}

TEST(FeatureExtractor, LogMelIsThePlainDefinition) {
    AudioSettings settings = small();
    settings.features = AudioFeatures::LogMel;
    const std::vector<float> sound = noise(600); // shorter than the clip: silence follows
    const std::vector<float> features = FeatureExtractor(settings)(sound);
    ASSERT_EQ(settings.frames(), 4);
    ASSERT_EQ(features.size(), 48U);
    for (int frame = 0; frame < 4; ++frame) {
        const std::vector<double> expected = logMel(settings, sound, frame);
        for (std::size_t band = 0; band < 12; ++band) {
            EXPECT_NEAR(features[static_cast<std::size_t>(frame) * 12 + band], expected[band], 2e-4);
        }
    }
}

TEST(FeatureExtractor, MfccAreTheCosineTransformOfTheBands) {
    AudioSettings settings = small();
    settings.timeAlongRows = false;
    const std::vector<float> sound = noise(settings.clip);
    const std::vector<float> features = FeatureExtractor(settings)(sound);
    ASSERT_THAT(settings.sampleShape(), ElementsAre(1, 5, 4));
    for (int frame = 0; frame < 4; ++frame) {
        const std::vector<double> bands = logMel(settings, sound, frame);
        for (int k = 0; k < 5; ++k) {
            double sum = 0.0;
            for (int n = 0; n < 12; ++n) {
                sum += std::sqrt(2.0 / 12) * bands[static_cast<std::size_t>(n)] *
                       std::cos(std::numbers::pi / 12 * k * (n + 0.5));
            }
            EXPECT_NEAR(features[static_cast<std::size_t>(k * 4 + frame)], sum, 5e-4);
        }
    }
}

TEST(AudioSettings, AreThoseOfMlperfsKeywordSpottingForItsInput) {
    const AudioSettings settings = audioSettingsFor({1, 49, 10, 1}, {});
    EXPECT_EQ(settings, AudioSettings{});
    EXPECT_THAT(settings.sampleShape(), ElementsAre(1, 49, 10));
    EXPECT_THAT(toString(settings),
                HasSubstr("10 of 40 mel bands from 20 to 4000 Hz, 49 frames of 40 ms every 20 ms"));
}

TEST(AudioSettings, FollowTheInputAndWhatIsGiven) {
    const AudioSettings wide = audioSettingsFor({1, 1, 40, 101}, {});
    EXPECT_EQ(wide.features, AudioFeatures::LogMel);
    EXPECT_THAT(wide.sampleShape(), ElementsAre(1, 40, 101));
    const AudioSettings given = audioSettingsFor(
        {1, 49, 10, 1},
        {{"rate", "8000"}, {"window", "30"}, {"bands", "20"}, {"high", "3000"}, {"features", "logmel"}});
    EXPECT_EQ(given.clip, 8000);
    EXPECT_EQ(given.window, 240);
    EXPECT_EQ(given.fft, 256);
    EXPECT_EQ(given.featureCount(), 20);
    EXPECT_EQ(audioSettingsFromJson(toJson(given)), given);
}

TEST(AudioSettings, ThatContradictAreRefused) {
    EXPECT_THROW(audioSettingsFor({1, 49, 10, 1}, {{"low", "5000"}}), Error);
    EXPECT_THROW(audioSettingsFor({1, 49, 10, 1}, {{"fft", "64"}}), Error);
    EXPECT_THROW(audioSettingsFor({1, 49, 10, 1}, {{"hop", "0"}}), Error);
    EXPECT_THROW(audioSettingsFor({1, 49, 10, 1}, {{"window", "long"}}), Error);
    EXPECT_THROW(audioSettingsFor({1, 49, 10, 1}, {{"features", "wavelets"}}), Error);
    EXPECT_THROW(audioSettingsFor({1, 3, 32, 32}, {}), Error);
    EXPECT_THROW(audioSettingsFromJson(nlohmann::ordered_json::object()), Error);
}

TEST(ReadSound, MixesChannelsAndScales) {
    const test::TemporaryFolder folder;
    const auto file = folder.write("a.wav", test::wav({16384, 0, -32768, -32768}, 8000, 2));
    EXPECT_THAT(readSound(file, 8000), ElementsAre(0.25F, -1.0F));
    EXPECT_THROW(readSound(file, 16000), Error);
}

TEST(OpenDataset, ReadsSpeechCommandFolders) {
    const test::TemporaryFolder folder;
    const std::vector<std::int16_t> tone(16000, 1000);
    for (const char* name :
         {"no/a.wav", "no/b.wav", "yes/a.wav", "yes/b.wav", "yes/c.wav", "_background_noise_/hum.wav"}) {
        folder.write(name, test::wav(tone, 16000, 1));
    }
    folder.write("no/broken.wav", test::wav(tone, 16000, 1).substr(0, 9000));
    folder.write("no/slow.wav", test::wav(tone, 8000, 1));
    folder.write("validation_list.txt", "no/b.wav\n");
    folder.write("testing_list.txt", "yes/c.wav\r\nno/absent.wav");
    const Dataset dataset = openDataset(folder.path().string(), {1, 49, 10, 1});
    EXPECT_THAT(dataset.classNames, ElementsAre("no", "yes"));
    EXPECT_THAT(dataset.labels, ElementsAre(0, 1, 1, 0, 1));
    EXPECT_EQ(dataset.trainingCount, 3U);
    EXPECT_EQ(dataset.validationCount, 1U);
    EXPECT_THAT(dataset.sampleShape, ElementsAre(1, 49, 10));
    ASSERT_TRUE(dataset.sound);
    EXPECT_EQ(*dataset.sound, AudioSettings{});
    EXPECT_EQ(dataset.skipped.count, 2U);
    EXPECT_THAT(toString(dataset.skipped),
                testing::AllOf(HasSubstr("broken.wav"), HasSubstr("cut short"), HasSubstr("8000 Hz")));
}

} // namespace
} // namespace tandem::data

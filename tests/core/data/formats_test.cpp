// SPDX-License-Identifier: GPL-3.0-or-later
// Formats beyond those of dataset_test.cpp, samples that are broken, and files that are spoiled.
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/dataset.h"
#include "core/data/npy.h"
#include "core/data/npz.h"
#include "tests/core/data/archives.h"
#include "tests/core/data/pictures.h"
#include "tests/core/data/wav.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>

namespace tandem::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Npz, ReadsWhatPythonPacked) {
    const test::TemporaryFolder folder;
    const auto arrays = readNpz(folder.write("a.npz", test::archive()));
    ASSERT_EQ(arrays.size(), 4U);
    EXPECT_THAT(arrays.at("x_train").shape, ElementsAre(3, 1, 2));
    EXPECT_THAT(arrays.at("x_train").integers(), ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_THAT(arrays.at("y_train").integers(), ElementsAre(1, 0, -1));
}

TEST(OpenDataset, ReadsNpzArchivesAndSkipsBrokenSamples) {
    const test::TemporaryFolder folder;
    const Dataset dataset = openDataset(folder.write("a.npz", test::archive()).string());
    EXPECT_EQ(dataset.trainingCount, 2U);
    EXPECT_THAT(dataset.labels, ElementsAre(1, 0, 1));
    EXPECT_THAT(std::get<0>(dataset.images), ElementsAre(1, 2, 3, 4, 9, 8));
    EXPECT_EQ(dataset.skipped.count, 1U);
    EXPECT_THAT(toString(dataset.skipped), HasSubstr("sample 2 has label -1"));
}

TEST(OpenDataset, SkipsSamplesThatAreNotFinite) {
    const test::TemporaryFolder folder;
    writeNpy(folder.path() / "x.npy",
             nn::Tensor::ofFloats({3, 2}, {1, 2, 3, std::numeric_limits<float>::quiet_NaN(), 5, 6}));
    writeNpy(folder.path() / "y.npy", nn::Tensor::ofIntegers({3}, {0, 1, 1}));
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_THAT(dataset.sampleShape, ElementsAre(1, 1, 2));
    EXPECT_THAT(std::get<1>(dataset.images), ElementsAre(1, 2, 5, 6));
    EXPECT_THAT(dataset.labels, ElementsAre(0, 1));
    EXPECT_THAT(toString(dataset.skipped), HasSubstr("sample 1 holds numbers that are not finite"));
}

TEST(OpenDataset, TurnsChannelsToTheFront) {
    const test::TemporaryFolder folder;
    std::vector<std::int64_t> pixels(2 * 2 * 5 * 3);
    std::iota(pixels.begin(), pixels.end(), 0);
    const auto file = (folder.path() / "x.npy").string();
    writeNpy(file, nn::Tensor::ofIntegers({2, 2, 5, 3}, pixels, nn::ElementType::UInt8));
    const Dataset dataset = openDataset(file);
    EXPECT_THAT(dataset.sampleShape, ElementsAre(3, 2, 5));
    const auto& images = std::get<0>(dataset.images);
    EXPECT_EQ(images[1], 3);  // channel 0, second cell
    EXPECT_EQ(images[10], 1); // channel 1, first cell
    EXPECT_EQ(images[30], 30);
}

TEST(OpenDataset, ReadsCifar100AndSkipsImpossibleLabels) {
    const test::TemporaryFolder folder;
    const auto record = [](char fine) { return std::string("\x05") + fine + std::string(3072, '\x10'); };
    folder.write("train.bin", record('\x63') + record('\x64') + record('\x00'));
    folder.write("test.bin", record('\x01'));
    folder.write("fine_label_names.txt", "apple\nbaby\n\n");
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_THAT(dataset.labels, ElementsAre(99, 0, 1));
    EXPECT_EQ(dataset.classes, 100);
    EXPECT_EQ(dataset.trainingCount, 2U);
    EXPECT_THAT(dataset.classNames, ElementsAre("apple", "baby"));
    EXPECT_THAT(toString(dataset.skipped), HasSubstr("record 1 has label 100"));
}

std::string pgm(int width, int height, const std::string& pixels) {
    return fmt::format("P5 {} {} 255\n", width, height) + pixels;
}

TEST(OpenDataset, ReadsTrainValAndTestFoldersAndNamesBrokenPictures) {
    const test::TemporaryFolder folder;
    for (const char* name : {"train/a/1.pgm", "train/b/1.pgm", "val/a/1.pgm", "test/b/1.pgm"}) {
        folder.write(name, pgm(2, 1, "ab"));
    }
    folder.write("train/a/2.pgm", pgm(2, 1, "a"));
    folder.write("train/b/2.png", "no picture at all");
    folder.write("train/b/3.pgm", pgm(1, 2, "ab"));
    std::filesystem::create_directories(folder.path() / "val/b");
    std::filesystem::create_directories(folder.path() / "test/a");
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_EQ(dataset.trainingCount, 2U);
    EXPECT_EQ(dataset.validationCount, 1U);
    EXPECT_THAT(dataset.labels, ElementsAre(0, 1, 0, 1));
    EXPECT_EQ(dataset.skipped.count, 3U);
    EXPECT_THAT(toString(dataset.skipped),
                testing::AllOf(HasSubstr("3 samples were skipped"), HasSubstr("a/2.pgm"),
                               HasSubstr("b/2.png"),
                               HasSubstr("b/3.pgm: is 1x2x1 where the images before it are 1x1x2")));
}

TEST(OpenDataset, BringsPicturesToTheNetworksInput) {
    const test::TemporaryFolder folder;
    folder.write("a/1.pgm", pgm(4, 2, std::string("\x0a\x14\x1e\x28\x0a\x14\x1e\x28", 8)));
    folder.write("b/1.pgm", pgm(2, 2, "zzzz"));
    const Dataset fitted = openDataset(folder.path().string(), {1, 3, 2, 2});
    EXPECT_THAT(fitted.sampleShape, ElementsAre(3, 2, 2));
    // Columns of 10 20 30 40 shrink to two, which weigh the nearest three by 3/7, 3/7 and 1/7.
    EXPECT_EQ(std::get<0>(fitted.images)[0], 17);
    EXPECT_EQ(std::get<0>(fitted.images)[1], 33);
    EXPECT_EQ(std::get<0>(fitted.images)[12], 'z');
    EXPECT_THAT(openDataset(folder.path().string() + ":size=8x6").sampleShape, ElementsAre(1, 8, 6));
    EXPECT_THAT(openDataset(folder.path().string(), {1, 5, 7, 1}).sampleShape, ElementsAre(1, 5, 7));
}

TEST(DataSpec, ReadsWhatAPersonSays) {
    const DataSpec spec =
        parseDataSpec("a:b,c=d:mean=0.5/0.25/1:range=-1..1:size=8x9:layout=nhwc:validation=0.2:rate=8000");
    EXPECT_EQ(spec.source, "a:b,c=d");
    EXPECT_THAT(spec.mean, ElementsAre(0.5F, 0.25F, 1.0F));
    EXPECT_EQ(spec.range, (ByteRange{-1.0F, 1.0F}));
    EXPECT_EQ(spec.size, (ImageSize{0, 8, 9}));
    EXPECT_EQ(spec.layout, Layout::ChannelsLast);
    EXPECT_EQ(spec.validationShare, 0.2);
    EXPECT_EQ(spec.sound.at("rate"), "8000");
    EXPECT_EQ(withSettings(spec.source, settingsOf(spec)),
              "a:b,c=d:layout=nhwc:mean=0.5/0.25/1:range=-1..1:rate=8000:size=8x9:validation=0.2");
    EXPECT_EQ(withSettings("x", settingsOf(parseDataSpec("x"))), "x");
    EXPECT_EQ(withSettings("x", {{"seed", "3"}, {"mean", ""}}), "x:seed=3");
    for (const char* wrong :
         {"x:size=8", "x:size=0x4", "x:mean=a", "x:mean=", "x:range=2..1", "x:range=1", "x:layout=chw",
          "x:deviation=0", "x:validation=0.7", "x:channels=2", "x:seed=-1"}) {
        EXPECT_THROW(parseDataSpec(wrong), Error) << wrong;
    }
}

TEST(Normalization, FollowsTheSpec) {
    const test::TemporaryFolder folder;
    const auto file = (folder.path() / "x.npy").string();
    writeNpy(file, nn::Tensor::ofIntegers({1, 1, 2}, {0, 255}, nn::ElementType::UInt8));
    const std::vector<std::size_t> first{0};
    const auto fed = [&](const std::string& settings) {
        return openDataset(file + settings).batch(first).floats();
    };
    EXPECT_THAT(fed(""), ElementsAre(0.0F, 1.0F));
    EXPECT_THAT(fed(":range=-1..1"), ElementsAre(-1.0F, 1.0F));
    EXPECT_THAT(fed(":range=0..255:mean=5:deviation=2"), ElementsAre(-2.5F, 125.0F));
    EXPECT_THROW(fed(":mean=1/2/3"), Error);
    writeNpy(file, nn::Tensor::ofFloats({1, 1, 2}, {1, 2}));
    EXPECT_THAT(fed(":mean=1"), ElementsAre(0.0F, 1.0F));
    EXPECT_THROW(fed(":range=0..1"), Error);
}

/// A whole file of each format, and what opens it.
struct Whole {
    const char* name;
    std::string bytes;
};

std::vector<Whole> wholeFiles() {
    const std::string idx("\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x02"
                          "abcd",
                          20);
    const std::string png = test::fromHex(
        "89504e470d0a1a0a0000000d4948445200000002000000010800000000d14920560000000b4944415478da63e0"
        "120100002b001f04c8f0c20000000049454e44ae426082");
    const std::string jpeg = test::fromHex(
        "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b"
        "0c1912130f141d1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ff"
        "c0000b080008000801011100ffc40014000100000000000000000000000000000005ffc4001410010000000000"
        "0000000000000000000000ffda0008010100003f000dffd9");
    const test::TemporaryFolder folder;
    writeNpy(folder.path() / "x.npy", nn::Tensor::ofFloats({2, 1, 1, 2}, {0.5F, -1, 2, 3}));
    std::ifstream file(folder.path() / "x.npy", std::ios::binary);
    const std::string npy((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return {{"images", idx},
            {"c.bin", std::string(1, '\3') + std::string(3072, '\1')},
            {"x.npy", npy},
            {"a.npz", test::archive()},
            {"set/class/a.png", png},
            {"set/class/a.jpg", jpeg},
            {"set/class/a.pgm", pgm(2, 1, "ab")},
            {"set/class/a.bmp", test::bmp(2, 2, 24, 0, 0, "abcdef..ghijkl..")},
            {"set/class/a.webp", test::webp(2, 1, {1, 2, 3, 255, 200, 100, 50, 9})},
            {"set/class/a.wav", test::wav(std::vector<std::int16_t>(700, 5), 16000, 1)}};
}

/// Opens the file; anything but a data set or one sentence that names something is a failure.
void opens(const test::TemporaryFolder& folder, const Whole& file, bool mustFail) {
    folder.write(file.name, file.bytes);
    const std::string name = file.name;
    const std::string labels = folder
                                   .write("labels", std::string("\0\0\x08\x01\0\0\0\x02"
                                                                "\0\1",
                                                                10))
                                   .string();
    std::string spec = (folder.path() / (name.starts_with("set/") ? "set" : name)).string();
    spec += name == "images" ? "," + labels : "";
    try {
        const Dataset dataset =
            openDataset(spec, name.ends_with(".wav") ? nn::Shape{1, 49, 10, 1} : nn::Shape{});
        EXPECT_GT(dataset.size(), 0U);
        EXPECT_FALSE(mustFail) << name << " cut to " << file.bytes.size();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        EXPECT_THAT(error.what(), testing::Not(HasSubstr("\n")));
        EXPECT_THAT(error.what(),
                    testing::AnyOf(HasSubstr(folder.path().filename().string()), HasSubstr("data set '")));
    }
    std::filesystem::remove_all(folder.path() / "set");
}

class Spoiled : public testing::TestWithParam<std::size_t> {};

TEST_P(Spoiled, FilesCutShortAreRefused) {
    const test::TemporaryFolder folder;
    const Whole whole = wholeFiles()[GetParam()];
    opens(folder, whole, false);
    const std::size_t step = std::max<std::size_t>(1, whole.bytes.size() / 60);
    // A picture may lose its end marker and still be whole, so the last bytes are not asked for.
    for (std::size_t length = 0; length + 16 < whole.bytes.size() || length == 0; length += step) {
        opens(folder, {whole.name, whole.bytes.substr(0, length)}, true);
    }
}

TEST_P(Spoiled, FilesWithChangedBytesNeverCrash) {
    const test::TemporaryFolder folder;
    const Whole whole = wholeFiles()[GetParam()];
    Random random(GetParam());
    for (int round = 0; round < 150; ++round) {
        std::string bytes = whole.bytes;
        for (std::uint64_t change = 0; change <= random.below(4); ++change) {
            // Mostly in the header, where it hurts.
            const std::size_t reach =
                random.below(2) == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 64);
            bytes[random.below(reach)] = static_cast<char>(random.below(256));
        }
        opens(folder, {whole.name, bytes}, false);
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, Spoiled, testing::Range<std::size_t>(0, 10));

} // namespace
} // namespace tandem::data

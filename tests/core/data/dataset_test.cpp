// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/npy.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace tandem::data {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

std::string bigEndian(std::uint32_t number) {
    return {static_cast<char>(number >> 24), static_cast<char>(number >> 16), static_cast<char>(number >> 8),
            static_cast<char>(number)};
}

std::string idx(const std::vector<std::uint32_t>& shape, const std::string& elements) {
    std::string bytes{'\0', '\0', '\x08', static_cast<char>(shape.size())};
    for (const std::uint32_t size : shape) {
        bytes += bigEndian(size);
    }
    return bytes + elements;
}

void writeGzip(const std::filesystem::path& path, const std::string& bytes) {
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
}

std::string messageOf(const std::string& spec) {
    try {
        openDataset(spec);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    return "no error";
}

std::string fromHex(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    }
    return bytes;
}

// 2x1 pixels (255,0,0) (0,0,255), and 2x1 grey pixels 10 20, as Python's zlib packs them.
const std::string kColourPng =
    fromHex("89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd0000000d4944415478da63f8"
            "cf0004ff01070001ff3d7d8c490000000049454e44ae426082");
const std::string kGreyPng =
    fromHex("89504e470d0a1a0a0000000d4948445200000002000000010800000000d14920560000000b4944415478da63e0"
            "120100002b001f04c8f0c20000000049454e44ae426082");
// Made with libjpeg: 8x8 grey pixels of 100.
const std::string kGreyJpeg =
    fromHex("ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b"
            "0c1912130f141d1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ff"
            "c0000b080008000801011100ffc40014000100000000000000000000000000000005ffc4001410010000000000"
            "0000000000000000000000ffda0008010100003f000dffd9");

TEST(OpenDataset, ReadsIdxFoldersPlainAndCompressed) {
    const test::TemporaryFolder folder;
    writeGzip(folder.path() / "train-images-idx3-ubyte.gz",
              idx({2, 1, 2}, std::string("\x00\xff\x33\x66", 4)));
    folder.write("train-labels-idx1-ubyte", idx({2}, "\x01\x02"));
    folder.write("t10k-images-idx3-ubyte", idx({1, 1, 2}, "\x01\x02"));
    folder.write("t10k-labels-idx1-ubyte", idx({1}, std::string(1, '\0')));
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_THAT(dataset.sampleShape, ElementsAre(1, 1, 2));
    EXPECT_EQ(dataset.size(), 3U);
    EXPECT_EQ(dataset.trainingCount, 2U);
    EXPECT_EQ(dataset.classes, 3);
    EXPECT_THAT(dataset.labels, ElementsAre(1, 2, 0));
    const std::vector<std::size_t> picked{1, 0};
    const nn::Tensor batch = dataset.batch(picked);
    EXPECT_THAT(batch.shape, ElementsAre(2, 1, 1, 2));
    EXPECT_THAT(batch.floats(), testing::Pointwise(testing::FloatNear(1e-6F), {0.2F, 0.4F, 0.0F, 1.0F}));
    EXPECT_THAT(dataset.labelsOf(picked), ElementsAre(2, 1));
}

TEST(OpenDataset, ReadsCifarBinaries) {
    const test::TemporaryFolder folder;
    const std::string record = std::string(1, '\x07') + std::string(1024, '\x10') + std::string(2048, '\x20');
    folder.write("data_batch_1.bin", record + record);
    folder.write("test_batch.bin", record);
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_THAT(dataset.sampleShape, ElementsAre(3, 32, 32));
    EXPECT_EQ(dataset.trainingCount, 2U);
    EXPECT_EQ(dataset.size(), 3U);
    EXPECT_THAT(dataset.labels, Each(7));
    EXPECT_EQ(dataset.classNames.at(7), "horse");
    const std::vector<std::size_t> first{0};
    EXPECT_FLOAT_EQ(dataset.batch(first).floats().at(1024), 32.0F / 255.0F);
    EXPECT_EQ(openDataset((folder.path() / "test_batch.bin").string()).size(), 1U);
}

TEST(OpenDataset, ReadsImageFolders) {
    const test::TemporaryFolder folder;
    folder.write("cat/b.png", kColourPng);
    folder.write("cat/a.ppm",
                 std::string("P6\n# made by hand\n2 1\n255\n") + std::string("\x01\x02\x03\x04\x05\x06"));
    folder.write("dog/x.pgm", "P5 2 1 255\n\x0a\x14");
    folder.write("dog/notes.txt", "not a picture");
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_THAT(dataset.classNames, ElementsAre("cat", "dog"));
    EXPECT_THAT(dataset.labels, ElementsAre(0, 0, 1));
    EXPECT_THAT(dataset.sampleShape, ElementsAre(3, 1, 2));
    EXPECT_THAT(std::get<0>(dataset.images), ElementsAre(1, 4, 2, 5, 3, 6,     // the PPM, channel by channel
                                                         255, 0, 0, 0, 0, 255, // the PNG
                                                         10, 20, 10, 20, 10, 20)); // grey as colour
}

TEST(OpenDataset, ReadsTrainAndTestFoldersOfGreyPictures) {
    const test::TemporaryFolder folder;
    folder.write("train/a/1.png", kGreyPng);
    folder.write("train/b/1.png", kGreyPng);
    folder.write("test/a/1.png", kColourPng);
    folder.write("test/b/1.png", kGreyPng);
    EXPECT_THAT(messageOf(folder.path().string()), HasSubstr("3x1x2 images where"));
    std::filesystem::remove(folder.path() / "test/a/1.png");
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_THAT(dataset.sampleShape, ElementsAre(1, 1, 2));
    EXPECT_EQ(dataset.trainingCount, 2U);
    EXPECT_THAT(dataset.labels, ElementsAre(0, 1, 1));
    std::filesystem::rename(folder.path() / "test/a", folder.path() / "test/c");
    EXPECT_THAT(messageOf(folder.path().string()), HasSubstr("class folder 'c' is missing"));
}

TEST(OpenDataset, DecodesJpeg) {
    const test::TemporaryFolder folder;
    folder.write("only/grey.jpg", kGreyJpeg);
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_THAT(dataset.sampleShape, ElementsAre(1, 8, 8));
    EXPECT_THAT(std::get<0>(dataset.images), Each(testing::AllOf(testing::Ge(98), testing::Le(102))));
}

TEST(OpenDataset, ReadsNpyInputsWithAndWithoutLabels) {
    const test::TemporaryFolder folder;
    const auto images = (folder.path() / "images.npy").string();
    const auto labels = (folder.path() / "labels.npy").string();
    writeNpy(images, nn::Tensor::ofFloats({2, 1, 1, 2}, {0.5F, -1, 2, 3}));
    EXPECT_EQ(openDataset(images).classes, 0);
    writeNpy(labels, nn::Tensor::ofIntegers({2}, {4, 0}));
    const Dataset dataset = openDataset(images + "," + labels);
    EXPECT_EQ(dataset.classes, 5);
    const std::vector<std::size_t> second{1};
    EXPECT_THAT(dataset.batch(second).floats(), ElementsAre(2.0F, 3.0F)); // floats are taken as they are
    EXPECT_EQ(openDataset(folder.path().string()).labels, dataset.labels);
    writeNpy(labels, nn::Tensor::ofIntegers({1}, {4}));
    EXPECT_THAT(messageOf(images + "," + labels), HasSubstr("1 labels for 2 images"));
}

TEST(OpenDataset, RefusesBadFilesInOneSentence) {
    const test::TemporaryFolder folder;
    const std::string root = folder.path().string();
    EXPECT_THAT(messageOf(""), HasSubstr("no data set"));
    EXPECT_THAT(messageOf(root + "/absent"), HasSubstr("no such file or folder"));
    EXPECT_THAT(messageOf(root), HasSubstr("no pictures (PNG"));
    EXPECT_THAT(messageOf(folder.write("odd.xyz", "?").string()), HasSubstr("no data set"));
    const auto labels = folder.write("l", idx({2}, "ab")).string();
    const auto images = [&](const std::string& bytes) {
        return folder.write("i", bytes).string() + "," + labels;
    };
    EXPECT_THAT(messageOf(images("")), HasSubstr("not an IDX file"));
    EXPECT_THAT(messageOf(images(idx({2, 1, 1}, "a"))),
                HasSubstr("promises 2x1x1 bytes of data but 1 follow"));
    EXPECT_THAT(messageOf(images(idx({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, "a"))), HasSubstr("promises"));
    EXPECT_THAT(messageOf(images(idx({3, 1, 1}, "abc"))), HasSubstr("2 labels for 3 images"));
    EXPECT_THAT(messageOf(images(idx({2}, "ab"))), HasSubstr("images are NxHxW"));
    EXPECT_THAT(messageOf(images(std::string("\0\0\x0d\x01\0\0\0\0", 8))), HasSubstr("type 0x0d"));
    EXPECT_THAT(messageOf(images("\x1f\x8b"
                                 "broken")),
                HasSubstr("damaged or cut short"));
    EXPECT_THAT(messageOf(folder.write("c.bin", "123").string()),
                HasSubstr("whole number of CIFAR-10 records"));
    folder.write("pictures/a/cut.png", kColourPng.substr(0, 50));
    EXPECT_THAT(messageOf(root + "/pictures"), HasSubstr("cut.png: the picture cannot be decoded"));
    std::filesystem::remove(folder.path() / "pictures/a/cut.png");
    folder.write("pictures/a/cut.jpg", kGreyJpeg.substr(0, kGreyJpeg.size() / 3));
    EXPECT_THAT(messageOf(root + "/pictures"), HasSubstr("cut.jpg: the picture cannot be decoded"));
    std::filesystem::remove(folder.path() / "pictures/a/cut.jpg");
    folder.write("pictures/a/huge.pgm", "P5 100000 100000 255\n");
    EXPECT_THAT(messageOf(root + "/pictures"), HasSubstr("absurd"));
}

Dataset numbered(std::size_t count, std::size_t trainingCount) {
    Dataset dataset;
    dataset.name = "numbers";
    dataset.sampleShape = {2, 1, 2};
    std::vector<std::uint8_t> images;
    for (std::size_t i = 0; i < count * 4; ++i) {
        images.push_back(static_cast<std::uint8_t>(i));
    }
    dataset.images = std::move(images);
    dataset.trainingCount = trainingCount;
    return dataset;
}

TEST(Normalization, IsMeasuredPerChannel) {
    Dataset dataset = numbered(2, 2);
    const std::vector<std::size_t> both{0, 1};
    dataset.normalization = measuredNormalization(dataset, both);
    // Channel 0 holds 0 1 4 5, channel 1 holds 2 3 6 7: both with variance 4.25.
    EXPECT_THAT(dataset.normalization.mean, ElementsAre(2.5F, 4.5F));
    EXPECT_NEAR(dataset.normalization.deviation.at(1), std::sqrt(4.25), 1e-6);
    EXPECT_NEAR(dataset.batch(both).floats().at(0), -2.5 / std::sqrt(4.25), 1e-6);
}

TEST(BatchFor, TakesTheNetworksLayout) {
    const Dataset dataset = numbered(1, 1);
    const std::vector<std::size_t> first{0};
    EXPECT_THAT(dataset.batchFor({1, 2, 1, 2}, first).floats(), ElementsAre(0, 1, 2, 3));
    EXPECT_THAT(dataset.batchFor({1, 4}, first).floats(), ElementsAre(0, 1, 2, 3));
    EXPECT_THAT(dataset.batchFor({1, 1, 2, 2}, first).floats(), ElementsAre(0, 2, 1, 3)); // channels last
    EXPECT_THROW(dataset.batchFor({1, 5}, first), Error);
}

TEST(OpenDataset, KnowsFashionMnist) {
    if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist")) {
        GTEST_SKIP() << "Debian's dataset-fashion-mnist is not installed";
    }
    const Dataset dataset = openDataset("fashion-mnist");
    EXPECT_EQ(dataset.size(), 70'000U);
    EXPECT_EQ(dataset.trainingCount, 60'000U);
    EXPECT_EQ(dataset.classes, 10);
    EXPECT_THAT(dataset.sampleShape, ElementsAre(1, 28, 28));
    EXPECT_EQ(dataset.classNames.at(static_cast<std::size_t>(dataset.labels.at(0))), "Ankle boot");
}

} // namespace
} // namespace tandem::data

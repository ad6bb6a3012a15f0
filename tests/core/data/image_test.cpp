// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures keep the values that are stored, whatever their format, depth and colour management.
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/image.h"
#include "tests/core/data/pictures.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::data {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) {
        text += static_cast<char>(value);
    }
    return text;
}

Image decoded(const std::string& file, int channels = 0) {
    const test::TemporaryFolder folder;
    return readImage(folder.write("picture", file), channels);
}

std::string reasonOf(const std::string& file) {
    try {
        decoded(file);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    return "no error";
}

TEST(Png, Of16BitsIsScaledAndNotBrightened) {
    const std::string grey = bytes({0x00, 0x00, 0x11, 0x11, 0x80, 0x80, 0xFF, 0xFF, 0x10, 0x90});
    EXPECT_THAT(decoded(test::png({5, 1, 16, 0, 0, {}, {}}, grey)).pixels,
                ElementsAre(0, 0x11, 0x80, 255, 16));
    const Image colour = decoded(test::png({1, 1, 16, 2, 0, {}, {}}, bytes({1, 1, 2, 2, 3, 3})));
    EXPECT_EQ(colour.channels, 3);
    EXPECT_THAT(colour.pixels, ElementsAre(1, 2, 3));
}

TEST(Png, WithAGammaKeepsItsSamples) {
    for (const double gamma : {1.0, 0.45455, 0.2}) {
        EXPECT_THAT(decoded(test::png({3, 1, 8, 0, gamma, {}, {}}, bytes({10, 100, 200}))).pixels,
                    ElementsAre(10, 100, 200));
        EXPECT_THAT(decoded(test::png({1, 1, 8, 2, gamma, {}, {}}, bytes({10, 100, 200}))).pixels,
                    ElementsAre(10, 100, 200));
        EXPECT_THAT(decoded(test::png({2, 1, 16, 0, gamma, {}, {}}, bytes({10, 10, 200, 200}))).pixels,
                    ElementsAre(10, 200));
    }
}

TEST(Png, OfFewBitsFillsTheWholeRange) {
    EXPECT_THAT(decoded(test::png({4, 1, 1, 0, 0, {}, {}}, bytes({0x50}))).pixels,
                ElementsAre(0, 255, 0, 255));
    EXPECT_THAT(decoded(test::png({4, 1, 2, 0, 0, {}, {}}, bytes({0x1B}))).pixels,
                ElementsAre(0, 85, 170, 255));
    EXPECT_THAT(decoded(test::png({2, 1, 4, 0, 0, {}, {}}, bytes({0x1F}))).pixels, ElementsAre(17, 255));
}

TEST(Png, WithAPaletteServesColourAndGreyNetworks) {
    const std::string file = test::png({2, 1, 2, 3, 0.2, bytes({1, 2, 3, 90, 90, 90}), {}}, bytes({0x10}));
    EXPECT_THAT(decoded(file).pixels, ElementsAre(1, 90, 2, 90, 3, 90));
    EXPECT_THAT(decoded(file, 1).pixels, ElementsAre(2, 90));
}

TEST(Png, WithTransparencyIsLaidOnBlack) {
    EXPECT_THAT(decoded(test::png({3, 1, 8, 4, 0, {}, {}}, bytes({200, 255, 200, 0, 200, 51}))).pixels,
                ElementsAre(200, 0, 40));
    EXPECT_THAT(decoded(test::png({1, 1, 16, 6, 0, {}, {}}, bytes({9, 9, 8, 8, 7, 7, 255, 255}))).pixels,
                ElementsAre(9, 8, 7));
    EXPECT_THAT(
        decoded(test::png({2, 1, 8, 3, 0, bytes({9, 9, 9, 7, 7, 7}), bytes({0})}, bytes({0, 1})), 1).pixels,
        ElementsAre(0, 7));
}

TEST(Png, InterlacedIsPutTogether) {
    std::string rows;
    std::vector<std::uint8_t> wanted;
    for (int i = 0; i < 81; ++i) {
        rows += bytes({i, i});
        wanted.push_back(static_cast<std::uint8_t>(i));
    }
    EXPECT_EQ(decoded(test::png({9, 9, 16, 0, 0, {}, {}, true}, rows)).pixels, wanted);
}

TEST(Png, WithAWrongChecksumIsRefused) {
    const std::string whole = test::png({2, 1, 8, 0, 0, {}, {}}, bytes({1, 2}));
    std::string spoiled = whole;
    spoiled[whole.size() - 13] ^= 1; // the checksum of the pixels
    EXPECT_EQ(decoded(whole).pixels.size(), 2U);
    EXPECT_THAT(reasonOf(spoiled), HasSubstr("cannot be decoded"));
    EXPECT_THAT(reasonOf(whole.substr(0, whole.size() - 20)), HasSubstr("cut short"));
}

TEST(Netpbm, OfAnyDepthFillsTheWholeRange) {
    EXPECT_THAT(decoded("P5 2 1 65535\n" + bytes({0x80, 0x80, 0xFF, 0xFF})).pixels, ElementsAre(128, 255));
    EXPECT_THAT(decoded("P5 3 1 15\n" + bytes({0, 1, 15})).pixels, ElementsAre(0, 17, 255));
    EXPECT_THAT(decoded("P6 1 1 1023\n" + bytes({0, 0, 1, 0xFF, 3, 0xFF})).pixels, ElementsAre(0, 127, 255));
    EXPECT_THAT(reasonOf("P5 2 1 65535\n" + bytes({1, 2, 3})), HasSubstr("cut short"));
    EXPECT_THAT(reasonOf("P5 2 1 0\n" + bytes({1, 2, 3})), HasSubstr("highest value"));
}

testing::Matcher<const Image&> isColour(int red, int green, int blue) {
    return testing::Truly([=](const Image& image) {
        const std::array<int, 3> wanted{red, green, blue};
        const std::size_t area = image.pixels.size() / 3;
        for (std::size_t i = 0; i < image.pixels.size(); ++i) {
            if (std::abs(image.pixels[i] - wanted[i / area]) > 3) {
                return false;
            }
        }
        return image.channels == 3;
    });
}

TEST(Jpeg, OfPrintersInksBecomesColours) {
    // Adobe's programs store 255 - ink: no cyan, half magenta, all yellow, no black.
    EXPECT_THAT(decoded(test::jpeg({255, 128, 0, 255})), isColour(255, 128, 0));
    EXPECT_THAT(decoded(test::jpeg({255, 128, 0, 128})), isColour(128, 64, 0));
    EXPECT_THAT(decoded(test::jpeg({0, 127, 255, 0}, false)), isColour(255, 128, 0));
    EXPECT_THAT(decoded(test::jpeg({200, 100, 50})), isColour(200, 100, 50));
    EXPECT_EQ(decoded(test::jpeg({255, 128, 0, 255}), 1).channels, 1);
}

TEST(Bmp, IsReadInEveryPlainForm) {
    const std::string palette = bytes({3, 2, 1, 0, 30, 20, 10, 0}); // blue, green, red
    EXPECT_THAT(decoded(test::bmp(2, 1, 1, 0, 8, palette + bytes({0x40, 0, 0, 0}))).pixels,
                ElementsAre(1, 10, 2, 20, 3, 30));
    EXPECT_THAT(decoded(test::bmp(3, 1, 4, 0, 8, palette + bytes({0x10, 0x10, 0, 0})), 3).pixels,
                ElementsAre(10, 1, 10, 20, 2, 20, 30, 3, 30));
    const std::string greys = bytes({5, 5, 5, 0, 9, 9, 9, 0});
    const Image grey = decoded(test::bmp(1, 2, 8, 0, 8, greys + bytes({0, 0, 0, 0, 1, 0, 0, 0})));
    EXPECT_EQ(grey.channels, 1);
    EXPECT_THAT(grey.pixels, ElementsAre(9, 5)); // the lowest row is stored first
    EXPECT_THAT(decoded(test::bmp(1, -2, 8, 0, 8, greys + bytes({0, 0, 0, 0, 1, 0, 0, 0}))).pixels,
                ElementsAre(5, 9));
    EXPECT_THAT(decoded(test::bmp(1, 1, 24, 0, 0, bytes({3, 2, 1, 0}))).pixels, ElementsAre(1, 2, 3));
    EXPECT_THAT(decoded(test::bmp(1, 1, 32, 0, 0, bytes({3, 2, 1, 0}))).pixels, ElementsAre(1, 2, 3));
    EXPECT_THAT(decoded(test::bmp(1, 1, 16, 0, 0, bytes({0xE0, 0x7F, 0, 0}))).pixels,
                ElementsAre(255, 255, 0));
    const std::string masks = bytes({0xFF, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0xFF, 0});
    EXPECT_THAT(decoded(test::bmp(1, 1, 32, 3, 12, masks + bytes({1, 2, 3, 0}))).pixels,
                ElementsAre(1, 2, 3));
}

TEST(Bmp, CutShortOrCompressedIsRefused) {
    const std::string whole = test::bmp(1, 2, 24, 0, 0, bytes({3, 2, 1, 0, 6, 5, 4, 0}));
    EXPECT_EQ(decoded(whole).height, 2);
    for (std::size_t length : {std::size_t{10}, std::size_t{30}, std::size_t{54}, whole.size() - 1}) {
        EXPECT_THAT(reasonOf(whole.substr(0, length)), HasSubstr("cannot be decoded")) << length;
    }
    EXPECT_THAT(reasonOf(test::bmp(1, 1, 8, 1, 8, std::string(20, '\0'))), HasSubstr("compression 1"));
    EXPECT_THAT(reasonOf(test::bmp(1 << 30, 1 << 30, 24, 0, 0, "")), HasSubstr("absurd"));
}

TEST(Webp, IsReadWithAndWithoutTransparency) {
    EXPECT_THAT(decoded(test::webp(2, 1, {1, 2, 3, 255, 200, 100, 50, 255})).pixels,
                ElementsAre(1, 200, 2, 100, 3, 50));
    EXPECT_THAT(decoded(test::webp(2, 1, {1, 2, 3, 0, 200, 100, 50, 255})).pixels,
                ElementsAre(0, 200, 0, 100, 0, 50));
    const std::string whole = test::webp(2, 1, {1, 2, 3, 255, 200, 100, 50, 255});
    EXPECT_THAT(reasonOf(whole.substr(0, whole.size() / 2)), HasSubstr("cannot be decoded"));
}

TEST(ImageFolder, ReadsBitmapsAndWebpAndNamesWhatItDoesNotRead) {
    const test::TemporaryFolder folder;
    folder.write("a/1.BMP", test::bmp(1, 1, 24, 0, 0, bytes({3, 2, 1, 0})));
    folder.write("b/1.webp", test::webp(1, 1, {4, 5, 6, 255}));
    folder.write("b/2.gif", "GIF89a");
    folder.write("b/3.Tiff", "II*");
    folder.write("b/notes.txt", "no picture, and nobody takes it for one");
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_THAT(std::get<0>(dataset.images), ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_EQ(dataset.skipped.count, 2U);
    EXPECT_THAT(toString(dataset.skipped),
                testing::AllOf(HasSubstr("b/2.gif: files of this kind are not read; accepted are PNG"),
                               HasSubstr("b/3.Tiff")));
}

TEST(ImageFolder, NamesEmptyAndCutPicturesAndKeepsTheOthers) {
    const std::string whole = test::png({2, 1, 8, 0, 0, {}, {}}, bytes({1, 2}));
    const test::TemporaryFolder folder;
    folder.write("a/0.png", whole);
    folder.write("a/empty.png", "");
    folder.write("a/cut.png", whole.substr(0, 40));
    folder.write("a/.hidden.png", whole);
    folder.write("a/text.jpg", "no picture");
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_EQ(dataset.size(), 1U);
    EXPECT_EQ(dataset.skipped.count, 3U);
    EXPECT_THAT(toString(dataset.skipped),
                testing::AllOf(HasSubstr("a/empty.png: the picture cannot be decoded: "
                                         "it is empty"),
                               HasSubstr("a/cut.png"), HasSubstr("a/text.jpg")));
}

} // namespace
} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
// Folders of classes: which are some, in what order, and what they may be called.
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "tests/core/data/wav.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string pgm(char value) {
    return std::string("P5 1 1 255\n") + value;
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

TEST(ClassFolders, ThatAreNumbersAreOrderedAsNumbers) {
    const test::TemporaryFolder folder;
    for (int label = 0; label <= 10; ++label) {
        folder.write(fmt::format("train/{}/a.pgm", label), pgm(static_cast<char>('a' + label)));
    }
    folder.write("test/10/a.pgm", pgm('k'));
    folder.write("test/2/a.pgm", pgm('c'));
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_THAT(dataset.labels, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2, 10));
    const auto& pixels = std::get<0>(dataset.images);
    for (std::size_t i = 0; i < dataset.size(); ++i) {
        EXPECT_EQ(pixels[i], 'a' + dataset.labels[i]);
    }
    EXPECT_THAT(classReport(dataset), AllOf(HasSubstr("order of their numbers"),
                                            HasSubstr("0 '0', 1 '1', 2 '2'"), HasSubstr("10 '10'")));
}

TEST(ClassFolders, WithALeadingZeroOrAWordKeepAnOrderThatIsSaid) {
    const test::TemporaryFolder folder;
    for (const char* name : {"n/010", "n/9", "n/011", "w/10", "w/9", "w/x"}) {
        folder.write(std::string(name) + "/a.pgm", pgm('a'));
    }
    EXPECT_THAT(openDataset((folder.path() / "n").string()).classNames, ElementsAre("9", "010", "011"));
    const Dataset words = openDataset((folder.path() / "w").string());
    EXPECT_THAT(words.classNames, ElementsAre("10", "9", "x"));
    EXPECT_THAT(classReport(words),
                AllOf(HasSubstr("order of their names"), HasSubstr("0 '10', 1 '9', 2 'x'")));
}

TEST(ClassFolders, TakeTheOrderThatAPersonSays) {
    const test::TemporaryFolder folder;
    for (const char* name : {"n/10", "n/9", "w/10", "w/x"}) {
        folder.write(std::string(name) + "/a.pgm", pgm('a'));
    }
    const Dataset names = openDataset((folder.path() / "n").string() + ":order=names");
    EXPECT_THAT(names.classNames, ElementsAre("10", "9"));
    EXPECT_EQ(names.classOrder, ClassOrder::Names);
    EXPECT_THAT(openDataset((folder.path() / "n").string() + ":order=numbers").classNames,
                ElementsAre("9", "10"));
    EXPECT_THAT(messageOf((folder.path() / "w").string() + ":order=numbers"), HasSubstr("'x' is none"));
    EXPECT_THAT(messageOf((folder.path() / "w").string() + ":order=up"), HasSubstr("names and numbers"));
    EXPECT_EQ(withSettings("w", settingsOf(parseDataSpec("w:order=names"))), "w:order=names");
}

TEST(ClassFolders, OfTheTestPartGoByNameWhereOneIsMissing) {
    const test::TemporaryFolder folder;
    for (const char* name : {"train/a", "train/b", "train/c", "val/b", "test/a", "test/c"}) {
        folder.write(std::string(name) + "/1.pgm", pgm(name[std::string(name).size() - 1]));
    }
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_THAT(dataset.classNames, ElementsAre("a", "b", "c"));
    EXPECT_THAT(dataset.labels, ElementsAre(0, 1, 2, 1, 0, 2));
    EXPECT_THAT(std::get<0>(dataset.images), ElementsAre('a', 'b', 'c', 'b', 'a', 'c'));
}

TEST(ClassFolders, ThatTheTrainingPartLacksAreNamed) {
    const test::TemporaryFolder folder;
    for (const char* name : {"train/a", "train/b", "test/a", "test/d", "test/e"}) {
        folder.write(std::string(name) + "/1.pgm", pgm('a'));
    }
    EXPECT_THAT(messageOf(folder.path().string()),
                AllOf(HasSubstr("test: its class folder 'd', 'e' is missing in the training part"),
                      HasSubstr("'a', 'b'")));
}

TEST(ClassFolders, AreNotWhatSystemsAndNotebooksLeaveBehind) {
    const test::TemporaryFolder folder;
    for (const char* name : {"a", "b", "__MACOSX", ".ipynb_checkpoints"}) {
        folder.write(std::string(name) + "/1.pgm", pgm('a'));
    }
    folder.write(".ipynb_checkpoints/1.wav", test::wav({1, 2, 3}, 16000, 1));
    folder.write("a/._1.pgm", "hidden");
    folder.write("a/.DS_Store", "hidden");
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_THAT(dataset.classNames, ElementsAre("a", "b"));
    EXPECT_EQ(dataset.size(), 2U);
    EXPECT_EQ(dataset.skipped.count, 0U);
}

TEST(ClassFolders, OfSoundsNameTheSoundsThatAreNotRead) {
    const test::TemporaryFolder folder;
    folder.write("a/1.wav", test::wav(std::vector<std::int16_t>(16000, 5), 16000, 1));
    folder.write("a/2.mp3", "ID3");
    const Dataset dataset = openDataset(folder.path().string());
    EXPECT_EQ(dataset.size(), 1U);
    EXPECT_THAT(toString(dataset.skipped),
                HasSubstr("a/2.mp3: files of this kind are not read; accepted are WAV"));
}

} // namespace
} // namespace tandem::data

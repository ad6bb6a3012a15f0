// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/npy.h"
#include "tests/core/support/shared_files.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A .npy file as NumPy lays it out, with `payload` after the header.
std::string npyBytes(const std::string& dictionary, const std::string& payload) {
    std::string bytes("\x93NUMPY\x01\x00", 8);
    std::string header = dictionary;
    header.append(64 - (10 + header.size() + 1) % 64, ' ');
    header += '\n';
    bytes += static_cast<char>(header.size() & 0xFF);
    bytes += static_cast<char>(header.size() >> 8);
    return bytes + header + payload;
}

std::string messageOf(const std::filesystem::path& path) {
    try {
        readNpy(path);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    return "no error";
}

TEST(Npy, ReadsHalfPrecisionNumbers) {
    const test::TemporaryFolder folder;
    // numpy.array([1.5, -0.25, 65504, 6e-8], '<f2').tobytes()
    const auto path =
        folder.write("h.npy", npyBytes("{'descr': '<f2', 'fortran_order': False, 'shape': (4,), }",
                                       std::string("\x00\x3e\x00\xb4\xff\x7b\x01\x00", 8)));
    const nn::Tensor read = readNpy(path);
    EXPECT_THAT(read.floats(), ElementsAre(1.5F, -0.25F, 65504.0F, std::ldexp(1.0F, -24)));
}

TEST(Npy, ReadsFortranOrder) {
    const test::TemporaryFolder folder;
    // numpy.array([[1, 2, 3], [-4, 5, 6]], '<i2', order='F')
    const auto path =
        folder.write("f.npy", npyBytes("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }",
                                       std::string("\x01\x00\xfc\xff\x02\x00\x05\x00\x03\x00\x06\x00", 12)));
    const nn::Tensor read = readNpy(path);
    EXPECT_EQ(read.type, nn::ElementType::Int16);
    EXPECT_THAT(read.shape, ElementsAre(2, 3));
    EXPECT_THAT(read.integers(), ElementsAre(1, 2, 3, -4, 5, 6));
}

TEST(Npy, ReadsBigEndianNumbers) {
    const test::TemporaryFolder folder;
    const auto read = [&](const std::string& type, const std::string& payload) {
        const std::string dictionary =
            fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': (2,), }}", type);
        return readNpy(folder.write("b.npy", npyBytes(dictionary, payload)));
    };
    EXPECT_THAT(read(">i2", std::string("\x01\x02\xff\xfe", 4)).integers(), ElementsAre(0x102, -2));
    EXPECT_THAT(read(">u4", std::string("\0\0\x01\0\xff\0\0\0", 8)).integers(), ElementsAre(256, 0xff000000));
    EXPECT_THAT(read(">i8", std::string("\0\0\0\0\0\0\0\x05\xff\xff\xff\xff\xff\xff\xff\xfe", 16)).integers(),
                ElementsAre(5, -2));
    EXPECT_THAT(read(">u1", "\x05\x06").integers(), ElementsAre(5, 6));
    EXPECT_THAT(read(">f4", std::string("\x3f\x80\0\0\xc0\0\0\0", 8)).floats(), ElementsAre(1.0F, -2.0F));
    EXPECT_THAT(read(">f8", std::string("\x3f\xf0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 16)).floats(),
                ElementsAre(1.0F, -2.0F));
    EXPECT_THAT(read(">f2", std::string("\x3e\0\xb4\0", 4)).floats(), ElementsAre(1.5F, -0.25F));
}

TEST(Npy, ReadsBigEndianNumbersInFortranOrder) {
    const test::TemporaryFolder folder;
    const auto path =
        folder.write("f.npy", npyBytes("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 2), }",
                                       std::string("\0\x01\0\x03\0\x02\0\x04", 8)));
    EXPECT_THAT(readNpy(path).integers(), ElementsAre(1, 2, 3, 4));
}

TEST(Npy, WritesWhatItReads) {
    const test::TemporaryFolder folder;
    using enum nn::ElementType;
    for (const auto type : {Int8, UInt8, Int16, UInt16, Int32, UInt32, Int64, UInt64, Bool}) {
        const nn::Tensor tensor = nn::Tensor::ofIntegers({3, 1}, {0, 1, 1}, type);
        writeNpy(folder.path() / "t.npy", tensor);
        const nn::Tensor read = readNpy(folder.path() / "t.npy");
        EXPECT_EQ(read.type, type);
        EXPECT_EQ(read.shape, tensor.shape);
        EXPECT_EQ(read.integers(), tensor.integers());
    }
    const nn::Tensor scalar = nn::Tensor::ofFloats({}, {-2.5F});
    writeNpy(folder.path() / "s.npy", scalar);
    EXPECT_TRUE(readNpy(folder.path() / "s.npy").shape.empty());
    EXPECT_EQ(readNpy(folder.path() / "s.npy").floats(), scalar.floats());
}

TEST(Npy, ReadsArraysWithoutElements) {
    const test::TemporaryFolder folder;
    writeNpy(folder.path() / "e.npy", nn::Tensor::ofIntegers({3, 0}, {}));
    EXPECT_THAT(readNpy(folder.path() / "e.npy").shape, ElementsAre(3, 0));
}

TEST(Npy, ReadsWhatNumPyWrote) {
    const auto path = test::sharedFile("models/resnet8_cifar10.in0.npy");
    if (path.empty()) {
        GTEST_SKIP() << "the shared reference models are not here";
    }
    const nn::Tensor read = readNpy(path);
    EXPECT_EQ(nn::elementCount(read.shape), 3 * 32 * 32);
    EXPECT_THAT(read.floats(), testing::Each(testing::AllOf(testing::Ge(0.0F), testing::Lt(1.0F))));
}

TEST(Npy, RefusesBadFilesInOneSentence) {
    const test::TemporaryFolder folder;
    EXPECT_THAT(messageOf(folder.path() / "absent.npy"), HasSubstr("no such file"));
    EXPECT_THAT(messageOf(folder.path()), HasSubstr("no such file"));
    EXPECT_THAT(messageOf(folder.write("a.npy", "")), HasSubstr("not a .npy file"));
    EXPECT_THAT(messageOf(folder.write("b.npy", "PK\x03\x04 and some more text")),
                HasSubstr("not a .npy file"));
    const std::string whole =
        npyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "12345678");
    EXPECT_THAT(messageOf(folder.write("c.npy", whole.substr(0, 40))), HasSubstr("cut short"));
    EXPECT_THAT(messageOf(folder.write("d.npy", whole.substr(0, whole.size() - 1))),
                HasSubstr("only 7 bytes"));
    EXPECT_THAT(
        messageOf(folder.write(
            "e.npy", npyBytes("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "12345678"))),
        testing::AllOf(HasSubstr("element type '<c8'"), HasSubstr("uint8 to uint64")));
    EXPECT_THAT(messageOf(folder.write("g.npy", npyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': "
                                                         "(4611686018427387904, 4), }",
                                                         "1234"))),
                HasSubstr("only 4 bytes"));
    EXPECT_THAT(messageOf(folder.write("h.npy", npyBytes("{'descr': '<f4', 'shape': (1,), }", "1234"))),
                HasSubstr("fortran_order"));
    EXPECT_THAT(messageOf(folder.write(
                    "i.npy", npyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (x,), }", "1234"))),
                HasSubstr("no size"));
}

} // namespace
} // namespace tandem::data

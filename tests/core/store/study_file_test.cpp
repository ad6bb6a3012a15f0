// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/store/database.h"
#include "core/store/point_codec.h"
#include "core/store/study_file.h"
#include "tests/core/support/synthetic_problem.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <thread>

namespace tandem::store {
namespace {

namespace fs = std::filesystem;
using tandem::test::TemporaryFolder;

std::vector<point::Point> somePoints(point::PointId first, std::size_t count, std::uint32_t epoch) {
    Random random(first + 1);
    std::vector<point::Point> points;
    for (std::size_t i = 0; i < count; ++i) {
        point::Encoding encoding(5);
        for (std::uint8_t& choice : encoding) {
            choice = static_cast<std::uint8_t>(random.below(4));
        }
        points.push_back({first + i, epoch, encoding, tandem::test::zdt1(encoding, 4)});
        point::Point& point = points.back();
        point.origin.algorithm = static_cast<std::uint8_t>(random.below(256));
        point.origin.move = static_cast<point::Move>(random.below(point::kMoveCount));
        point.origin.parents = {static_cast<std::uint32_t>(random.next()), point::Origin::kNoParent};
        point.origin.acquisition = static_cast<float>(random.uniform());
        point.fidelity = static_cast<point::Fidelity>(random.below(point::kFidelityCount));
    }
    return points;
}

std::vector<point::Point> readAll(const StudyFile& file) {
    std::vector<point::Point> all;
    file.readPoints([&](std::vector<point::Point>&& points) {
        all.insert(all.end(), std::make_move_iterator(points.begin()), std::make_move_iterator(points.end()));
    });
    return all;
}

void expectEqual(const std::vector<point::Point>& a, const std::vector<point::Point>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        ASSERT_EQ(a[i].id, b[i].id);
        ASSERT_EQ(a[i].epoch, b[i].epoch);
        ASSERT_EQ(a[i].encoding, b[i].encoding);
        ASSERT_EQ(a[i].origin, b[i].origin);
        ASSERT_EQ(a[i].fidelity, b[i].fidelity);
        ASSERT_EQ(a[i].metrics.sources, b[i].metrics.sources);
        ASSERT_EQ(a[i].metrics.value(point::Metric::EnergyMj), b[i].metrics.value(point::Metric::EnergyMj));
        ASSERT_EQ(a[i].metrics.value(point::Metric::LatencyMs), b[i].metrics.value(point::Metric::LatencyMs));
    }
}

std::string refusal(const fs::path& path) {
    try {
        const auto file = StudyFile::open(path);
        readAll(*file);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input) << error.what();
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << "one line";
        EXPECT_NE(std::string(error.what()).find(path.filename().string()), std::string::npos)
            << error.what();
        return error.what();
    }
    return "opened";
}

TEST(StudyFile, KeepsAllThatItIsGiven) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "a.tandem";
    const std::string model("\0model\xff", 7);
    auto points = somePoints(0, 20000, 0);
    {
        const auto file = StudyFile::create(path);
        EXPECT_FALSE(file->wasCrashed());
        file->setValue("model", model);
        file->setValue("name", "first");
        file->setValue("name", "second");
        file->describeSpace(tandem::test::gridSpace(5, 4));
        file->appendPoints(points);
        file->appendEpoch({1, "pin p1 = 2", "{}", 20000});
        const auto more = somePoints(20000, 77, 1);
        file->appendPoints(more);
        points.insert(points.end(), more.begin(), more.end());
        point::Point better = points[100];
        better.metrics.set(point::Metric::EnergyMj, 1.0, point::Source::Measured);
        file->appendRefinement(better, 20000);
        better.metrics.set(point::Metric::EnergyMj, 2.0, point::Source::Measured);
        file->appendRefinement(better, 20077);
        EXPECT_EQ(file->algorithmState(), std::nullopt);
        file->setAlgorithmState("first");
        file->setAlgorithmState(std::string("st\0ate", 6));
        file->appendArtefact({100, "export", R"({"folder": "x"})", ""});
        file->flush();
        EXPECT_EQ(file->committedPoints(), 20077U);
        EXPECT_EQ(file->value("model"), model);
    }
    EXPECT_FALSE(fs::exists(path.string() + "-wal")) << "no write-ahead log after closing";
    const auto file = StudyFile::open(path);
    EXPECT_FALSE(file->wasCrashed());
    EXPECT_EQ(file->warning(), "");
    EXPECT_EQ(file->value("model"), model);
    EXPECT_EQ(file->value("name"), "second");
    EXPECT_EQ(file->value("colour"), std::nullopt);
    EXPECT_EQ(file->keys(), (std::vector<std::string>{"model", "name"}));
    expectEqual(readAll(*file), points);
    EXPECT_EQ(file->committedPoints(), 20077U);
    const auto epochs = file->readEpochs();
    ASSERT_EQ(epochs.size(), 1U);
    EXPECT_EQ(epochs[0].text, "pin p1 = 2");
    EXPECT_EQ(epochs[0].firstPoint, 20000U);
    const auto refined = file->readRefinements();
    ASSERT_EQ(refined.size(), 1U);
    EXPECT_EQ(refined[0].point.id, 100U);
    EXPECT_EQ(refined[0].point.metrics.value(point::Metric::EnergyMj), 2.0F) << "the newest counts";
    EXPECT_EQ(refined[0].knownPoints, 20077U) << "its place in the sequence of points";
    EXPECT_EQ(file->algorithmState(), std::string("st\0ate", 6));
    const auto artefacts = file->readArtefacts();
    ASSERT_EQ(artefacts.size(), 1U);
    EXPECT_EQ(artefacts[0].kind, "export");
    EXPECT_EQ(artefacts[0].time.size(), 19U);
}

TEST(StudyFile, CanBeReadWithPlainSql) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "a.tandem";
    const auto points = somePoints(0, 300, 0);
    {
        const auto file = StudyFile::create(path);
        file->describeSpace(tandem::test::gridSpace(5, 4));
        file->appendPoints(std::span(points).first(200));
        file->flush();
        file->appendPoints(std::span(points).subspan(200));
    }
    Database database(path, Database::Mode::OpenExisting);
    Statement statement(database,
                        "SELECT point, parameter, label FROM point_choices ORDER BY point, parameter");
    for (const point::Point& point : points) {
        for (std::size_t p = 0; p < 5; ++p) {
            ASSERT_TRUE(statement.step());
            ASSERT_EQ(statement.integer(0), static_cast<std::int64_t>(point.id));
            ASSERT_EQ(statement.text(1), "p" + std::to_string(p));
            ASSERT_EQ(statement.text(2), std::to_string(point.encoding[p]));
        }
    }
    EXPECT_FALSE(statement.step());
    EXPECT_EQ(database.integer("SELECT count(*) FROM metrics"),
              static_cast<std::int64_t>(point::kMetricCount));
}

TEST(StudyFile, ADamagedStateOfTheSearchIsNoState) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "a.tandem";
    StudyFile::create(path)->setAlgorithmState("state");
    EXPECT_EQ(StudyFile::open(path)->algorithmState(), "state");
    Database(path, Database::Mode::OpenExisting).execute("UPDATE algorithm_state SET data = 'stale'");
    EXPECT_EQ(StudyFile::open(path)->algorithmState(), std::nullopt);
}

/// Today's sample study as it was before origins were kept: format 1.
class StudyOfFormat1 : public testing::Test {
  protected:
    void SetUp() override { fs::copy_file(kFixture, study_); }

    const fs::path kFixture = fs::path(TANDEM_SOURCE_DIR) / "tests/core/store/format_1.tandem";
    TemporaryFolder folder_;
    fs::path study_ = folder_.path() / "old.tandem";
};

TEST_F(StudyOfFormat1, OpensWithTheSamePoints) {
    // What its rows say, read without the program's reader.
    std::string before;
    std::size_t parameters = 0, metrics = 0;
    {
        Database database(study_, Database::Mode::OpenExisting);
        ASSERT_EQ(database.integer("PRAGMA user_version"), 1);
        Statement rows(database, "SELECT parameters, metrics, data FROM points ORDER BY first");
        while (rows.step()) {
            parameters = static_cast<std::size_t>(rows.integer(0));
            metrics = static_cast<std::size_t>(rows.integer(1));
            before += rows.text(2);
        }
    }
    ASSERT_LT(metrics, point::kMetricCount); // it was written before the later ones were known
    ASSERT_EQ(before.size(), 4000 * recordSize(parameters, metrics));
    for (int time = 0; time < 2; ++time) { // migrated, and opened again
        const auto file = StudyFile::open(study_);
        const std::vector<point::Point> points = readAll(*file);
        ASSERT_EQ(points.size(), 4000U);
        const char* record = before.data();
        for (const point::Point& point : points) {
            ASSERT_TRUE(std::equal(
                point.encoding.begin(), point.encoding.end(), record,
                [](std::uint8_t choice, char byte) { return choice == static_cast<std::uint8_t>(byte); }));
            const char* values = record + parameters;
            const char* sources = values + metrics * sizeof(float);
            for (std::size_t m = 0; m < point::kMetricCount; ++m) {
                const auto source = static_cast<char>(point.metrics.sources[m]);
                ASSERT_EQ(source, m < metrics ? sources[m] : 0);
                ASSERT_TRUE(m >= metrics || std::memcmp(&point.metrics.values[m], values + m * sizeof(float),
                                                        sizeof(float)) == 0);
            }
            ASSERT_EQ(std::memcmp(&point.metrics.accuracyDeviation, sources + metrics, sizeof(float)), 0);
            record += recordSize(parameters, metrics);
            ASSERT_EQ(point.origin, point::Origin()) << "where it comes from is unknown";
            ASSERT_EQ(point.fidelity, point::Fidelity::Estimate);
        }
        EXPECT_EQ(file->algorithmState(), std::nullopt);
    }
    EXPECT_EQ(Database(study_, Database::Mode::OpenExisting).integer("PRAGMA user_version"), 2);
}

TEST_F(StudyOfFormat1, TakesNewPointsBesideItsOld) {
    {
        const auto file = StudyFile::open(study_);
        point::Point point = readAll(*file).back();
        point.id = 4000;
        point.origin.move = point::Move::Mutation;
        point.origin.parents[0] = 17;
        file->appendPoints({&point, 1});
    }
    const std::vector<point::Point> points = readAll(*StudyFile::open(study_));
    ASSERT_EQ(points.size(), 4001U);
    EXPECT_EQ(points[3999].origin.move, point::Move::Unknown);
    EXPECT_EQ(points[4000].origin.move, point::Move::Mutation);
    EXPECT_EQ(points[4000].origin.parents[0], 17U);
}

TEST(StudyFile, CommitsOnItsOwnWithinABlink) {
    const TemporaryFolder folder;
    const auto file = StudyFile::create(folder.path() / "a.tandem");
    file->appendPoints(somePoints(0, 10, 0));
    for (int i = 0; i < 200 && file->committedPoints() < 10; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_EQ(file->committedPoints(), 10U);
}

TEST(StudyFile, RefusesWhatIsNotAStudy) {
    const TemporaryFolder folder;
    EXPECT_NE(refusal(folder.path() / "none.tandem").find("there is no such file"), std::string::npos);
    EXPECT_NE(refusal(folder.path()).find("not a file"), std::string::npos);
    EXPECT_NE(refusal(folder.write("empty.tandem", "")).find("not a Tandem study"), std::string::npos);
    EXPECT_NE(refusal(folder.write("text.tandem", std::string(5000, 'x'))).find("not a Tandem study"),
              std::string::npos);
    {
        Database other(folder.path() / "other.db", Database::Mode::CreateNew);
        other.execute("CREATE TABLE t (a)");
    }
    EXPECT_NE(refusal(folder.path() / "other.db").find("a database, but not a Tandem study"),
              std::string::npos);
}

TEST(StudyFile, RefusesANewerStudyAndAnExistingName) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "a.tandem";
    StudyFile::create(path);
    EXPECT_THROW(StudyFile::create(path), Error);
    Database(path, Database::Mode::OpenExisting).execute("PRAGMA user_version = 99");
    EXPECT_NE(refusal(path).find("newer version of Tandem (format 99; this program reads up to 2)"),
              std::string::npos);
}

TEST(StudyFile, DamagedFilesAreRefusedOrReadWhole) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "a.tandem";
    {
        const auto file = StudyFile::create(path);
        file->describeSpace(tandem::test::gridSpace(5, 4));
        file->appendPoints(somePoints(0, 5000, 0));
    }
    std::string bytes(fs::file_size(path), '\0');
    std::ifstream(path, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    for (const std::size_t size : {std::size_t{50}, std::size_t{100}, std::size_t{4096}, bytes.size() / 2,
                                   bytes.size() - 16384, bytes.size() - 1}) {
        EXPECT_NE(refusal(folder.write("cut.tandem", std::string_view(bytes).substr(0, size))), "opened")
            << size;
    }
    // Random damage: an error in words, or nothing that matters was hit; never a wrong figure.
    Random random(1);
    int refused = 0;
    for (int round = 0; round < 40; ++round) {
        std::string damaged = bytes;
        const std::size_t at = random.below(damaged.size() - 64);
        for (std::size_t i = 0; i < 64; ++i) {
            damaged[at + i] = static_cast<char>(random.next());
        }
        const fs::path broken = folder.write("damaged.tandem", damaged);
        if (refusal(broken) != "opened") {
            ++refused;
        } else {
            expectEqual(readAll(*StudyFile::open(broken)), somePoints(0, 5000, 0));
        }
        fs::remove(broken.string() + "-wal");
        fs::remove(broken.string() + "-shm");
    }
    EXPECT_GT(refused, 0);
}

TEST(StudyFile, IsOpenInOneProcessAtATime) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "a.tandem";
    const auto file = StudyFile::create(path);
    EXPECT_NE(refusal(path).find("open in this program"), std::string::npos);
    const pid_t child = fork();
    if (child == 0) {
        bool refused = false;
        try {
            StudyFile::open(path);
        } catch (const Error& error) {
            refused = std::string(error.what()).find("open in another Tandem") != std::string::npos;
        }
        _exit(refused ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(StudyFile, NoticesThatItsLastHolderDied) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "a.tandem";
    const pid_t child = fork();
    if (child == 0) {
        const auto file = StudyFile::create(path);
        file->appendPoints(somePoints(0, 1000, 0));
        file->flush();
        file->appendPoints(somePoints(1000, 1000, 0)); // within 200 ms: most likely never written
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    const auto file = StudyFile::open(path);
    EXPECT_TRUE(file->wasCrashed());
    const auto points = readAll(*file);
    ASSERT_GE(points.size(), 1000U) << "what was flushed is there";
    auto expected = somePoints(0, 1000, 0);
    const auto rest = somePoints(1000, 1000, 0);
    expected.insert(expected.end(), rest.begin(), rest.end());
    expected.resize(points.size());
    expectEqual(points, expected);
}

TEST(StudyFile, AFullDiskKeepsWhatWasAppendedForTheNextTry) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "a.tandem";
    const auto points = somePoints(0, 4000, 0);
    {
        const auto file = StudyFile::create(path);
        file->appendPoints(std::span(points).first(1000));
        file->flush();
        // Another connection holds the write lock: commits fail as they do on a disk that refuses.
        Database rival(path, Database::Mode::OpenExisting);
        rival.execute("BEGIN IMMEDIATE");
        file->appendPoints(std::span(points).subspan(1000));
        EXPECT_THROW(file->flush(), Error);
        ASSERT_TRUE(file->failure().has_value());
        EXPECT_EQ(file->committedPoints(), 1000U);
        rival.execute("ROLLBACK");
        file->flush();
        EXPECT_FALSE(file->failure().has_value());
        EXPECT_EQ(file->committedPoints(), 4000U);
    }
    expectEqual(readAll(*StudyFile::open(path)), points);
}

TEST(StudyFile, ReadOnlyFilesAreSaidToBeSo) {
    if (geteuid() == 0) {
        GTEST_SKIP() << "the superuser may write everything";
    }
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "a.tandem";
    StudyFile::create(path);
    fs::permissions(path, fs::perms::owner_read);
    EXPECT_NE(refusal(path).find("read-only"), std::string::npos);
}

} // namespace
} // namespace tandem::store

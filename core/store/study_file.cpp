// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/study_file.h"

#include "core/store/database.h"
#include "core/store/file_lock.h"
#include "core/store/migrations.h"
#include "core/store/point_codec.h"
#include "core/store/study_header.h"
#include "core/store/study_writer.h"

#include <array>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <thread>
#include <utility>

namespace tandem::store {

namespace {

using namespace std::chrono_literals;

constexpr auto kCommitInterval = 200ms;
constexpr auto kRenewInterval = 30s;
constexpr std::size_t kPointsPerCommit = 10000;
constexpr std::size_t kPointsPerBlock = 8192;

std::string timeNow() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &utc);
    return text.data();
}

/// How many parameters and metrics the records of a row have.
struct RecordShape {
    std::int64_t parameters = 0, metrics = 0;

    std::size_t size() const {
        return recordSize(static_cast<std::size_t>(parameters), static_cast<std::size_t>(metrics));
    }
    bool fits(std::string_view data, std::size_t count, std::int64_t crc) const {
        return parameters >= 0 && parameters < 65536 && metrics >= 0 && metrics < 4096 &&
               data.size() % size() == 0 && data.size() / size() == count && checksum(data) == crc;
    }
    void unpack(std::string_view record, point::Point& point) const {
        unpackPoint(record, static_cast<std::size_t>(parameters), static_cast<std::size_t>(metrics), point);
    }
};

} // namespace

struct StudyFile::Implementation {
    Implementation(const std::filesystem::path& path, Database::Mode mode) : database(path, mode) {}

    Database database;
    std::optional<FileLock> lock;
    std::string warning;
    std::optional<Writer> writer;

    std::mutex mutex;
    std::condition_variable changed;
    std::vector<Operation> queue;
    std::size_t queuedPoints = 0;
    std::uint64_t flushesAsked = 0, flushesDone = 0;
    bool ending = false;
    std::optional<Error> failure;
    std::uint64_t committedPoints = 0;
    std::thread thread; // last

    void begin();
    void append(Operation operation);
    void run();
    void commit(const std::vector<Operation>& operations);
    void close() noexcept;
};

void StudyFile::Implementation::begin() {
    lock.emplace(database);
    const bool network = isOnNetwork(database.file());
    if (network) {
        warning =
            fmt::format("{} lies in a network folder: a broken connection may damage it; a local folder is "
                        "safer and faster",
                        database.file().string());
    }
    database.execute(network ? "PRAGMA journal_mode = TRUNCATE" : "PRAGMA journal_mode = WAL");
    database.execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; "
                     "PRAGMA journal_size_limit = 67108864");
    try {
        committedPoints = static_cast<std::uint64_t>(
            database.integer("SELECT coalesce(max(first + count), 0) FROM points"));
        writer.emplace(database);
    } catch (const Error&) {
        lock->release();
        throw;
    }
    thread = std::thread([this] { run(); });
}

void StudyFile::Implementation::append(Operation operation) {
    const std::lock_guard guard(mutex);
    queue.push_back(std::move(operation));
}

void StudyFile::Implementation::run() {
    std::unique_lock guard(mutex);
    auto lastRenewal = std::chrono::steady_clock::now();
    while (true) {
        changed.wait_for(guard, kCommitInterval, [&] {
            return flushesAsked > flushesDone || ending || (queuedPoints >= kPointsPerCommit && !failure);
        });
        const std::uint64_t flushes = flushesAsked;
        const bool asked = ending || flushes > flushesDone;
        const bool renew = std::chrono::steady_clock::now() - lastRenewal > kRenewInterval;
        // After a failure the next try is at the next flush, not five times a second.
        if ((!queue.empty() || renew) && (!failure || asked)) {
            std::vector<Operation> operations = std::exchange(queue, {});
            const std::size_t points = std::exchange(queuedPoints, 0);
            guard.unlock();
            std::optional<Error> error;
            try {
                commit(operations);
                lastRenewal = std::chrono::steady_clock::now();
            } catch (const Error& caught) {
                error = caught;
            }
            guard.lock();
            failure = error;
            if (error) {
                operations.insert(operations.end(), std::make_move_iterator(queue.begin()),
                                  std::make_move_iterator(queue.end()));
                queue = std::move(operations);
                queuedPoints += points;
            } else {
                committedPoints += points;
            }
        }
        flushesDone = flushes;
        changed.notify_all();
        if (ending && queue.empty()) {
            return;
        }
        if (ending && failure) {
            return;
        }
    }
}

void StudyFile::Implementation::commit(const std::vector<Operation>& operations) {
    try {
        database.execute("BEGIN IMMEDIATE");
        for (const Operation& operation : operations) {
            std::visit(*writer, operation);
        }
        lock->renew();
        database.execute("COMMIT");
    } catch (const Error&) {
        database.rollBack();
        throw;
    }
}

void StudyFile::Implementation::close() noexcept {
    if (!thread.joinable()) {
        return;
    }
    {
        const std::lock_guard guard(mutex);
        ending = true;
        changed.notify_all();
    }
    thread.join();
    writer.reset();
    try {
        lock->release();
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        database.execute("PRAGMA journal_mode = DELETE");
    } catch (const Error&) {
        // The write-ahead log stays beside the file and is read at the next opening.
        database.rollBack();
    }
}

StudyFile::StudyFile(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

StudyFile::~StudyFile() {
    implementation_->close();
}

std::unique_ptr<StudyFile> StudyFile::create(const std::filesystem::path& path) {
    if (std::filesystem::exists(path)) {
        throw inputError("{}: the file exists already; name another, or open it", path.string());
    }
    auto implementation = std::make_unique<Implementation>(path, Database::Mode::CreateNew);
    implementation->database.execute("PRAGMA page_size = 16384");
    migrate(implementation->database);
    implementation->begin();
    return std::unique_ptr<StudyFile>(new StudyFile(std::move(implementation)));
}

std::unique_ptr<StudyFile> StudyFile::open(const std::filesystem::path& path) {
    checkHeader(path);
    auto implementation = std::make_unique<Implementation>(path, Database::Mode::OpenExisting);
    Database& database = implementation->database;
    if (database.isReadOnly()) {
        throw inputError("{}: the file is read-only; copy it to a place where it can be written",
                         path.string());
    }
    const std::string state = database.text("PRAGMA quick_check(1)");
    if (state != "ok") {
        throw inputError("{}: the study is damaged ({})", path.string(), state.substr(0, state.find('\n')));
    }
    migrate(database);
    implementation->begin();
    return std::unique_ptr<StudyFile>(new StudyFile(std::move(implementation)));
}

const std::filesystem::path& StudyFile::path() const {
    return implementation_->database.file();
}

bool StudyFile::wasCrashed() const {
    return implementation_->lock->wasAbandoned();
}

std::string StudyFile::warning() const {
    return implementation_->warning;
}

std::optional<std::string> StudyFile::value(std::string_view key) const {
    Statement statement(implementation_->database, "SELECT value FROM setup WHERE key = ?");
    statement.bindText(1, key);
    return statement.step() ? std::optional(statement.text(0)) : std::nullopt;
}

std::vector<std::string> StudyFile::keys() const {
    Statement statement(implementation_->database, "SELECT key FROM setup ORDER BY key");
    std::vector<std::string> keys;
    while (statement.step()) {
        keys.push_back(statement.text(0));
    }
    return keys;
}

void StudyFile::readPoints(const std::function<void(std::vector<point::Point>&&)>& take) const {
    Statement statement(implementation_->database,
                        "SELECT first, count, epoch, parameters, metrics, crc, data, origins, origins_crc "
                        "FROM points ORDER BY first");
    point::PointId next = 0;
    while (statement.step()) {
        const auto count = static_cast<std::size_t>(statement.integer(1));
        const RecordShape shape{statement.integer(3), statement.integer(4)};
        const std::string_view data = statement.bytes(6), origins = statement.bytes(7);
        const bool isOld = statement.isNull(7) && statement.isNull(8); // from before origins were kept
        if (static_cast<std::uint64_t>(statement.integer(0)) != next ||
            !shape.fits(data, count, statement.integer(5)) ||
            (!isOld &&
             (origins.size() != count * kOriginSize || checksum(origins) != statement.integer(8)))) {
            throw inputError("{}: the study is damaged (in the points from {} on)", path().string(), next);
        }
        std::vector<point::Point> points(count);
        for (std::size_t i = 0; i < count; ++i) {
            points[i].id = next++;
            points[i].epoch = static_cast<std::uint32_t>(statement.integer(2));
            shape.unpack(data.substr(i * shape.size()), points[i]);
            if (!isOld) {
                unpackOrigin(origins.substr(i * kOriginSize), points[i]);
            }
        }
        take(std::move(points));
    }
}

std::vector<EpochRow> StudyFile::readEpochs() const {
    Statement statement(implementation_->database,
                        "SELECT epoch, text, command, first_point FROM epochs ORDER BY epoch");
    std::vector<EpochRow> rows;
    while (statement.step()) {
        rows.push_back({static_cast<std::uint32_t>(statement.integer(0)), statement.text(1),
                        statement.text(2), static_cast<point::PointId>(statement.integer(3))});
    }
    return rows;
}

std::vector<RefinementRow> StudyFile::readRefinements() const {
    Statement statement(
        implementation_->database,
        "SELECT point, parameters, metrics, crc, data, known_points FROM refinements WHERE id "
        "IN (SELECT max(id) FROM refinements GROUP BY point) ORDER BY point");
    std::vector<RefinementRow> rows;
    while (statement.step()) {
        const RecordShape shape{statement.integer(1), statement.integer(2)};
        if (!shape.fits(statement.bytes(4), 1, statement.integer(3))) {
            throw inputError("{}: the study is damaged (in a refinement of point {})", path().string(),
                             statement.integer(0));
        }
        RefinementRow& row = rows.emplace_back();
        row.point.id = static_cast<point::PointId>(statement.integer(0));
        shape.unpack(statement.bytes(4), row.point);
        if (!statement.isNull(5)) {
            row.knownPoints = static_cast<std::uint64_t>(statement.integer(5));
        }
    }
    return rows;
}

std::optional<std::string> StudyFile::algorithmState() const {
    Statement statement(implementation_->database, "SELECT crc, data FROM algorithm_state");
    const bool isWhole = statement.step() && checksum(statement.bytes(1)) == statement.integer(0);
    return isWhole ? std::optional(statement.text(1)) : std::nullopt;
}

std::vector<ArtefactRow> StudyFile::readArtefacts() const {
    Statement statement(implementation_->database,
                        "SELECT point, kind, json, time FROM artefacts ORDER BY id");
    std::vector<ArtefactRow> rows;
    while (statement.step()) {
        rows.push_back({static_cast<point::PointId>(statement.integer(0)), statement.text(1),
                        statement.text(2), statement.text(3)});
    }
    return rows;
}

void StudyFile::setValue(std::string_view key, std::string_view value) {
    implementation_->append(Value{std::string(key), std::string(value)});
}

void StudyFile::describeSpace(const point::Space& space) {
    implementation_->append(space);
}

void StudyFile::appendPoints(std::span<const point::Point> points) {
    const std::lock_guard guard(implementation_->mutex);
    std::vector<Operation>& queue = implementation_->queue;
    for (const point::Point& point : points) {
        auto* block = queue.empty() ? nullptr : std::get_if<PointBlock>(&queue.back());
        if (block == nullptr || block->epoch != point.epoch || block->count == kPointsPerBlock) {
            block = &std::get<PointBlock>(
                queue.emplace_back(PointBlock{point.id, 0, point.epoch, point.encoding.size(), {}, {}}));
        }
        packPoint(point, block->data);
        packOrigin(point, block->origins);
        ++block->count;
    }
    implementation_->queuedPoints += points.size();
    if (implementation_->queuedPoints >= kPointsPerCommit) {
        implementation_->changed.notify_all();
    }
}

void StudyFile::appendEpoch(EpochRow row) {
    implementation_->append(TimedEpoch{std::move(row), timeNow()});
}

void StudyFile::appendRefinement(const point::Point& point, std::uint64_t knownPoints) {
    Refinement refinement{point.id, point.encoding.size(), {}, timeNow(), knownPoints};
    packPoint(point, refinement.data);
    implementation_->append(std::move(refinement));
}

void StudyFile::appendArtefact(ArtefactRow row) {
    if (row.time.empty()) {
        row.time = timeNow();
    }
    implementation_->append(std::move(row));
}

void StudyFile::setAlgorithmState(std::string_view state) {
    implementation_->append(AlgorithmState{std::string(state)});
}

void StudyFile::flush() {
    std::unique_lock guard(implementation_->mutex);
    const std::uint64_t flush = ++implementation_->flushesAsked;
    implementation_->changed.notify_all();
    implementation_->changed.wait(guard, [&] { return implementation_->flushesDone >= flush; });
    if (implementation_->failure) {
        throw Error(*implementation_->failure);
    }
}

std::optional<Error> StudyFile::failure() const {
    const std::lock_guard guard(implementation_->mutex);
    return implementation_->failure;
}

std::uint64_t StudyFile::committedPoints() const {
    const std::lock_guard guard(implementation_->mutex);
    return implementation_->committedPoints;
}

} // namespace tandem::store

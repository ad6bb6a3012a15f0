// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/point/point.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::store {

/// One steering command as it was applied.
struct EpochRow {
    std::uint32_t epoch = 0;
    std::string text;    ///< for people: "pin model.b3.kernel = 3"
    std::string command; ///< for the program: JSON
    point::PointId firstPoint = 0;
};

/// Better known figures of a point.
struct RefinementRow {
    point::Point point;                       ///< id, encoding and metrics
    std::optional<std::uint64_t> knownPoints; ///< when it was refined; none: the study is older than this
};

/// An export or a verification of a point.
struct ArtefactRow {
    point::PointId point = 0;
    std::string kind;
    std::string json;
    std::string time; ///< UTC, "2026-01-31 12:00:00"; filled in when it is empty
};

/// The study file: one SQLite database (schema in migrations.cpp). A writer thread commits what is appended
/// every 200 ms or 10,000 points; a commit always holds a prefix of what was appended, so after a crash the
/// file says what was true at some moment. While open there is a write-ahead log beside it, which is gone on
/// close.
class StudyFile {
  public:
    /// Makes the file. Throws Error (Input) when it exists already or cannot be written.
    static std::unique_ptr<StudyFile> create(const std::filesystem::path& path);
    /// Opens it, migrated to today's schema. Throws Error (Input) when it is not a study, damaged, newer than
    /// this program, read-only or open in another process.
    static std::unique_ptr<StudyFile> open(const std::filesystem::path& path);
    /// Commits what is left (what cannot be written is lost: flush() first to hear about it) and closes.
    ~StudyFile();
    StudyFile(const StudyFile&) = delete;
    StudyFile& operator=(const StudyFile&) = delete;

    const std::filesystem::path& path() const;
    /// Whether the process that had it open before did not close it.
    bool wasCrashed() const;
    /// What to tell the person about where the file lies (a network folder), or empty.
    std::string warning() const;

    // Reading; before anything is appended.

    std::optional<std::string> value(std::string_view key) const;
    std::vector<std::string> keys() const;
    /// All points in the order of their ids, as they were first evaluated, some thousands a call.
    void readPoints(const std::function<void(std::vector<point::Point>&&)>& take) const;
    std::vector<EpochRow> readEpochs() const;
    /// Better known points, the newest of each id, in the order of ids.
    std::vector<RefinementRow> readRefinements() const;
    /// What setAlgorithmState() kept; nothing where there is none or it is damaged.
    std::optional<std::string> algorithmState() const;
    std::vector<ArtefactRow> readArtefacts() const;

    // Appending: returns at once; from any thread.

    void setValue(std::string_view key, std::string_view value);
    /// Names and choices of the parameters, for whoever reads the file with SQL.
    void describeSpace(const point::Space& space);
    void appendPoints(std::span<const point::Point> points);
    void appendEpoch(EpochRow row);
    /// `knownPoints`: how many there are at this moment.
    void appendRefinement(const point::Point& point, std::uint64_t knownPoints);
    /// Keeps what a search needs to go on, in the place of what was kept before.
    void setAlgorithmState(std::string_view state);
    void appendArtefact(ArtefactRow row);

    /// Blocks until all that was appended is committed. Throws Error (Work) when it cannot be; it is then
    /// kept and tried again at the next flush.
    void flush();
    /// The last commit's error, one sentence; what was appended since is kept and not lost yet.
    std::optional<Error> failure() const;
    /// Points that are safe on disk.
    std::uint64_t committedPoints() const;

  private:
    struct Implementation;
    explicit StudyFile(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

} // namespace tandem::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/migrations.h"

#include "core/base/error.h"

#include <iterator>

namespace tandem::store {

namespace {

/// The schema grows by one entry at a time; entry i leads from version i to version i + 1. Entries that were
/// released never change.
constexpr const char* kMigrations[] = {
    // 1: setup, space, points, steering history, artefacts
    R"sql(
CREATE TABLE setup (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE parameters (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL,
                         imported INTEGER NOT NULL);
CREATE TABLE choices (parameter INTEGER NOT NULL, position INTEGER NOT NULL, value REAL NOT NULL,
                      label TEXT NOT NULL, PRIMARY KEY (parameter, position)) WITHOUT ROWID;
CREATE TABLE metrics (position INTEGER PRIMARY KEY, name TEXT NOT NULL);
-- Points [first, first + count), all sampled under one epoch. Each is a record in data: `parameters` bytes, the
-- choice of each parameter; `metrics` little-endian 32-bit floats; `metrics` bytes, the source of each (0 none,
-- 1 proxy, 2 predicted, 3 modelled, 4 measured); a 32-bit float, the deviation of a predicted accuracy. crc is
-- the CRC-32 of data.
CREATE TABLE points (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, epoch INTEGER NOT NULL,
                     parameters INTEGER NOT NULL, metrics INTEGER NOT NULL, crc INTEGER NOT NULL,
                     data BLOB NOT NULL);
CREATE TABLE epochs (epoch INTEGER PRIMARY KEY, text TEXT NOT NULL, command TEXT NOT NULL,
                     first_point INTEGER NOT NULL, time TEXT NOT NULL);
-- Better known figures of a point: one record as in points. The newest row of a point counts.
CREATE TABLE refinements (id INTEGER PRIMARY KEY, point INTEGER NOT NULL, parameters INTEGER NOT NULL,
                          metrics INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL, time TEXT NOT NULL);
CREATE TABLE artefacts (id INTEGER PRIMARY KEY, point INTEGER NOT NULL, kind TEXT NOT NULL, json TEXT NOT NULL,
                        time TEXT NOT NULL);
CREATE TABLE lock (id INTEGER PRIMARY KEY CHECK (id = 1), host TEXT NOT NULL, process INTEGER NOT NULL,
                   started TEXT NOT NULL, seen INTEGER NOT NULL);
-- The points unpacked: one row a point and parameter. Slow, but any SQLite tool can read it.
CREATE VIEW point_choices AS
WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers
                               WHERE i + 1 < (SELECT max(count) FROM points)),
bytes AS (SELECT points.first + i AS point, points.epoch AS epoch, parameters.name AS parameter,
                 parameters.position AS position,
                 hex(substr(points.data, 1 + i * (points.parameters + 5 * points.metrics + 4)
                                           + parameters.position, 1)) AS byte
          FROM points JOIN numbers ON i < points.count JOIN parameters)
SELECT bytes.point, bytes.epoch, bytes.parameter, choices.label, choices.value
FROM bytes JOIN choices ON choices.parameter = bytes.position
 AND choices.position = (instr('0123456789ABCDEF', substr(byte, 1, 1)) - 1) * 16
                        + instr('0123456789ABCDEF', substr(byte, 2, 1)) - 1;
)sql",
    // 2: where points come from, the search's state, when points were refined
    R"sql(
-- Origins of the points of the row, NULL where they are unknown: for each point the number of the search
-- algorithm (0: none), the move (0 unknown, 1 imported, 2 random, 3 crossover, 4 mutation, 5 repaired, 6 counting,
-- 7 injected, 8 acquisition) and the fidelity asked for (0 estimate, 1 supernet, 2 trained, 3 verified), a byte
-- each; two parents, little-endian 32-bit ids of points, 4294967295 for none; the acquisition, a 32-bit float.
-- origins_crc is their CRC-32.
ALTER TABLE points ADD COLUMN origins BLOB;
ALTER TABLE points ADD COLUMN origins_crc INTEGER;
-- How many points were known when the figures were refined; NULL where it is unknown.
ALTER TABLE refinements ADD COLUMN known_points INTEGER;
-- What the search needs to go on without asking for its points again; crc is the CRC-32 of data.
CREATE TABLE algorithm_state (id INTEGER PRIMARY KEY CHECK (id = 1), crc INTEGER NOT NULL, data BLOB NOT NULL);
)sql",
};

} // namespace

int newestVersion() {
    return static_cast<int>(std::size(kMigrations));
}

void migrate(Database& database) {
    const auto version = static_cast<int>(database.integer("PRAGMA user_version"));
    if (version > newestVersion()) {
        throw inputError(
            "{}: the study was written by a newer version of Tandem (format {}; this program reads "
            "up to {})",
            database.file().string(), version, newestVersion());
    }
    if (version == newestVersion()) {
        return;
    }
    database.execute("BEGIN IMMEDIATE");
    try {
        for (int next = version; next < newestVersion(); ++next) {
            database.execute(kMigrations[next]);
        }
        database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT",
                                     kApplicationId, newestVersion()));
    } catch (const Error&) {
        database.rollBack();
        throw;
    }
}

} // namespace tandem::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/study_writer.h"

#include "core/store/point_codec.h"

#include <zlib.h>

namespace tandem::store {

namespace {

std::int64_t signedOf(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

} // namespace

std::int64_t checksum(std::string_view data) {
    return static_cast<std::int64_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size())); // NOLINT: zlib's bytes
}

Writer::Writer(Database& database)
    : database_(database),
      points_(database, "INSERT INTO points (first, count, epoch, parameters, metrics, crc, data, "
                        "origins, origins_crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      refinements_(database, "INSERT INTO refinements (point, parameters, metrics, crc, data, time, "
                             "known_points) VALUES (?, ?, ?, ?, ?, ?, ?)"),
      epochs_(database,
              "INSERT INTO epochs (epoch, text, command, first_point, time) VALUES (?, ?, ?, ?, ?)"),
      artefacts_(database, "INSERT INTO artefacts (point, kind, json, time) VALUES (?, ?, ?, ?)"),
      values_(database, "INSERT OR REPLACE INTO setup (key, value) VALUES (?, ?)"),
      states_(database, "INSERT OR REPLACE INTO algorithm_state (id, crc, data) VALUES (1, ?, ?)") {}

void Writer::operator()(const PointBlock& block) {
    points_.bind(1, signedOf(block.first))
        .bind(2, signedOf(block.count))
        .bind(3, static_cast<std::int64_t>(block.epoch))
        .bind(4, signedOf(block.parameters))
        .bind(5, signedOf(point::kMetricCount))
        .bind(6, checksum(block.data))
        .bindBlob(7, block.data)
        .bindBlob(8, block.origins)
        .bind(9, checksum(block.origins))
        .run();
}

void Writer::operator()(const Refinement& refinement) {
    refinements_.bind(1, signedOf(refinement.point))
        .bind(2, signedOf(refinement.parameters))
        .bind(3, signedOf(point::kMetricCount))
        .bind(4, checksum(refinement.data))
        .bindBlob(5, refinement.data)
        .bindText(6, refinement.time)
        .bind(7, signedOf(refinement.knownPoints))
        .run();
}

void Writer::operator()(const TimedEpoch& epoch) {
    epochs_.bind(1, static_cast<std::int64_t>(epoch.row.epoch))
        .bindText(2, epoch.row.text)
        .bindText(3, epoch.row.command)
        .bind(4, signedOf(epoch.row.firstPoint))
        .bindText(5, epoch.time)
        .run();
}

void Writer::operator()(const ArtefactRow& artefact) {
    artefacts_.bind(1, signedOf(artefact.point))
        .bindText(2, artefact.kind)
        .bindText(3, artefact.json)
        .bindText(4, artefact.time)
        .run();
}

void Writer::operator()(const Value& value) {
    values_.bindText(1, value.key).bindBlob(2, value.value).run();
}

void Writer::operator()(const AlgorithmState& state) {
    states_.bind(1, checksum(state.data)).bindBlob(2, state.data).run();
}

void Writer::operator()(const point::Space& space) {
    database_.execute("DELETE FROM parameters; DELETE FROM choices; DELETE FROM metrics");
    Statement parameters(database_, "INSERT INTO parameters VALUES (?, ?, ?, ?)");
    Statement choices(database_, "INSERT INTO choices VALUES (?, ?, ?, ?)");
    for (std::size_t p = 0; p < space.parameters.size(); ++p) {
        const point::Parameter& parameter = space.parameters[p];
        parameters.bind(1, signedOf(p))
            .bindText(2, parameter.name)
            .bindText(3, parameter.description)
            .bind(4, std::int64_t{parameter.imported})
            .run();
        for (std::size_t c = 0; c < parameter.choices.size(); ++c) {
            choices.bind(1, signedOf(p))
                .bind(2, signedOf(c))
                .bind(3, parameter.choices[c].value)
                .bindText(4, parameter.choices[c].label)
                .run();
        }
    }
    Statement metrics(database_, "INSERT INTO metrics VALUES (?, ?)");
    for (std::size_t m = 0; m < point::kMetricCount; ++m) {
        metrics.bind(1, signedOf(m)).bindText(2, point::metricName(static_cast<point::Metric>(m))).run();
    }
}

} // namespace tandem::store

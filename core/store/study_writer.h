// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/database.h"
#include "core/store/study_file.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

/// What a study's writer thread does with the file.
namespace tandem::store {

/// Consecutive points of one epoch, packed.
struct PointBlock {
    point::PointId first = 0;
    std::size_t count = 0;
    std::uint32_t epoch = 0;
    std::size_t parameters = 0;
    std::string data;
    std::string origins;
};
struct Refinement {
    point::PointId point = 0;
    std::size_t parameters = 0;
    std::string data;
    std::string time;
    std::uint64_t knownPoints = 0;
};
struct TimedEpoch {
    EpochRow row;
    std::string time;
};
struct Value {
    std::string key, value;
};
struct AlgorithmState {
    std::string data;
};
using Operation =
    std::variant<PointBlock, Refinement, TimedEpoch, ArtefactRow, Value, AlgorithmState, point::Space>;

/// Of the packed data of points, kept beside it.
std::int64_t checksum(std::string_view data);

/// The statements that write, prepared once.
class Writer {
  public:
    explicit Writer(Database& database);

    void operator()(const PointBlock& block);
    void operator()(const Refinement& refinement);
    void operator()(const TimedEpoch& epoch);
    void operator()(const ArtefactRow& artefact);
    void operator()(const Value& value);
    void operator()(const AlgorithmState& state);
    void operator()(const point::Space& space);

  private:
    Database& database_;
    Statement points_, refinements_, epochs_, artefacts_, values_, states_;
};

} // namespace tandem::store

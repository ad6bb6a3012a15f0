// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/trained_networks.h"

#include "core/store/study_file.h"
#include "core/train/checkpoint.h"

#include <charconv>

namespace tandem::engine {

namespace {

constexpr std::string_view kNetworkKey = "trained/", kCheckpointKey = "checkpoint/";

std::string keyOf(std::string_view kind, point::PointId id) {
    return fmt::format("{}{}", kind, id);
}

/// The point whose `kind` of value this key names.
std::optional<point::PointId> pointOf(std::string_view key, std::string_view kind) {
    point::PointId id = 0;
    if (!key.starts_with(kind)) {
        return {};
    }
    const std::string_view number = key.substr(kind.size());
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
    return error == std::errc() && end == number.data() + number.size() ? std::optional(id) : std::nullopt;
}

std::string toBytes(const TrainedNetwork& trained) {
    train::CheckpointWriter writer;
    writer.number(trained.testAccuracy);
    return writer.take() + quant::toBytes(trained.tuned);
}

TrainedNetwork fromBytes(std::string_view bytes) {
    train::CheckpointReader reader(bytes);
    TrainedNetwork trained;
    trained.testAccuracy = reader.number<double>();
    trained.tuned = quant::tunedNetworkFromBytes(bytes.substr(sizeof(double)));
    return trained;
}

} // namespace

TrainedNetworks::TrainedNetworks(store::StudyFile* file) : file_(file) {
    for (const std::string& key : file ? file->keys() : std::vector<std::string>()) {
        const std::string bytes = file->value(key).value_or("");
        if (const auto id = pointOf(key, kNetworkKey); id && !bytes.empty()) {
            trained_[*id] = fromBytes(bytes);
        } else if (const auto begun = pointOf(key, kCheckpointKey); begun && !bytes.empty()) {
            checkpoints_[*begun] = bytes;
        }
    }
}

std::optional<TrainedNetwork> TrainedNetworks::find(point::PointId id) const {
    const std::lock_guard lock(mutex_);
    const auto found = trained_.find(id);
    return found == trained_.end() ? std::nullopt : std::optional(found->second);
}

void TrainedNetworks::keep(point::PointId id, TrainedNetwork trained) {
    if (file_ != nullptr) {
        file_->setValue(keyOf(kNetworkKey, id), toBytes(trained));
    }
    keepCheckpoint(id, "");
    const std::lock_guard lock(mutex_);
    trained_[id] = std::move(trained);
    checkpoints_.erase(id);
}

std::optional<std::string> TrainedNetworks::checkpoint(point::PointId id) const {
    const std::lock_guard lock(mutex_);
    const auto found = checkpoints_.find(id);
    return found == checkpoints_.end() ? std::nullopt : std::optional(found->second);
}

void TrainedNetworks::keepCheckpoint(point::PointId id, const std::string& bytes) {
    if (file_ != nullptr) {
        file_->setValue(keyOf(kCheckpointKey, id), bytes);
    }
    const std::lock_guard lock(mutex_);
    checkpoints_[id] = bytes;
}

} // namespace tandem::engine

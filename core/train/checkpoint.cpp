// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/checkpoint.h"

#include "core/base/error.h"

namespace tandem::train {

void CheckpointWriter::identity(std::span<const std::uint64_t> numbers) {
    std::ranges::for_each(numbers, [&](std::uint64_t own) { number(own); });
}

void CheckpointWriter::floats(std::span<const float> values) {
    number(static_cast<std::uint64_t>(values.size()));
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

void CheckpointWriter::blocks(const std::vector<std::vector<float>>& values) {
    number(static_cast<std::uint64_t>(values.size()));
    for (const std::vector<float>& block : values) {
        floats(block);
    }
}

std::string_view CheckpointReader::take(std::size_t count) {
    if (count > bytes_.size()) {
        throw inputError("the training's checkpoint ends early: {} bytes are left, {} expected",
                         bytes_.size(), count);
    }
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
}

bool CheckpointReader::takeIdentity(std::span<const std::uint64_t> numbers) {
    return bytes_.size() >= numbers.size_bytes() &&
           std::ranges::all_of(numbers, [&](std::uint64_t own) { return number<std::uint64_t>() == own; });
}

std::vector<float> CheckpointReader::floats() {
    const auto count = number<std::uint64_t>();
    if (count > bytes_.size() / sizeof(float)) {
        throw inputError("the training's checkpoint ends early: {} bytes are left, {} numbers expected",
                         bytes_.size(), count);
    }
    std::vector<float> values(count);
    if (const std::string_view taken = take(count * sizeof(float)); !taken.empty()) {
        std::memcpy(values.data(), taken.data(), taken.size());
    }
    return values;
}

std::vector<std::vector<float>> CheckpointReader::blocks() {
    const auto count = number<std::uint64_t>();
    std::vector<std::vector<float>> values;
    for (std::uint64_t i = 0; i < count; ++i) {
        values.push_back(floats());
    }
    return values;
}

} // namespace tandem::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/study/unkept_study.h"

#include <system_error>
#include <utility>

namespace tandem::engine {

void removeStudy(const std::filesystem::path& study) {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        std::filesystem::remove(std::filesystem::path(study) += suffix, ignored);
    }
}

UnkeptStudy::UnkeptStudy(std::filesystem::path study) : study_(std::move(study)) {}

UnkeptStudy::~UnkeptStudy() {
    if (!study_.empty()) {
        removeStudy(study_);
    }
}

} // namespace tandem::engine

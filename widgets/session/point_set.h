// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/point.h"

#include <span>
#include <vector>

namespace tandem::widgets {

/// A set of points of a study, for questions from every drawn point: is it in?
class PointSet {
  public:
    PointSet() = default;
    explicit PointSet(std::span<const point::PointId> ids) {
        for (const point::PointId id : ids) {
            insert(id);
        }
    }

    void insert(point::PointId id) {
        if (id >= members_.size()) {
            members_.resize(id + 1, false);
        }
        size_ += members_[id] ? 0U : 1U;
        members_[id] = true;
    }
    bool contains(point::PointId id) const { return id < members_.size() && members_[id]; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    bool operator==(const PointSet&) const = default;

  private:
    std::vector<bool> members_; ///< as long as the largest member needs
    std::size_t size_ = 0;
};

} // namespace tandem::widgets

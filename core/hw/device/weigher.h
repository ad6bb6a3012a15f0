// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/prices.h"

/// The two things that amounts of hardware are handed to.
namespace tandem::hw {

/// Weighs amounts as they come.
class Weigher {
  public:
    explicit Weigher(const PriceList& prices) : prices_(&prices) {}

    void operator()(CostTerm term, double amount) const {
        const Price& price = (*prices_)[static_cast<std::size_t>(term)];
        size_ += amount * price.size;
        ff_ += amount * price.ff;
    }
    /// Adds what was weighed: LUTs, or the cells' area.
    void addTo(Resources& used, DeviceFamily family) const {
        (family == DeviceFamily::Asic ? used.cellsUm2 : used.lut) += size_;
        used.ff += ff_;
    }

  private:
    const PriceList* prices_;
    mutable double size_ = 0, ff_ = 0;
};

/// Collects amounts.
struct Collector {
    CostTerms* terms;
    void operator()(CostTerm term, double amount) const {
        (*terms)[static_cast<std::size_t>(term)] += amount;
    }
};

} // namespace tandem::hw

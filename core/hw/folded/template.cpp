// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/folded/template.h"

#include "core/hw/folded/accelerator.h"
#include "core/hw/folded/choices.h"

#include <utility>

namespace tandem::hw::folded {

namespace {

class FoldedSpace final : public TemplateSpace {
  public:
    explicit FoldedSpace(const Device& device) : device_(device) {}

    std::vector<point::Parameter> parameters() const override { return choiceParameters(device_); }

    void bind(const point::Space& space) override { choices_ = Choices(space); }

    void decode(const SearchedPoint& point, AnyAccelerator& result) const override {
        result.reuse<FoldedArray>() = arrayOf(point);
    }

    AnyAccelerator settle(const SearchedPoint& point) const override { return arrayOf(point); }

  private:
    FoldedArray arrayOf(const SearchedPoint& point) const {
        Built built = build(point.workload, choices_.of(point.encoding));
        const Memory memory = memoryOn(device_, built.parameters.busBits, point.clockMhz);
        return {built.parameters, memory, std::move(built.program)};
    }

    Device device_;
    Choices choices_;
};

} // namespace

bool isPossibleOn(const Device& device) {
    return device.dramGBperS > 0.0;
}

std::unique_ptr<TemplateSpace> spaceOf(const SearchedNetwork&, const Device& device) {
    return std::make_unique<FoldedSpace>(device);
}

} // namespace tandem::hw::folded

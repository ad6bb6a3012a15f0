// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/folded/template.h"

#include "core/hw/folded/accelerator.h"
#include "core/hw/folded/choices.h"

namespace tandem::hw::folded {

namespace {

class FoldedSpace final : public TemplateSpace {
  public:
    explicit FoldedSpace(const Device& device) : device_(device) {}

    std::vector<point::Parameter> parameters() const override { return choiceParameters(device_); }

    void bind(const point::Space& space) override { choices_ = Choices(space); }

    Fault decode(const SearchedPoint& point, AnyAccelerator& result) const override {
        auto& array = result.reuse<FoldedArray>();
        array.parameters = choices_.of(point.encoding);
        array.memory = memoryOn(device_, array.parameters.busBits, point.clockMhz);
        return compile(point.workload, array.parameters, array.program);
    }

    Fault settle(const SearchedPoint& point, AnyAccelerator& result) const override {
        return decode(point, result);
    }

  private:
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

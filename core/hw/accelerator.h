// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/cost_terms.h"
#include "core/hw/device/device.h"
#include "core/hw/device/energy.h"
#include "core/hw/device/resources.h"
#include "core/hw/device/system_time.h"
#include "core/hw/device/technology.h"
#include "core/hw/fault.h"
#include "core/hw/folding.h"
#include "core/hw/workload/workload.h"

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What every accelerator can be asked, whatever its template.
namespace tandem::hw {

/// How the cycles of a frame are found.
enum class Cycles {
    Estimated, ///< the latency in closed form, near the exact one: fast enough for a search
    Exact,     ///< by replaying what the hardware does
};

/// One layer of an accelerator, alone. All modelled.
struct LayerFigures {
    Folding folding;             ///< where layers share one array: its columns and rows
    std::int64_t cycles = 0;     ///< of a frame, with the memory that the accelerator was made for
    Resources resources;         ///< its engine, buffers and weight memory; none where layers share one
    Energy energy;               ///< dynamic, of a frame, picojoules in 45 nm: all layers' together are the
                                 ///< accelerator's. The first reads the frame, the last writes the result
    bool streamsWeights = false; ///< from memory
};

/// A template with its choices made, for one workload: every function takes the workload that the accelerator
/// was made for. Each template has one in its folder.
class Accelerator {
  public:
    virtual ~Accelerator() = default;
    virtual std::unique_ptr<Accelerator> clone() const = 0;

    /// The template's name in templates(): "pipeline".
    virtual std::string_view templateName() const = 0;
    /// The choices, each with its name, as people read them.
    virtual std::vector<std::pair<std::string, std::string>> choices() const = 0;

    /// Why it cannot be built, naming the layer or the choice; none where it can.
    virtual Fault fault(const Workload& workload) const = 0;

    /// Cycles of a frame and what crosses the accelerator's borders.
    virtual AcceleratorRun run(const Workload& workload, Cycles cycles) const = 0;
    /// By replaying what the hardware does.
    virtual FrameCycles exactCycles(const Workload& workload) const = 0;
    virtual Resources resources(const Workload& workload, DeviceFamily family) const = 0;
    /// The amounts of hardware that prices are fitted to; of a hybrid those of its two parts.
    virtual CostTerms costTerms(const Workload& workload, const Technology& technology) const = 0;
    /// Dynamic, of one frame, picojoules in 45 nm.
    virtual Energy energy(const Workload& workload) const = 0;

    /// Every layer in the order of the workload.
    virtual std::vector<LayerFigures> layers(const Workload& workload, DeviceFamily family) const = 0;

    /// Moves weights to external memory where the device's block RAM cannot hold them and its memory can give
    /// them in time. Whether something changed; a template whose weights come from memory anyway has nothing
    /// to move.
    virtual bool streamWhatDoesNotFit(const Workload& workload, const Device& device, double clockMhz);

    /// What its exact cycles come from replaying: "beat of the pipeline".
    virtual std::string_view replayed() const = 0;
    /// Sentences that a report of it needs beside the figures.
    virtual std::vector<std::string> remarks(const Workload& workload) const;

  protected:
    Accelerator() = default;
    Accelerator(const Accelerator&) = default;
    Accelerator& operator=(const Accelerator&) = default;
};

/// An accelerator of any template as a value: a copy is an accelerator of its own. Empty until one is put in.
class AnyAccelerator {
  public:
    AnyAccelerator() = default;
    template <std::derived_from<Accelerator> Kind>
    AnyAccelerator(Kind accelerator) : held_(std::make_unique<Kind>(std::move(accelerator))) {}
    AnyAccelerator(const AnyAccelerator& other) : held_(other.held_ ? other.held_->clone() : nullptr) {}
    AnyAccelerator(AnyAccelerator&&) noexcept = default;
    AnyAccelerator& operator=(AnyAccelerator other) noexcept {
        held_ = std::move(other.held_);
        return *this;
    }
    ~AnyAccelerator() = default;

    explicit operator bool() const { return held_ != nullptr; }
    Accelerator& operator*() { return *held_; }
    const Accelerator& operator*() const { return *held_; }
    Accelerator* operator->() { return held_.get(); }
    const Accelerator* operator->() const { return held_.get(); }

    /// The accelerator as one of a template's own; null where it is another's.
    template <std::derived_from<Accelerator> Kind>
    const Kind* as() const {
        return dynamic_cast<const Kind*>(held_.get());
    }

    /// The accelerator that is held, where it is of this kind, else a new one: its memory is used again.
    template <std::derived_from<Accelerator> Kind>
    Kind& reuse() {
        if (auto* held = dynamic_cast<Kind*>(held_.get())) {
            return *held;
        }
        auto made = std::make_unique<Kind>();
        Kind& result = *made;
        held_ = std::move(made);
        return result;
    }

  private:
    std::unique_ptr<Accelerator> held_;
};

} // namespace tandem::hw

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/accelerator.h"
#include "core/hw/hybrid/hybrid.h"

namespace tandem::hw::hybrid {

/// An accelerator of the hybrid template.
struct Hybrid final : Accelerator {
    Hybrid() = default;
    /// Throws Error (Input) with the fault, where there is one.
    Hybrid(const Workload& workload, Parameters chosen, const folded::Memory& behind);

    Parameters parameters;
    folded::Memory memory; ///< behind the folded array's ports
    Parts parts;           ///< of the workload that it is made for
    folded::Program program;

    std::unique_ptr<Accelerator> clone() const override;
    std::string_view templateName() const override;
    std::vector<std::pair<std::string, std::string>> choices() const override;
    Fault fault(const Workload& workload) const override;
    AcceleratorRun run(const Workload& workload, Cycles cycles) const override;
    FrameCycles exactCycles(const Workload& workload) const override;
    Resources resources(const Workload& workload, DeviceFamily family) const override;
    CostTerms costTerms(const Workload& workload, const Technology& technology) const override;
    Energy energy(const Workload& workload) const override;
    std::vector<LayerFigures> layers(const Workload& workload, DeviceFamily family) const override;
    std::string_view replayed() const override;
    std::vector<std::string> remarks(const Workload& workload) const override;
};

} // namespace tandem::hw::hybrid

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/accelerator.h"
#include "core/hw/hybrid/hybrid.h"

namespace tandem::hw::hybrid {

/// An accelerator of the hybrid template.
struct Hybrid final : Accelerator {
    Hybrid() = default;
    /// Throws as check() does.
    Hybrid(const Workload& workload, Parameters chosen, const folded::Memory& behind);
    /// With everything that is known already.
    Hybrid(Parts cut, Parameters chosen, const folded::Memory& behind, folded::Program made);

    Parameters parameters;
    folded::Memory memory; ///< behind the folded array's ports
    Parts parts;           ///< of the workload that it is made for
    folded::Program program;

    std::unique_ptr<Accelerator> clone() const override;
    std::string_view templateName() const override;
    std::vector<std::pair<std::string, std::string>> choices() const override;
    std::optional<std::string> fault(const Workload& workload) const override;
    AcceleratorRun run(const Workload& workload, Cycles cycles) const override;
    FrameCycles exactCycles(const Workload& workload) const override;
    Resources resources(const Workload& workload, DeviceFamily family) const override;
    CostTerms costTerms(const Workload& workload, const Technology& technology) const override;
    Energy energy(const Workload& workload) const override;
    std::vector<LayerFigures> layers(const Workload& workload, DeviceFamily family) const override;
    std::vector<std::int64_t> layerCycles(const Workload& workload) const override;
    std::string_view replayed() const override;
};

} // namespace tandem::hw::hybrid

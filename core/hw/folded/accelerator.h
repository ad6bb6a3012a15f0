// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/accelerator.h"
#include "core/hw/folded/program.h"

#include <span>
#include <vector>

namespace tandem::hw::folded {

/// An accelerator of the folded template.
struct FoldedArray final : Accelerator {
    FoldedArray() = default;
    /// Throws as compile() does.
    FoldedArray(const Workload& workload, const Parameters& chosen, const Memory& behind);
    /// With a program that is known already.
    FoldedArray(const Parameters& chosen, const Memory& behind, Program made);

    Parameters parameters;
    Memory memory; ///< behind both ports
    Program program;

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
};

/// The choices as people read them.
std::vector<std::pair<std::string, std::string>> choiceTexts(const Parameters& parameters);

/// What each layer of a program takes: the cycles of its instructions, and energy. None has resources of its
/// own.
std::vector<LayerFigures> layersOf(const Workload& workload, const Parameters& parameters,
                                   const Program& program, const Memory& memory);

/// Bytes that a program moves from and to memory, weights included.
double bytesMoved(const Program& program);

} // namespace tandem::hw::folded

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/accelerator.h"
#include "core/hw/pipeline/engine.h"
#include "core/hw/pipeline/pipeline.h"

#include <vector>

namespace tandem::hw::pipeline {

/// An accelerator of the pipeline template.
struct Pipeline final : Accelerator {
    Pipeline() = default;
    Pipeline(const Workload& workload, Parameters chosen);

    Parameters parameters;
    std::vector<Engine> engines; ///< enginesOf(workload, parameters): a search knows them already

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
    bool streamWhatDoesNotFit(const Workload& workload, const Device& device, double clockMhz) override;
    std::string_view replayed() const override;
    std::vector<std::string> remarks(const Workload& workload) const override;
};

/// What each layer of a pipeline takes, without handing out the result of the last one.
std::vector<LayerFigures> layersOf(const Workload& workload, const Parameters& parameters,
                                   DeviceFamily family);

/// "pe 4, simd 2, dsp, smaller".
std::string describe(const Folding& folding);

/// What a pipeline on the device must fit, with weights that stream where it has external memory: over ports
/// of 64 bits, or as many as memory gives in a cycle.
Budget budgetOn(const Device& device, double clockMhz);

} // namespace tandem::hw::pipeline

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/judge/accuracy/noise_tables.h"
#include "core/quant/quantize/sensitivity.h"
#include "core/space/decoder.h"

namespace tandem::judge {

/// Fills in the noise of widths, kernels and skips of a network that is too large to be run for each of them:
/// the gain of the layer times the share of its weights' power that goes. Of a run that is left out all goes.
void estimateNoise(const space::Decoder& decoder, const quant::Sensitivities& sensitivities,
                   NoiseTables& tables);

} // namespace tandem::judge

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/point/proposal.h"

namespace tandem::point {

std::string_view fidelityName(Fidelity fidelity) {
    switch (fidelity) {
    case Fidelity::Estimate:
        return "estimate";
    case Fidelity::Supernet:
        return "supernet";
    case Fidelity::Trained:
        return "trained";
    case Fidelity::Verified:
        return "verified";
    }
    return "";
}

std::string_view moveName(Move move) {
    switch (move) {
    case Move::Unknown:
        return "unknown";
    case Move::Imported:
        return "imported";
    case Move::Random:
        return "random";
    case Move::Crossover:
        return "crossover";
    case Move::Mutation:
        return "mutation";
    case Move::Repaired:
        return "repaired";
    case Move::Counting:
        return "counting";
    case Move::Injected:
        return "injected";
    case Move::Acquisition:
        return "acquisition";
    }
    return "";
}

} // namespace tandem::point

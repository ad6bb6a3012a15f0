// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/joint_space.h"
#include "widgets/rows_model.h"

#include <functional>
#include <optional>
#include <vector>

namespace tandem::widgets {

/// Why a node runs on the host; nothing when hardware computes it (nn::hardwareSupport).
using HostReason = std::function<std::optional<std::string>(const nn::Graph&, const nn::Node&)>;

/// A line per operator: name, operator, output shape, multiply-accumulates, parameters, bundle, where it
/// runs.
std::vector<TextRow> networkRows(const nn::Graph& network, const std::vector<space::Bundle>& bundles,
                                 const HostReason& hostReason);

} // namespace tandem::widgets

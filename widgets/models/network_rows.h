// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/joint_space.h"
#include "widgets/models/rows_model.h"

#include <functional>
#include <optional>
#include <vector>

namespace tandem::widgets {

/// For every node why it runs on the host; nothing when hardware computes it (quant::hostReasons).
using HostReasons = std::function<std::vector<std::optional<std::string>>(const nn::Graph&)>;

/// A line per operator: name, operator, output shape, multiply-accumulates, parameters, bundle, where it
/// runs.
std::vector<TextRow> networkRows(const nn::Graph& network, const std::vector<space::Bundle>& bundles,
                                 const HostReasons& hostReasons);

} // namespace tandem::widgets

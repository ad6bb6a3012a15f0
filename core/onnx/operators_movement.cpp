// SPDX-License-Identifier: GPL-3.0-or-later
// Operators that move elements, and ReduceMean.
#include "core/base/error.h"
#include "core/nn/shapes.h"
#include "core/onnx/builder.h"

#include <limits>

namespace tandem::onnx {

namespace {

constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

void importTranspose(NodeImport& node) {
    const std::size_t rank = node.shape(0).size();
    nn::Transpose op;
    if (const auto given = node.attributes.integers("perm")) {
        for (const std::int64_t axis : *given) {
            op.permutation.push_back(nn::settledAxis(axis, rank));
        }
    } else {
        for (std::size_t i = rank; i-- > 0;) {
            op.permutation.push_back(static_cast<int>(i));
        }
    }
    node.emit(std::move(op), {node.input(0)});
}

void importConcat(NodeImport& node) {
    if (!node.attributes.has("axis")) {
        throw inputError("attribute 'axis' is missing");
    }
    const int axis = nn::settledAxis(node.attributes.integer("axis", std::int64_t{0}), node.shape(0).size());
    node.emit(nn::Concat{axis}, node.allInputs());
}

void importSplit(NodeImport& node) {
    const nn::Shape& shape = node.shape(0);
    nn::Split op;
    op.axis = nn::settledAxis(node.attributes.integer("axis", std::int64_t{0}), shape.size());
    const std::int64_t extent = shape[static_cast<std::size_t>(op.axis)];
    const auto parts = static_cast<std::int64_t>(node.outputCount());
    if (parts == 0) {
        throw inputError("it has no outputs");
    }
    if (node.opset < 13) {
        op.sizes = node.attributes.integers("split").value_or(std::vector<std::int64_t>());
    } else if (node.has(1)) {
        op.sizes = node.needIntegers(1, "the list of parts");
    }
    if (op.sizes.empty()) {
        const bool mayBeUneven = node.opset >= 18 && node.attributes.has("num_outputs");
        const std::int64_t part = (extent + parts - 1) / parts;
        if (extent % parts != 0 && (!mayBeUneven || part * (parts - 1) > extent)) {
            throw inputError("the {} of axis {} cannot be split into {} equal parts", extent, op.axis, parts);
        }
        op.sizes.assign(static_cast<std::size_t>(parts), part);
        op.sizes.back() = extent - part * (parts - 1);
    }
    if (static_cast<std::int64_t>(op.sizes.size()) != parts) {
        throw inputError("{} parts are given for {} outputs", op.sizes.size(), parts);
    }
    node.emit(std::move(op), {node.input(0)});
}

/// One axis of a Slice, as ONNX clamps it.
void settleSlice(nn::Slice& op, std::size_t axis, std::int64_t size, std::int64_t start, std::int64_t end,
                 std::int64_t step) {
    if (step == 0) {
        throw inputError("the step of axis {} is 0", axis);
    }
    // Far out of range either way means the same as just out of range; this keeps the sums inside of 64 bits.
    const auto settled = [&](std::int64_t index, std::int64_t low, std::int64_t high) {
        const std::int64_t bounded = std::clamp(index, -nn::kMaxElements * 2, nn::kMaxElements * 2);
        return std::clamp(bounded < 0 ? bounded + size : bounded, low, std::max(low, high));
    };
    step = std::clamp(step, -nn::kMaxElements, nn::kMaxElements);
    if (step > 0) {
        op.starts[axis] = settled(start, 0, size);
        op.ends[axis] = settled(end, 0, size);
    } else {
        op.starts[axis] = settled(start, 0, size - 1);
        op.ends[axis] = settled(end, -1, size - 1);
    }
    op.steps[axis] = step;
}

void importSlice(NodeImport& node) {
    const nn::Shape& shape = node.shape(0);
    const std::size_t rank = shape.size();
    std::vector<std::int64_t> starts;
    std::vector<std::int64_t> ends;
    std::optional<std::vector<std::int64_t>> axes;
    std::optional<std::vector<std::int64_t>> steps;
    if (node.opset < 10) {
        starts = node.attributes.integers("starts").value_or(std::vector<std::int64_t>());
        ends = node.attributes.integers("ends").value_or(std::vector<std::int64_t>());
        axes = node.attributes.integers("axes");
    } else {
        starts = node.needIntegers(1, "the list of starts");
        ends = node.needIntegers(2, "the list of ends");
        if (node.has(3)) {
            axes = node.needIntegers(3, "the list of axes");
        }
        if (node.has(4)) {
            steps = node.needIntegers(4, "the list of steps");
        }
    }
    if (ends.size() != starts.size() || (axes && axes->size() != starts.size()) ||
        (steps && steps->size() != starts.size()) || starts.size() > rank) {
        throw inputError(
            "starts, ends, axes and steps do not have as many entries for a tensor of {} dimensions", rank);
    }
    nn::Slice op{std::vector<std::int64_t>(rank, 0), shape, std::vector<std::int64_t>(rank, 1)};
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const auto axis = axes ? static_cast<std::size_t>(nn::settledAxis((*axes)[i], rank)) : i;
        settleSlice(op, axis, shape[axis], starts[i], ends[i], steps ? (*steps)[i] : 1);
    }
    node.emit(std::move(op), {node.input(0)});
}

void importGather(NodeImport& node) {
    nn::Gather op;
    op.axis = nn::settledAxis(node.attributes.integer("axis", std::int64_t{0}), node.shape(0).size());
    op.indices = node.needKnown(1, "the list of indices");
    if (nn::isFloat(op.indices.type)) {
        throw inputError("the indices have type float32; an integer type is needed");
    }
    op.indices.type = nn::ElementType::Int64;
    const std::int64_t extent = node.shape(0)[static_cast<std::size_t>(op.axis)];
    for (std::int64_t& index : op.indices.integers()) {
        if (index < 0 && index >= -extent) {
            index += extent;
        }
    }
    node.emit(std::move(op), {node.input(0)});
}

std::int64_t blockOf(NodeImport& node) {
    const std::int64_t block = node.attributes.integer("blocksize", std::int64_t{0});
    if (block < 1 || block > (1 << 16) || node.shape(0).size() != 4) {
        throw inputError("block size {} on a tensor of {} dimensions; a positive size and 4 are needed",
                         block, node.shape(0).size());
    }
    return block;
}

/// [N, C, H*b, W*b] to [N, b*b*C, H, W]: rows and columns of a block go in front of the channels.
void importSpaceToDepth(NodeImport& node) {
    const std::int64_t block = blockOf(node);
    const nn::Shape from = node.shape(0);
    if (from[2] % block != 0 || from[3] % block != 0) {
        throw inputError("blocks of {0}x{0} do not divide a map of {1}x{2}", block, from[2], from[3]);
    }
    const std::int64_t height = from[2] / block, width = from[3] / block;
    const nn::ValueId cells = node.addReshape(node.input(0), {from[0], from[1], height, block, width, block});
    node.emitReshape(node.add(nn::Transpose{{0, 3, 5, 1, 2, 4}}, {cells}),
                     {from[0], block * block * from[1], height, width});
}

/// The way back; mode CRD has the channels in front of the block's rows and columns.
void importDepthToSpace(NodeImport& node) {
    const std::int64_t block = blockOf(node);
    const nn::Shape from = node.shape(0);
    const std::string mode = node.attributes.text("mode", "DCR");
    if (from[1] % (block * block) != 0 || (mode != "DCR" && mode != "CRD")) {
        throw inputError(
            "{} channels in blocks of {}, mode '{}'; a multiple of the block's square and DCR or "
            "CRD are accepted",
            from[1], block, ModelBuilder::shown(mode));
    }
    const std::int64_t channels = from[1] / (block * block);
    const bool blockFirst = mode == "DCR";
    const nn::Shape cells = blockFirst ? nn::Shape{from[0], block, block, channels, from[2], from[3]}
                                       : nn::Shape{from[0], channels, block, block, from[2], from[3]};
    const nn::Transpose order{blockFirst ? std::vector<int>{0, 3, 4, 1, 5, 2}
                                         : std::vector<int>{0, 1, 4, 2, 5, 3}};
    node.emitReshape(node.add(order, {node.addReshape(node.input(0), cells)}),
                     {from[0], channels, from[2] * block, from[3] * block});
}

nn::PadMode padModeOf(const std::string& mode) {
    if (mode == "constant") {
        return nn::PadMode::Constant;
    }
    if (mode == "reflect") {
        return nn::PadMode::Reflect;
    }
    if (mode == "edge") {
        return nn::PadMode::Edge;
    }
    throw inputError("attribute 'mode' is '{}'; constant, reflect and edge are accepted",
                     ModelBuilder::shown(mode));
}

void importPad(NodeImport& node) {
    const std::size_t rank = node.shape(0).size();
    nn::Pad op;
    op.mode = padModeOf(node.attributes.text("mode", "constant"));
    std::vector<std::int64_t> pads;
    std::vector<std::int64_t> axes(rank);
    std::iota(axes.begin(), axes.end(), 0);
    if (node.opset < 11) {
        pads = node.attributes.integers("pads").value_or(std::vector<std::int64_t>());
        op.value = node.attributes.real("value", 0.0F);
    } else {
        pads = node.needIntegers(1, "the list of pads");
        op.value = node.has(2) ? node.needScalar(2, "the padding value") : 0.0F;
        if (node.has(3)) {
            axes = node.needIntegers(3, "the list of axes");
        }
    }
    if (pads.size() != 2 * axes.size()) {
        throw inputError("{} pads are given for {} axes; {} are needed", pads.size(), axes.size(),
                         2 * axes.size());
    }
    op.before.assign(rank, 0);
    op.after.assign(rank, 0);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const auto axis = static_cast<std::size_t>(nn::settledAxis(axes[i], rank));
        op.before[axis] = pads[i];
        op.after[axis] = pads[i + axes.size()];
        for (const std::int64_t count : {op.before[axis], op.after[axis]}) {
            if (count < -nn::kMaxElements || count > nn::kMaxElements) {
                throw inputError("{} cells of padding at axis {} are too many", count, axis);
            }
        }
    }
    node.emit(std::move(op), {node.input(0)});
}

void importReduceMean(NodeImport& node) {
    const auto axes = reducedAxes(node, 18);
    if (!axes) {
        node.emit(nn::Identity{}, {node.input(0)});
        return;
    }
    node.emit(nn::ReduceMean{*axes, node.attributes.integer("keepdims", std::int64_t{1}) != 0},
              {node.input(0)});
}

} // namespace

std::optional<std::vector<int>> reducedAxes(const NodeImport& node, int since) {
    const std::size_t rank = node.shape(0).size();
    std::vector<std::int64_t> axes;
    if (node.opset < since) {
        axes = node.attributes.integers("axes").value_or(axes);
    } else if (node.has(1)) {
        axes = node.needIntegers(1, "the list of axes");
    }
    if (axes.empty()) {
        if (node.attributes.integer("noop_with_empty_axes", std::int64_t{0}) != 0) {
            return std::nullopt;
        }
        axes.resize(rank);
        std::iota(axes.begin(), axes.end(), 0);
    }
    std::vector<int> settled;
    for (const std::int64_t axis : axes) {
        settled.push_back(nn::settledAxis(axis, rank));
    }
    return settled;
}

RuleTable movementRules() {
    return {
        {"Transpose", {1, 1, 1, importTranspose}},
        {"Concat", {4, kAny, 1, importConcat}},
        {"Split", {2, 2, kAny, importSplit}},
        {"Slice", {1, 5, 1, importSlice}},
        {"Gather", {1, 2, 1, importGather}},
        {"Pad", {2, 4, 1, importPad}},
        {"ReduceMean", {1, 2, 1, importReduceMean}},
        {"SpaceToDepth", {1, 1, 1, importSpaceToDepth}},
        {"DepthToSpace", {1, 1, 1, importDepthToSpace}},
    };
}

} // namespace tandem::onnx

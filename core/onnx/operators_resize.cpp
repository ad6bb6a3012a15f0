// SPDX-License-Identifier: GPL-3.0-or-later
// Resize and its predecessor Upsample.
#include "core/base/error.h"
#include "core/nn/shapes.h"
#include "core/onnx/builder.h"

namespace tandem::onnx {

namespace {

nn::ResizeMode modeOf(const std::string& mode) {
    if (mode == "nearest") {
        return nn::ResizeMode::Nearest;
    }
    if (mode == "linear" || mode == "bilinear") {
        return nn::ResizeMode::Linear;
    }
    if (mode == "cubic") {
        return nn::ResizeMode::Cubic;
    }
    throw inputError("attribute 'mode' is '{}'; nearest, linear and cubic are accepted",
                     ModelBuilder::shown(mode));
}

std::string oneOf(const char* name, std::string value, std::initializer_list<std::string_view> accepted) {
    if (std::ranges::find(accepted, value) == accepted.end()) {
        throw inputError("attribute '{}' is '{}', which is not supported", name, ModelBuilder::shown(value));
    }
    return value;
}

bool isGiven(const NodeImport& node, std::size_t i) {
    return node.has(i) && nn::checkedElementCount(node.shape(i)) > 0;
}

/// Upsample, and Resize of opset 10: scales only, sampled at x / scale, rounded down.
void importByScales(NodeImport& node) {
    nn::Resize op;
    op.mode = modeOf(node.attributes.text("mode", "nearest"));
    op.coordinates = "asymmetric";
    op.nearest = "floor";
    if (node.has(1)) {
        const std::vector<float> scales = node.needFloats(1, "the list of scales");
        op.scales.assign(scales.begin(), scales.end());
    } else if (const auto scales = node.attributes.reals("scales")) {
        op.scales.assign(scales->begin(), scales->end());
    } else {
        throw inputError("the list of scales is missing");
    }
    node.emit(std::move(op), {node.input(0)});
}

/// `axes` of opset 18, else all.
std::vector<std::size_t> axesOf(const NodeImport& node, std::size_t rank) {
    std::vector<std::int64_t> axes(rank);
    std::iota(axes.begin(), axes.end(), 0);
    if (auto given = node.attributes.integers("axes")) {
        axes = std::move(*given);
    }
    std::vector<std::size_t> result;
    for (const std::int64_t axis : axes) {
        result.push_back(static_cast<std::size_t>(nn::settledAxis(axis, rank)));
    }
    return result;
}

void checkCount(std::size_t found, std::size_t needed, const char* what) {
    if (found != needed) {
        throw inputError("{} {} are given for {} axes", found, what, needed);
    }
}

/// Settles op.scales and returns the output's shape when the model gives sizes.
std::optional<nn::Shape> settleSizes(const NodeImport& node, nn::Resize& op,
                                     const std::vector<std::size_t>& axes) {
    const nn::Shape& from = node.shape(0);
    op.scales.assign(from.size(), nn::ResizeScale());
    if (!isGiven(node, 3)) {
        if (!isGiven(node, 2)) {
            throw inputError("neither scales nor sizes are given");
        }
        const std::vector<float> scales = node.needFloats(2, "the list of scales");
        checkCount(scales.size(), axes.size(), "scales");
        for (std::size_t i = 0; i < axes.size(); ++i) {
            op.scales[axes[i]] = scales[i];
        }
        return std::nullopt;
    }
    std::vector<std::int64_t> sizes = node.needIntegers(3, "the list of sizes");
    checkCount(sizes.size(), axes.size(), "sizes");
    nn::Shape shape = from;
    std::vector<nn::ResizeScale> ratios;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        if (sizes[i] < 1 || sizes[i] > nn::kMaxElements || from[axes[i]] < 1) {
            throw inputError("axis {} of {} cells cannot be resized to {}", axes[i], from[axes[i]], sizes[i]);
        }
        ratios.emplace_back(static_cast<double>(sizes[i]), static_cast<double>(from[axes[i]]));
    }
    const std::string policy =
        oneOf("keep_aspect_ratio_policy", node.attributes.text("keep_aspect_ratio_policy", "stretch"),
              {"stretch", "not_larger", "not_smaller"});
    for (std::size_t i = 0; i < axes.size(); ++i) {
        nn::ResizeScale& ratio = op.scales[axes[i]];
        ratio = ratios[i];
        shape[axes[i]] = sizes[i];
        if (policy != "stretch") {
            const auto [least, greatest] = std::ranges::minmax_element(ratios, {}, &nn::ResizeScale::value);
            ratio = policy == "not_larger" ? *least : *greatest;
            const double size = static_cast<double>(from[axes[i]]) * ratio.of / ratio.over;
            shape[axes[i]] = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(size + 0.5)));
        }
    }
    return shape;
}

void importResize(NodeImport& node) {
    if (node.opset < 11) {
        importByScales(node);
        return;
    }
    const std::size_t rank = node.shape(0).size();
    nn::Resize op;
    op.mode = modeOf(node.attributes.text("mode", "nearest"));
    op.coordinates = oneOf("coordinate_transformation_mode",
                           node.attributes.text("coordinate_transformation_mode", "half_pixel"),
                           {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
                            "asymmetric", "tf_half_pixel_for_nn", "tf_crop_and_resize"});
    op.nearest = oneOf("nearest_mode", node.attributes.text("nearest_mode", "round_prefer_floor"),
                       {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"});
    op.cubicCoefficient = node.attributes.real("cubic_coeff_a", -0.75F);
    op.excludeOutside = node.attributes.integer("exclude_outside", std::int64_t{0}) != 0;
    op.extrapolation = node.attributes.real("extrapolation_value", 0.0F);
    if (node.attributes.integer("antialias", std::int64_t{0}) != 0) {
        throw inputError("attribute 'antialias' is set, which is not supported");
    }
    const std::vector<std::size_t> axes = axesOf(node, rank);
    if (op.coordinates == "tf_crop_and_resize") {
        const std::vector<float> region = node.needFloats(1, "the region");
        checkCount(region.size(), 2 * axes.size(), "region entries");
        op.region.assign(2 * rank, 0.0F);
        std::fill(op.region.begin() + static_cast<std::ptrdiff_t>(rank), op.region.end(), 1.0F);
        for (std::size_t i = 0; i < axes.size(); ++i) {
            op.region[axes[i]] = region[i];
            op.region[rank + axes[i]] = region[i + axes.size()];
        }
    }
    std::vector<nn::TensorType> types;
    if (const auto shape = settleSizes(node, op, axes)) {
        nn::checkedElementCount(*shape);
        types.push_back({node.value(0).type, *shape});
    }
    node.emit(std::move(op), {node.input(0)}, std::move(types));
}

} // namespace

RuleTable resizeRules() {
    return {
        {"Resize", {10, 4, 1, importResize}},
        {"Upsample", {7, 2, 1, importByScales}},
    };
}

} // namespace tandem::onnx

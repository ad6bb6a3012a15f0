// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering/movement.h"

#include "core/nn/kernels/kernels.h"

#include <algorithm>
#include <numeric>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// Indices travel through the reference kernels as floats, which are exact up to here.
constexpr std::int64_t kMostElements = std::int64_t{1} << 24;

bool isAscending(const std::vector<int>& channels, int count) {
    std::vector<int> natural(at(count));
    std::iota(natural.begin(), natural.end(), 0);
    return channels == natural;
}

/// Compares an order with candidates for what made it.
class Decomposition {
  public:
    Decomposition(const Order& order, const MapShape& from, const MapShape& to)
        : order_(order), from_(from), to_(to) {}

    std::optional<std::vector<MovementStep>> run() {
        const bool found = selects() || expands(true) || expands(false) || toDepth() || toSpace();
        return found ? std::optional(std::move(steps_)) : std::nullopt;
    }

  private:
    int probe(int c, int y = 0, int x = 0) const {
        return order_[(at(c) * at(to_.height) + at(y)) * at(to_.width) + at(x)];
    }
    int fromArea() const { return from_.height * from_.width; }

    /// Whether source(channel, row, column) gives the whole order.
    template <typename Source>
    bool holds(Source source) const {
        std::size_t index = 0;
        for (int c = 0; c < to_.channels; ++c) {
            for (int y = 0; y < to_.height; ++y) {
                for (int x = 0; x < to_.width; ++x) {
                    if (order_[index++] != source(c, y, x)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /// The input channel that every output channel starts with; none where one starts with a filled cell.
    std::optional<std::vector<int>> firstChannels() const {
        std::vector<int> channels;
        for (int c = 0; c < to_.channels; ++c) {
            if (probe(c) == kFilled) {
                return {};
            }
            channels.push_back(probe(c) / fromArea());
        }
        return channels;
    }

    void select(const std::vector<int>& channels, MapShape shape) {
        if (!isAscending(channels, shape.channels)) {
            shape.channels = static_cast<int>(channels.size());
            MovementStep& step = steps_.emplace_back();
            step.channels = channels;
            step.shape = shape;
        }
    }

    bool selects() {
        const auto channels = firstChannels();
        const bool found =
            channels && from_.height == to_.height && from_.width == to_.width &&
            holds([&](int c, int y, int x) { return (*channels)[at(c)] * fromArea() + y * from_.width + x; });
        if (found) {
            select(*channels, from_);
        }
        return found;
    }

    bool expands(bool repeat) {
        const auto channels = firstChannels();
        if (!channels || to_.height % from_.height != 0 || to_.width % from_.width != 0) {
            return false;
        }
        const nn::Extent factor{to_.height / from_.height, to_.width / from_.width};
        const bool found = holds([&](int c, int y, int x) {
            const bool stored = repeat || (y % factor.height == 0 && x % factor.width == 0);
            return stored
                       ? (*channels)[at(c)] * fromArea() + y / factor.height * from_.width + x / factor.width
                       : kFilled;
        });
        if (found) {
            select(*channels, from_);
            MovementStep& step = steps_.emplace_back();
            step.kind = LayerKind::Expand;
            step.factor = factor;
            step.repeat = repeat;
            step.shape = to_;
        }
        return found;
    }

    bool toDepth() {
        const int block = from_.height / to_.height;
        if (block < 2 || from_.height != to_.height * block || from_.width != to_.width * block) {
            return false;
        }
        std::vector<int> channels;
        for (int c = 0; c < to_.channels; ++c) {
            const int first = probe(c);
            const int row = first % fromArea() / from_.width, column = first % from_.width;
            if (first == kFilled || row >= block || column >= block) {
                return false;
            }
            channels.push_back((row * block + column) * from_.channels + first / fromArea());
        }
        const bool found = holds([&](int c, int y, int x) {
            const int offset = channels[at(c)] / from_.channels, channel = channels[at(c)] % from_.channels;
            return channel * fromArea() + (y * block + offset / block) * from_.width + x * block +
                   offset % block;
        });
        if (found) {
            MovementStep& step = steps_.emplace_back();
            step.kind = LayerKind::SpaceToDepth;
            step.block = block;
            step.shape = {from_.channels * block * block, to_.height, to_.width};
            select(channels, step.shape);
        }
        return found;
    }

    bool toSpace() {
        const int block = to_.height / from_.height;
        if (block < 2 || to_.height != from_.height * block || to_.width != from_.width * block) {
            return false;
        }
        std::vector<int> channels(at(to_.channels * block * block));
        for (int c = 0; c < to_.channels; ++c) {
            for (int offset = 0; offset < block * block; ++offset) {
                const int first = probe(c, offset / block, offset % block);
                if (first == kFilled) {
                    return false;
                }
                channels[at(offset * to_.channels + c)] = first / fromArea();
            }
        }
        const bool found = holds([&](int c, int y, int x) {
            const int offset = y % block * block + x % block;
            return channels[at(offset * to_.channels + c)] * fromArea() + y / block * from_.width + x / block;
        });
        if (found) {
            select(channels, from_);
            MovementStep& step = steps_.emplace_back();
            step.kind = LayerKind::DepthToSpace;
            step.block = block;
            step.shape = to_;
        }
        return found;
    }

    const Order& order_;
    MapShape from_, to_;
    std::vector<MovementStep> steps_;
};

} // namespace

bool isMovement(const nn::Node& node) {
    if (const auto* pad = std::get_if<nn::Pad>(&node.op)) {
        return pad->mode == nn::PadMode::Constant && pad->value == 0.0F;
    }
    if (const auto* resize = std::get_if<nn::Resize>(&node.op)) {
        return resize->mode == nn::ResizeMode::Nearest && resize->coordinates != "tf_crop_and_resize";
    }
    return std::holds_alternative<nn::Reshape>(node.op) || std::holds_alternative<nn::Identity>(node.op) ||
           std::holds_alternative<nn::Transpose>(node.op) || std::holds_alternative<nn::Slice>(node.op) ||
           std::holds_alternative<nn::Split>(node.op) || std::holds_alternative<nn::Gather>(node.op);
}

std::vector<Order> movedOrders(const nn::Graph& graph, const nn::Node& node, const Order& input) {
    if (std::holds_alternative<nn::Reshape>(node.op) || std::holds_alternative<nn::Identity>(node.op)) {
        return {input};
    }
    const nn::Shape& shape = graph.value(node.inputs[0]).shape;
    nn::Tensor indices = nn::Tensor::zeros(nn::ElementType::Float32, shape);
    if (input.empty()) {
        std::iota(indices.floats().begin(), indices.floats().end(), 0.0F);
    } else {
        std::ranges::transform(input, indices.floats().begin(), [](int i) { return static_cast<float>(i); });
    }
    nn::Operator op = node.op;
    if (auto* pad = std::get_if<nn::Pad>(&op)) {
        pad->value = static_cast<float>(kFilled);
    }
    std::vector<const nn::Tensor*> given(node.inputs.size(), nullptr);
    given[0] = &indices;
    std::vector<nn::TensorType> types;
    for (const nn::ValueId output : node.outputs) {
        types.push_back({nn::ElementType::Float32, graph.value(output).shape});
    }
    std::vector<Order> orders;
    for (const nn::Tensor& moved : nn::kernels::evaluate(op, given, types)) {
        Order order(moved.floats().size());
        std::ranges::transform(moved.floats(), order.begin(), [](float i) { return static_cast<int>(i); });
        const bool natural =
            order.size() == indices.floats().size() && isAscending(order, static_cast<int>(order.size()));
        orders.push_back(natural ? Order{} : std::move(order));
    }
    return orders;
}

bool isPermutation(const Order& order, int count) {
    std::vector<bool> seen(at(count), false);
    for (const int element : order) {
        if (element == kFilled || seen[at(element)]) {
            return false;
        }
        seen[at(element)] = true;
    }
    return order.empty() || order.size() == at(count);
}

std::optional<std::vector<MovementStep>> movementSteps(const Order& order, const MapShape& from,
                                                       const MapShape& to) {
    if (order.empty() && from == to) {
        return std::vector<MovementStep>();
    }
    if (to.count() >= kMostElements || from.count() >= kMostElements) {
        return {};
    }
    Order natural(order.empty() ? at(to.count()) : 0);
    std::iota(natural.begin(), natural.end(), 0);
    return Decomposition(order.empty() ? natural : order, from, to).run();
}

} // namespace tandem::quant

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/packed/memory_plan.h"

#include <algorithm>
#include <set>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

constexpr std::int64_t kAlignment = 64;

/// Cells around a map.
struct Border {
    int top = 0, left = 0, bottom = 0, right = 0;

    void cover(const Border& other) {
        top = std::max(top, other.top);
        left = std::max(left, other.left);
        bottom = std::max(bottom, other.bottom);
        right = std::max(right, other.right);
    }
};

/// What a window over `in` that gives `out` reads beyond the map.
Border borderOf(nn::Extent kernel, nn::Extent stride, nn::Extent dilation, const nn::Padding& padding,
                const MapShape& in, const MapShape& out) {
    const auto beyond = [](int size, int outputs, int step, int taps, int apart, int before) {
        return std::max(0, (outputs - 1) * step + (taps - 1) * apart + 1 - before - size);
    };
    return {padding.top, padding.left,
            beyond(in.height, out.height, stride.height, kernel.height, dilation.height, padding.top),
            beyond(in.width, out.width, stride.width, kernel.width, dilation.width, padding.left)};
}

struct BorderRead {
    const MapShape& in;
    const MapShape& out;

    Border operator()(const ConvolutionLayer& op) const {
        return borderOf(op.kernel, op.stride, op.dilation, op.padding, in, out);
    }
    Border operator()(const PoolLayer& op) const {
        return op.kind == nn::PoolKind::Average ? borderOf(op.kernel, op.stride, {1, 1}, op.padding, in, out)
                                                : Border{};
    }
    template <typename Op>
    Border operator()(const Op& op) const {
        static_assert(
            !requires { op.kernel; }, "a layer with a window says what it reads beyond its map");
        return {};
    }
};

/// Memory that one map owns and others may be part of.
struct Buffer {
    int channels = 0;
    Border border;
    MapShape shape; ///< rows and columns
    int firstUse = 0, lastUse = 0;
    std::int64_t offset = 0;

    int rowStride() const { return (border.left + shape.width + border.right) * channels; }
    std::int64_t bytes() const {
        const std::int64_t rows = border.top + shape.height + border.bottom;
        const std::int64_t needed = rows * rowStride() + tandem_kernels::kSlack;
        return (needed + kAlignment - 1) / kAlignment * kAlignment;
    }
};

class Planner {
  public:
    explicit Planner(const IntegerNetwork& network)
        : network_(network), owner_(network.tensors.size()), firstChannel_(network.tensors.size(), 0) {
        for (std::size_t i = 0; i < owner_.size(); ++i) {
            owner_[i] = static_cast<int>(i);
        }
    }

    MemoryPlan plan() {
        joinConcatenations();
        findUses();
        reuseForSums();
        makeBuffers();
        placeBuffers();
        MemoryPlan plan;
        for (std::size_t i = 0; i < network_.tensors.size(); ++i) {
            plan.maps.push_back(mapOf(static_cast<int>(i)));
        }
        for (const auto& [tensor, buffer] : buffers()) {
            plan.bytes = std::max(plan.bytes, buffer->offset + buffer->bytes());
        }
        for (int i = 0; i < static_cast<int>(network_.layers.size()); ++i) {
            plan.borders.push_back(borderBefore(i));
        }
        return plan;
    }

  private:
    const MapShape& shape(int tensor) const { return network_.tensors[at(tensor)].shape; }

    /// The tensor whose buffer this one stands in, through all joins.
    int root(int tensor) const {
        while (owner_[at(tensor)] != tensor) {
            tensor = owner_[at(tensor)];
        }
        return tensor;
    }
    int channelOf(int tensor) const {
        int channel = firstChannel_[at(tensor)];
        for (; owner_[at(tensor)] != tensor; channel += firstChannel_[at(tensor)]) {
            tensor = owner_[at(tensor)];
        }
        return channel;
    }

    /// Makes inputs of concatenations part of their outputs: all but the network's own input and what is part
    /// of another map already.
    void joinConcatenations() {
        for (const IntegerLayer& layer : network_.layers) {
            if (!std::holds_alternative<ConcatLayer>(layer.op)) {
                continue;
            }
            int channel = 0;
            for (const int input : layer.inputs) {
                if (owner_[at(input)] == input && input != network_.input()) {
                    owner_[at(input)] = layer.output;
                    firstChannel_[at(input)] = channel;
                }
                channel += shape(input).channels;
            }
        }
    }

    void findUses() {
        firstUse_.assign(owner_.size(), -1);
        lastUse_.assign(owner_.size(), -1);
        use(network_.input(), -1);
        for (int i = 0; i < static_cast<int>(network_.layers.size()); ++i) {
            const IntegerLayer& layer = network_.layers[at(i)];
            use(layer.output, i);
            for (const int input : layer.inputs) {
                use(input, i);
            }
        }
        use(network_.output(), static_cast<int>(network_.layers.size()));
    }
    void use(int tensor, int layer) {
        const int by = root(tensor);
        if (seen_.insert(by).second) {
            firstUse_[at(by)] = layer;
        }
        lastUse_[at(by)] = std::max(lastUse_[at(by)], layer);
    }

    /// A sum that is a buffer's only map takes over the buffer of an input that is one, too, and ends here.
    void reuseForSums() {
        for (int i = 0; i < static_cast<int>(network_.layers.size()); ++i) {
            const IntegerLayer& layer = network_.layers[at(i)];
            if (!std::holds_alternative<AddLayer>(layer.op) || root(layer.output) != layer.output) {
                continue;
            }
            for (const int input : layer.inputs) {
                const int taken = root(input);
                if (lastUse_[at(taken)] == i && taken != network_.input() &&
                    shape(taken).channels == shape(layer.output).channels) {
                    owner_[at(layer.output)] = taken;
                    renewed_.insert(i);
                    lastUse_[at(taken)] = std::max(lastUse_[at(taken)], lastUse_[at(layer.output)]);
                    break;
                }
            }
        }
    }

    /// What a layer is the first to write into, or takes over from another map.
    int borderBefore(int layer) const {
        const int output = network_.layers[at(layer)].output;
        if (renewed_.contains(layer)) {
            return output;
        }
        return firstUse_[at(root(output))] == layer ? root(output) : -1;
    }

    void makeBuffers() {
        all_.resize(owner_.size());
        for (std::size_t i = 0; i < owner_.size(); ++i) {
            const int tensor = static_cast<int>(i);
            if (root(tensor) == tensor) {
                all_[i].channels = shape(tensor).channels;
                all_[i].shape = shape(tensor);
                all_[i].firstUse = firstUse_[i];
                all_[i].lastUse = lastUse_[i];
            }
        }
        for (const IntegerLayer& layer : network_.layers) {
            const int input = layer.inputs.front();
            all_[at(root(input))].border.cover(
                std::visit(BorderRead{shape(input), shape(layer.output)}, layer.op));
        }
    }

    std::vector<std::pair<int, Buffer*>> buffers() {
        std::vector<std::pair<int, Buffer*>> found;
        for (std::size_t i = 0; i < owner_.size(); ++i) {
            if (root(static_cast<int>(i)) == static_cast<int>(i)) {
                found.emplace_back(static_cast<int>(i), &all_[i]);
            }
        }
        return found;
    }

    /// Largest first, each at the lowest place that no buffer of an overlapping lifetime holds.
    void placeBuffers() {
        auto order = buffers();
        std::ranges::stable_sort(order, std::ranges::greater{},
                                 [](const auto& entry) { return entry.second->bytes(); });
        std::vector<const Buffer*> placed;
        for (const auto& [tensor, buffer] : order) {
            const auto before = [](const Buffer* a, const Buffer* b) { return a->offset < b->offset; };
            for (const Buffer* other : placed) {
                const bool together =
                    other->firstUse <= buffer->lastUse && buffer->firstUse <= other->lastUse;
                if (together && other->offset < buffer->offset + buffer->bytes()) {
                    buffer->offset = std::max(buffer->offset, other->offset + other->bytes());
                }
            }
            placed.insert(std::ranges::upper_bound(placed, buffer, before), buffer);
        }
    }

    PackedMap mapOf(int tensor) const {
        const IntegerTensor& described = network_.tensors[at(tensor)];
        const Buffer& buffer = all_[at(root(tensor))];
        const Border& border = buffer.border;
        PackedMap map;
        map.channels = described.shape.channels;
        map.height = described.shape.height;
        map.width = described.shape.width;
        map.pixelStride = buffer.channels;
        map.rowStride = buffer.rowStride();
        map.offset = buffer.offset + std::int64_t{border.top} * map.rowStride +
                     std::int64_t{border.left} * map.pixelStride + channelOf(tensor);
        map.top = border.top;
        map.left = border.left;
        map.bottom = border.bottom;
        map.right = border.right;
        map.lowest = described.format.low();
        map.fill = described.format.zeroPoint - map.lowest;
        map.buffer = root(tensor);
        return map;
    }

    const IntegerNetwork& network_;
    std::vector<int> owner_, firstChannel_; ///< the map that a map is part of, and where in it
    std::vector<int> firstUse_, lastUse_;   ///< of buffers, by layers
    std::set<int> seen_;
    std::set<int> renewed_; ///< layers whose sums take over a buffer
    std::vector<Buffer> all_;
};

} // namespace

MemoryPlan planMemory(const IntegerNetwork& network) {
    return Planner(network).plan();
}

} // namespace tandem::quant

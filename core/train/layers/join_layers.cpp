// SPDX-License-Identifier: GPL-3.0-or-later
// Layers of several inputs: addition, element-wise arithmetic with broadcasting, concatenation.
#include "core/base/error.h"
#include "core/train/layers/training_layer.h"

namespace tandem::train {

namespace {

using dnnl::memory;

/// The sum of two maps, with a Relu behind it where that is asked for.
class AddLayer : public TrainingLayer {
  public:
    AddLayer(const LayerContext& context, const nn::Node& node, nn::ValueId output, bool rectifies)
        : oneDnn_(context.oneDnn),
          a_(context.at(node.inputs.at(0))),
          b_(context.at(node.inputs.at(1))),
          rectifies_(rectifies),
          output_(context.make(output, a_.layout())),
          secondInput_(a_.layout()),
          firstShare_(a_, a_.layout()),
          secondShare_(b_, a_.layout()) {}

    void forward(const ParameterBlocks&) override {
        const float* a = elementsOf(a_.value());
        const float* b = elementsOf(secondInput_(b_.value(), oneDnn_));
        float* sum = elementsOf(output_.value());
        const float least = rectifies_ ? 0.0F : -std::numeric_limits<float>::infinity();
        const std::size_t count = floatCount(output_.layout());
        for (std::size_t i = 0; i < count; ++i) {
            const float both = a[i] + b[i];
            sum[i] = both > least ? both : least;
        }
    }

    void backward(const ParameterBlocks&, ParameterBlocks&) override {
        memory gradient = output_.gradient();
        if (rectifies_) {
            const float* given = elementsOf(gradient);
            gradient = firstShare_.own(oneDnn_);
            std::transform(given, given + floatCount(output_.layout()), elementsOf(output_.value()),
                           elementsOf(gradient),
                           [](float slope, float y) { return y > 0.0F ? slope : 0.0F; });
        }
        for (GradientShare* share : {&firstShare_, &secondShare_}) {
            if (share->isWanted()) {
                share->deliver(gradient, oneDnn_);
            }
        }
    }

  private:
    OneDnn& oneDnn_;
    Activations &a_, &b_;
    bool rectifies_;
    Activations& output_;
    Conversion secondInput_;
    GradientShare firstShare_, secondShare_;
};

/// A function of two numbers and its derivatives.
struct TwoOperands {
    nn::BinaryKind kind;

    float operator()(float a, float b) const {
        switch (kind) {
        case nn::BinaryKind::Add:
            return a + b;
        case nn::BinaryKind::Subtract:
            return a - b;
        case nn::BinaryKind::Multiply:
            return a * b;
        case nn::BinaryKind::Divide:
            return a / b;
        case nn::BinaryKind::Maximum:
            break;
        }
        return std::max(a, b);
    }

    float byFirst(float a, float b) const {
        switch (kind) {
        case nn::BinaryKind::Add:
        case nn::BinaryKind::Subtract:
            return 1.0F;
        case nn::BinaryKind::Multiply:
            return b;
        case nn::BinaryKind::Divide:
            return 1.0F / b;
        case nn::BinaryKind::Maximum:
            break;
        }
        return a >= b ? 1.0F : 0.0F;
    }

    float bySecond(float a, float b) const {
        switch (kind) {
        case nn::BinaryKind::Add:
            return 1.0F;
        case nn::BinaryKind::Subtract:
            return -1.0F;
        case nn::BinaryKind::Multiply:
            return a;
        case nn::BinaryKind::Divide:
            return -a / (b * b);
        case nn::BinaryKind::Maximum:
            break;
        }
        return a >= b ? 0.0F : 1.0F;
    }
};

/// For every element of `result`, row-major, the position of the element of `shape` that broadcasting (as in
/// numpy) puts there.
std::vector<std::uint32_t> broadcastPositions(const nn::Shape& shape, const nn::Shape& result) {
    nn::Shape strides(result.size(), 0);
    std::int64_t stride = 1;
    for (std::size_t back = 1; back <= shape.size(); ++back) {
        const std::int64_t size = shape[shape.size() - back];
        strides[result.size() - back] = size == 1 ? 0 : stride;
        stride *= size;
    }
    std::vector<std::uint32_t> positions{0};
    for (std::size_t axis = 0; axis < result.size(); ++axis) {
        std::vector<std::uint32_t> finer;
        finer.reserve(positions.size() * static_cast<std::size_t>(result[axis]));
        for (const std::uint32_t position : positions) {
            for (std::int64_t i = 0; i < result[axis]; ++i) {
                finer.push_back(position + static_cast<std::uint32_t>(i * strides[axis]));
            }
        }
        positions = std::move(finer);
    }
    return positions;
}

/// Element-wise arithmetic of any two shapes that broadcast, row-major. One side may be a constant, which is
/// not trained.
class BinaryLayer : public TrainingLayer {
  public:
    BinaryLayer(const LayerContext& context, const nn::Node& node, const nn::Binary& op)
        : oneDnn_(context.oneDnn),
          function_{op.kind},
          output_(context.make(node.outputs.at(0), plainLayout(context.shape(node.outputs.at(0))))) {
        for (std::size_t i = 0; i < sides_.size(); ++i) {
            const nn::ValueId id = node.inputs.at(i);
            Side& side = sides_[i];
            const memory::desc plain = plainLayout(context.shape(id));
            side.positions = broadcastPositions(context.shape(id), context.shape(node.outputs[0]));
            if (context.isComputed(id)) {
                side.input = &context.at(id);
                side.toPlain = Conversion(plain);
                side.share = GradientShare(*side.input, plain);
            } else {
                side.elements = context.graph.value(id).constant.value().floats().data();
            }
        }
    }

    void forward(const ParameterBlocks&) override {
        for (Side& side : sides_) {
            if (side.input != nullptr) {
                side.elements = elementsOf(side.toPlain(side.input->value(), oneDnn_));
            }
        }
        float* result = elementsOf(output_.value());
        const auto& [a, b] = sides_;
        for (std::size_t i = 0; i < a.positions.size(); ++i) {
            result[i] = function_(a.elements[a.positions[i]], b.elements[b.positions[i]]);
        }
    }

    void backward(const ParameterBlocks&, ParameterBlocks&) override {
        deliver(sides_[0], [this](float a, float b) { return function_.byFirst(a, b); });
        deliver(sides_[1], [this](float a, float b) { return function_.bySecond(a, b); });
    }

  private:
    struct Side {
        Activations* input = nullptr; ///< null: a constant
        Conversion toPlain;
        GradientShare share;
        const float* elements = nullptr;
        std::vector<std::uint32_t> positions;
    };

    template <typename Derivative>
    void deliver(Side& side, const Derivative& derivative) {
        if (side.input == nullptr || !side.share.isWanted()) {
            return;
        }
        const memory& share = side.share.own(oneDnn_);
        float* sums = elementsOf(share);
        std::fill_n(sums, floatCount(share.get_desc()), 0.0F);
        const float* gradient = elementsOf(output_.gradient());
        const auto& [a, b] = sides_;
        for (std::size_t i = 0; i < side.positions.size(); ++i) {
            sums[side.positions[i]] +=
                gradient[i] * derivative(a.elements[a.positions[i]], b.elements[b.positions[i]]);
        }
        side.share.deliver(share, oneDnn_);
    }

    OneDnn& oneDnn_;
    TwoOperands function_;
    Activations& output_;
    std::array<Side, 2> sides_;
};

class ConcatLayer : public TrainingLayer {
  public:
    ConcatLayer(const LayerContext& context, const nn::Node& node, const nn::Concat& op)
        : oneDnn_(context.oneDnn),
          output_(context.make(node.outputs.at(0), plainLayout(context.shape(node.outputs.at(0))))) {
        memory::dims offset(output_.layout().dims().size(), 0);
        for (const nn::ValueId id : node.inputs) {
            Activations& input = context.at(id);
            if (!input.value()) {
                throw inputError("one of its inputs is a constant; the trainer takes computed values");
            }
            const nn::Shape& shape = context.shape(id);
            const memory::desc place = output_.layout().submemory_desc(shape, offset);
            const memory part(place, oneDnn_.engine, output_.value().get_data_handle());
            parts_.push_back({PreparedCall(dnnl::reorder(input.value(), part),
                                           {{DNNL_ARG_FROM, input.value()}, {DNNL_ARG_TO, part}}),
                              memory(place, oneDnn_.engine, nullptr), GradientShare(input, place)});
            offset.at(static_cast<std::size_t>(op.axis)) += shape.at(static_cast<std::size_t>(op.axis));
        }
    }

    void forward(const ParameterBlocks&) override {
        for (const Part& part : parts_) {
            part.place.run(oneDnn_);
        }
    }

    void backward(const ParameterBlocks&, ParameterBlocks&) override {
        for (Part& part : parts_) {
            if (part.share.isWanted()) {
                part.gradient.set_data_handle(output_.gradient().get_data_handle());
                part.share.deliver(part.gradient, oneDnn_);
            }
        }
    }

  private:
    struct Part {
        PreparedCall place;
        memory gradient; ///< this part of the output's
        GradientShare share;
    };

    OneDnn& oneDnn_;
    Activations& output_;
    std::vector<Part> parts_;
};

} // namespace

std::unique_ptr<TrainingLayer> trainAdd(const LayerContext& context, const nn::Node& node, nn::ValueId output,
                                        bool rectifies) {
    return std::make_unique<AddLayer>(context, node, output, rectifies);
}

std::unique_ptr<TrainingLayer> trainBinary(const LayerContext& context, const nn::Node& node,
                                           const nn::Binary& op) {
    return std::make_unique<BinaryLayer>(context, node, op);
}

std::unique_ptr<TrainingLayer> trainConcat(const LayerContext& context, const nn::Node& node,
                                           const nn::Concat& op) {
    return std::make_unique<ConcatLayer>(context, node, op);
}

} // namespace tandem::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/steps/raw_convolutions.h"

#include "core/base/error.h"
#include "core/train/batching.h"
#include "core/train/steps/convolution_primitives.h"

namespace tandem::train {

struct RawConvolutions::State {
    State(const nn::Graph& graph, RawPasses passes) {
        const std::vector<nn::NodeId> producers = graph.producers();
        for (const nn::Node& node : graph.nodes) {
            if (const auto* op = std::get_if<nn::Convolution>(&node.op)) {
                const bool isFirst = producers[static_cast<std::size_t>(node.inputs.at(0))] < 0;
                const ConvolutionPrimitives primitives = convolutionPrimitives(graph, node, *op, oneDnn);
                const auto macs = static_cast<double>(nn::multiplyAccumulates(graph, node));
                addForward(primitives);
                operations += 2.0 * macs;
                if (passes == RawPasses::All) {
                    addBackward(primitives, !isFirst);
                    operations += (isFirst ? 2.0 : 4.0) * macs;
                }
            }
        }
    }

    void addForward(const ConvolutionPrimitives& primitives) {
        const auto& forward = primitives.forward;
        calls.emplace_back(dnnl::convolution_forward(forward),
                           Arguments{{DNNL_ARG_SRC, filled(forward.src_desc())},
                                     {DNNL_ARG_WEIGHTS, filled(forward.weights_desc())},
                                     {DNNL_ARG_BIAS, filled(forward.bias_desc())},
                                     {DNNL_ARG_DST, filled(forward.dst_desc())}});
    }

    void addBackward(const ConvolutionPrimitives& primitives, bool withData) {
        const auto& [forward, backwardData, backwardWeights] = primitives;
        if (withData) {
            calls.emplace_back(dnnl::convolution_backward_data(backwardData),
                               Arguments{{DNNL_ARG_DIFF_DST, filled(backwardData.diff_dst_desc())},
                                         {DNNL_ARG_WEIGHTS, filled(backwardData.weights_desc())},
                                         {DNNL_ARG_DIFF_SRC, filled(backwardData.diff_src_desc())}});
        }
        calls.emplace_back(dnnl::convolution_backward_weights(backwardWeights),
                           Arguments{{DNNL_ARG_SRC, filled(backwardWeights.src_desc())},
                                     {DNNL_ARG_DIFF_DST, filled(backwardWeights.diff_dst_desc())},
                                     {DNNL_ARG_DIFF_WEIGHTS, filled(backwardWeights.diff_weights_desc())},
                                     {DNNL_ARG_DIFF_BIAS, filled(backwardWeights.diff_bias_desc())}});
    }

    /// Ones: as fast as any numbers that are not subnormal. No memory for a bias that there is not.
    dnnl::memory filled(const dnnl::memory::desc& layout) {
        if (layout.get_size() == 0) {
            return {};
        }
        dnnl::memory memory(layout, oneDnn.engine);
        std::fill_n(static_cast<float*>(memory.get_data_handle()), layout.get_size() / sizeof(float), 1.0F);
        return memory;
    }

    OneDnn oneDnn;
    std::vector<PreparedCall> calls;
    double operations = 0.0;
};

RawConvolutions::RawConvolutions(const nn::Graph& graph, int samples, RawPasses passes) {
    const auto scaled = batched(graph, samples);
    if (!scaled) {
        throw inputError("network '{}' mixes the samples of a batch", graph.name);
    }
    state_ = std::make_unique<State>(*scaled, passes);
}

RawConvolutions::~RawConvolutions() = default;
RawConvolutions::RawConvolutions(RawConvolutions&&) noexcept = default;
RawConvolutions& RawConvolutions::operator=(RawConvolutions&&) noexcept = default;

double RawConvolutions::operations() const {
    return state_->operations;
}

void RawConvolutions::run() {
    useOneThread();
    for (PreparedCall& call : state_->calls) {
        call.run(state_->oneDnn);
    }
}

} // namespace tandem::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/kernels.h"
#include "core/train/steps/step.h"

namespace tandem::train {

namespace {

/// Reads row-major tensors, hands them to nn's kernel and keeps what comes back.
class KernelStep : public Step {
  public:
    KernelStep(const nn::Graph& graph, const nn::Node& node) : node_(node) {
        for (const nn::ValueId output : node.outputs) {
            const bool wanted = output != nn::kNoValue;
            types_.push_back(wanted ? nn::TensorType{graph.value(output).type, graph.value(output).shape}
                                    : nn::TensorType{});
        }
    }

    void run(Values& values, OneDnn& oneDnn) override {
        std::vector<const nn::Tensor*> inputs;
        for (const nn::ValueId input : node_.inputs) {
            inputs.push_back(input == nn::kNoValue ? nullptr : &values.tensor(input, oneDnn));
        }
        std::vector<nn::Tensor> results = nn::kernels::evaluate(node_.op, inputs, types_);
        for (std::size_t i = 0; i < node_.outputs.size(); ++i) {
            if (node_.outputs[i] != nn::kNoValue) {
                values.setTensor(node_.outputs[i], std::move(results.at(i)));
            }
        }
    }

  private:
    const nn::Node& node_; ///< of the executor's own graph
    std::vector<nn::TensorType> types_;
};

} // namespace

std::unique_ptr<Step> makeKernelStep(const StepContext& context, const nn::Node& node) {
    return std::make_unique<KernelStep>(context.graph, node);
}

} // namespace tandem::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/steps/values.h"

#include "core/base/error.h"

namespace tandem::train {

void Values::clear() {
    for (Slot& cleared : slots_) {
        cleared.tensor.reset();
        cleared.memory = {};
    }
}

bool Values::has(nn::ValueId id) const {
    return graph_->value(id).constant || slot(id).tensor || slot(id).memory;
}

const nn::Tensor& Values::tensor(nn::ValueId id, OneDnn& oneDnn) {
    const nn::Value& value = graph_->value(id);
    if (value.constant) {
        return *value.constant;
    }
    Slot& wanted = slot(id);
    if (!wanted.tensor) {
        if (!wanted.memory) {
            throw workError("value '{}' is read before it is computed", value.name);
        }
        nn::Tensor tensor = nn::Tensor::zeros(nn::ElementType::Float32, value.shape);
        const dnnl::memory plain(plainLayout(wanted.memory.get_desc().dims()), oneDnn.engine,
                                 tensor.floats().data());
        reorder(wanted.memory, plain, oneDnn);
        wanted.tensor = std::move(tensor);
    }
    return *wanted.tensor;
}

void Values::setTensor(nn::ValueId id, nn::Tensor tensor) {
    slot(id) = {std::move(tensor), {}};
}

void Values::setMemory(nn::ValueId id, const dnnl::memory& memory) {
    slot(id) = {std::nullopt, memory};
}

InputPort::InputPort(const nn::Graph& graph, nn::ValueId id, dnnl::memory::desc view,
                     dnnl::memory::desc wanted)
    : id_(id),
      constant_(graph.value(id).constant.has_value()),
      view_(std::move(view)),
      wanted_(std::move(wanted)) {
    if (!nn::isFloat(graph.value(id).type)) {
        throw inputError("value '{}' is of type {}; this operator takes float32", graph.value(id).name,
                         nn::toString(graph.value(id).type));
    }
}

const dnnl::memory& InputPort::fetch(Values& values, OneDnn& oneDnn) {
    if (constant_ && converted_) {
        return converted_;
    }
    const dnnl::memory& produced = values.memory(id_);
    if (produced && produced.get_desc().dims() == view_.dims()) {
        return convert(produced, oneDnn);
    }
    // oneDNN takes inputs by a pointer to mutable memory but does not write them.
    auto* elements = const_cast<float*>(values.tensor(id_, oneDnn).floats().data());
    if (given_ && given_.get_desc() == view_) {
        given_.set_data_handle(elements);
    } else {
        given_ = dnnl::memory(view_, oneDnn.engine, elements);
    }
    return convert(given_, oneDnn);
}

const dnnl::memory& InputPort::convert(const dnnl::memory& source, OneDnn& oneDnn) {
    const dnnl::memory::desc from = source.get_desc();
    if (from == wanted_) {
        return source;
    }
    if (!converted_) {
        converted_ = dnnl::memory(wanted_, oneDnn.engine);
    }
    if (!conversion_ || conversionFrom_ != from) {
        conversion_ = dnnl::reorder(source, converted_);
        conversionFrom_ = from;
    }
    conversion_.execute(oneDnn.stream, {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, converted_}});
    return converted_;
}

} // namespace tandem::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/steps/one_dnn.h"

#include <algorithm>

// The OpenMP run-time function (OpenMP 5.0, 3.2.1) of the library that oneDNN is linked with; <omp.h> belongs
// to the compiler and could name another one.
extern "C" void omp_set_num_threads(int);

namespace tandem::train {

OneDnn::OneDnn() {
    useOneThread();
}

void useOneThread() {
    omp_set_num_threads(1);
}

dnnl::primitive_attr ownScratchpad() {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attributes;
}

dnnl::memory scratchpadOf(const dnnl::primitive& primitive) {
    const_dnnl_primitive_desc_t description = primitive.get_primitive_desc();
    const dnnl_memory_desc_t* layout = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
    dnnl_engine_t engine = nullptr;
    dnnl::error::wrap_c_api(dnnl_primitive_desc_query(description, dnnl_query_engine, 0, &engine),
                            "could not query a primitive's engine");
    if (layout == nullptr || dnnl_memory_desc_get_size(layout) == 0) {
        return {};
    }
    return {dnnl::memory::desc(*layout), dnnl::engine(engine, true)};
}

PreparedCall::PreparedCall(dnnl::primitive primitive, const Arguments& arguments)
    : primitive_(std::move(primitive)) {
    for (const auto& [argument, memory] : arguments) {
        if (memory) {
            bind(argument, memory);
        }
    }
    if (const dnnl::memory scratchpad = scratchpadOf(primitive_)) {
        bind(DNNL_ARG_SCRATCHPAD, scratchpad);
    }
}

void PreparedCall::bind(int argument, const dnnl::memory& memory) {
    const auto known = std::ranges::find(arguments_, argument, &dnnl_exec_arg_t::arg);
    if (known != arguments_.end()) {
        memories_[static_cast<std::size_t>(known - arguments_.begin())] = memory;
        known->memory = memory.get();
        return;
    }
    memories_.push_back(memory);
    arguments_.push_back({argument, memory.get()});
}

void PreparedCall::run(const OneDnn& oneDnn) const {
    dnnl::error::wrap_c_api(dnnl_primitive_execute(primitive_.get(), oneDnn.stream.get(),
                                                   static_cast<int>(arguments_.size()), arguments_.data()),
                            "could not execute a primitive");
}

dnnl::memory::desc plainLayout(const nn::Shape& shape) {
    dnnl::memory::dims strides(shape.size(), 1);
    for (std::size_t axis = shape.size(); axis-- > 1;) {
        strides[axis - 1] = strides[axis] * shape[axis];
    }
    return {shape, dnnl::memory::data_type::f32, strides};
}

dnnl::memory::desc anyLayout(const nn::Shape& shape) {
    return {shape, dnnl::memory::data_type::f32, dnnl::memory::format_tag::any};
}

void reorder(const dnnl::memory& from, const dnnl::memory& to, OneDnn& oneDnn) {
    dnnl::reorder(from, to).execute(oneDnn.stream, {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
}

} // namespace tandem::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/one_dnn.h"

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

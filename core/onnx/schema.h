// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The official schema, generated from onnx.proto; see https://github.com/onnx/onnx/blob/main/docs/IR.md.
#include <onnx/onnx_pb.h>

namespace tandem::onnx {
/// The schema's namespace, seen from ours.
namespace schema = ::onnx;
} // namespace tandem::onnx

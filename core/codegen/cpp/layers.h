// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <string>
#include <vector>

/// What each layer kind is in generated C++.
namespace tandem::codegen {

/// The C++ type that holds one element of the tensor.
std::string cppElementType(const quant::IntegerTensor& tensor);

/// "3x32x32": channels, rows and columns.
std::string cppSize(const quant::MapShape& shape);

/// The body of run(): for every layer a comment, its kernel's call, and the observer's.
std::string cppCalls(const quant::IntegerNetwork& network);

/// One constant array of a layer.
struct CppArray {
    std::string type, name;
    std::vector<std::int64_t> values;
};

/// The constants that the calls name, layer by layer.
std::vector<CppArray> cppArrays(const quant::IntegerNetwork& network);

} // namespace tandem::codegen

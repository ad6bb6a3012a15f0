// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/packed/packed_network.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// The texts of generated C++.
namespace tandem::codegen {

/// What they are made of.
struct CppProgram {
    const quant::IntegerNetwork& network;
    const quant::PackedNetwork& packed;

    const quant::IntegerTensor& input() const;
    const quant::IntegerTensor& output() const;
    /// The namespace of the generated code, and the prefix of its C functions.
    std::string name() const;
    /// The head of a file.
    std::string banner(const std::string& what) const;
};

/// The C++ type that holds one element of the tensor outside the network.
std::string cppElementType(const quant::IntegerTensor& tensor);

/// "3x32x32": channels, rows and columns.
std::string cppSize(const quant::MapShape& shape);

/// The prefix of a layer's arrays: "layer03_conv3x3".
std::string cppLayerName(const quant::IntegerNetwork& network, std::size_t layer);

/// What the host does before or behind the network, in words.
std::string cppHostText(const nn::Graph& part);

/// network.cpp's functions that place the maps and run the layers, and the table of the layers.
std::string cppLayers(const CppProgram& program);

std::string cppHeader(const CppProgram& program);  ///< network.h
std::string cppCHeader(const CppProgram& program); ///< network_c.h
std::string cppSource(const CppProgram& program);  ///< network.cpp
std::string cppWeightsHeader(const CppProgram& program);
std::string cppWeightsSource(const CppProgram& program);
std::string cppGoldenTest(const CppProgram& program, std::span<const std::vector<std::int32_t>> inputs);
std::string cppProfiler(const CppProgram& program);

/// The files that make a package of it.
std::string cppCMakeLists(const CppProgram& program, std::span<const std::string> headers);
std::string cppCMakeConfig(const CppProgram& program);
std::string cppPkgConfig(const CppProgram& program);
std::string cppPythonExample(const CppProgram& program);

/// One constant array of a layer.
struct CppArray {
    std::string type, name;
    std::vector<std::int64_t> values;
};

/// The constants that the layers name, layer by layer.
std::vector<CppArray> cppArrays(const CppProgram& program);

} // namespace tandem::codegen

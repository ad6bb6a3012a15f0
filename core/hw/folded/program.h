// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/cost_terms.h"
#include "core/hw/device/technology.h"
#include "core/hw/folded/folded.h"

#include <array>
#include <cstdint>
#include <vector>

namespace tandem::hw::folded {

/// An address or coordinate that moves by `stride[i]` whenever loop i of a pass advances.
struct Walk {
    std::int64_t start = 0;
    std::array<std::int64_t, 6> stride{};
};

/// Rows first .. last - 1 of a map.
struct Rows {
    int first = 0, last = 0;
    int count() const { return last - first; }
    bool operator==(const Rows&) const = default;
};

/// Where some rows of a map stand in the activation memory: row, column, block of channels.
struct Place {
    std::int64_t base = 0; ///< first word
    Rows rows;
    int width = 1;
    int blocks = 1; ///< words of a pixel
    std::int64_t words() const { return std::int64_t{rows.count()} * width * blocks; }
    /// The word in which a row that need not be there would begin.
    std::int64_t word(std::int64_t row, std::int64_t column) const {
        return base + ((row - rows.first) * width + column) * blocks;
    }
};

/// What a load or store moves.
enum class Region { Input, Output, Scratch };

/// One instruction. A pass counts six nested loops, loop 0 innermost: loops 0 to 2 run over what one word of
/// outputs sums up (input slices, kernel columns, kernel rows), loops 3 to 5 over output words.
struct Pass {
    enum class Kind { Array, Lanes, Load, Store, Take };
    /// What a lane does with a group: products with its own weights, products with the layer's one or two
    /// factors, the largest value, or (Paired) the product of the group's two values.
    enum class Lane { Weights, Factors, Maximum, Paired };
    Kind kind = Kind::Array;
    Lane lane = Lane::Weights;
    int layer = 0; ///< Load, Store: kNetworkInput, or the layer whose output is moved
    std::array<int, 6> turns{1, 1, 1, 1, 1, 1};
    Walk read;        ///< slices of the activation memory
    Walk row, column; ///< of the input map; outside 0..rows-1, 0..columns-1 stands the padding
    int rows = 1, columns = 1;
    Walk weight;             ///< slices of the chunk: rows of them in a word
    Walk scale;              ///< words of the pass's constants
    Walk write;              ///< words of the activation memory
    std::int64_t second = 0; ///< Paired: slice that a group's first step reads; moves on with loop 5
    bool lookup = false;     ///< results go through the layer's table
    bool fill = false;       ///< reads nothing but padding
    bool copies = false;     ///< values pass unchanged
    int image = 0;           ///< of its weights and constants
    bool blockwise = false;  ///< a chunk of weights for each turn of loop 5, else one for the pass

    Region region = Region::Input; ///< Load, Store
    std::int64_t offset = 0;       ///< of the region, in words
    std::int64_t address = 0;      ///< in the activation memory
    std::int64_t words = 0;

    std::int64_t steps() const;
    /// Whether it copies maps: from memory, to memory, or from the stream.
    bool moves() const { return kind != Kind::Array && kind != Kind::Lanes; }
};

/// The weights and constants of a pass as they stand in memory: words of constants, then words of weights,
/// each from a bus beat on.
struct Image {
    enum class Kind { Convolution, Depthwise, Selection, Uniform };
    Kind kind = Kind::Uniform;
    int layer = 0;
    int firstBlock = 0, blocks = 0; ///< of output channels
    int firstSlice = 0, slices = 0; ///< of input channels
    int taps = 1;
    /// Selection: for every output channel of the blocks input channel * taps + tap, or -1: nothing.
    std::vector<int> source;

    int scales = 1;                         ///< words of constants
    int chunks = 1;                         ///< of weights
    std::int64_t chunkWords = 0;            ///< of each
    std::int64_t offset = 0;                ///< first beat
    std::int64_t firstBeats = 0, beats = 0; ///< of the first chunk with the constants, of the others
};

/// The hardware's dimensions.
struct Machine {
    int rows = 2, columns = 2;
    int activationBits = 8, weightBits = 8, sumBits = 28, multiplierBits = 16, constantBits = 45,
        shiftBits = 6;
    int poolLog2 = 2, ringLog2 = 2, scaleLog2 = 2;
    int placeBits = 4;   ///< of a slice's place in its chunk
    int programLog2 = 6; ///< 32-bit words
    /// Bits of a program word that are not the same in every word: synthesis keeps no others. Known once the
    /// program's words are; see codegen::foldedProgram.
    int programColumns = 32;
    int loads = 1;  ///< entries of the list of loads, with the one that ends it
    int tables = 0; ///< table layers
    int pack = 1;   ///< products of the array that share a DSP; 0: they are made of LUTs
    int weightBus = 64, mapBus = 64;
    bool streamed = false;

    int split() const { return columns / rows; }
    int fieldBits() const { return constantBits + multiplierBits + shiftBits; }
    std::int64_t wordBeats() const;  ///< of a word of weights
    std::int64_t scaleBeats() const; ///< of a word of constants
    std::int64_t mapBeats() const;   ///< of a word of activations
};

/// Rows of a layer's output that are complete.
struct Result {
    int layer = 0;
    std::size_t pass = 0; ///< the last one that writes them
    Place place;
};

/// What the accelerator does with one frame.
struct Program {
    Machine machine;
    std::vector<Pass> passes; ///< the instruction that ends the program follows them
    std::vector<Image> images;
    std::vector<Result> results;                                    ///< in the order of their passes
    std::int64_t imageBeats = 0;                                    ///< all weights and constants
    std::int64_t inputWords = 0, outputWords = 0, scratchWords = 0; ///< in memory
};

/// 32-bit words of one instruction.
inline constexpr int kInstructionWords = 32;
/// Cycles from an instruction's last one to the next one's first.
inline constexpr int kFetchCycles = 34;

/// The program of a workload, where there is no fault.
Fault compile(const Workload& workload, const Parameters& parameters, Program& program);
/// The same. Throws Error (Input) with the fault.
Program compile(const Workload& workload, const Parameters& parameters);

/// Gives every image its place in memory, after a change of the machine's widths.
void placeImages(Program& program);

/// The same replay as `timing` does.
/// `arrival`: cycle in which the last word of a streamed input can be taken.
Timing replay(const Program& program, const Workload& workload, const Memory& memory,
              std::int64_t arrival = 0);

/// All amounts of hardware of an array, for the fit.
CostTerms costTerms(const Machine& machine, const Technology& technology);

/// The same of a program that is known already.
Resources resources(const Machine& machine, DeviceFamily family);
Energy energy(const Workload& workload, const Program& program);
/// Its parts: per layer, then loading the input and storing the output.
std::vector<Energy> layerEnergies(const Workload& workload, const Program& program);

/// Words of weights that a layer may have to be computed in Order::Outputs.
int wholeLayerWords(const Parameters& parameters);

/// Words of a pixel.
int blocksOf(int channels, int columns);

} // namespace tandem::hw::folded

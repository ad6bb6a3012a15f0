// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/folded/program.h"
#include "core/quant/arithmetic/integer_network.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tandem::codegen {

/// Beats of a bus in the form of $readmemh: bits are put one above the other, over the ends of beats.
class BeatImage {
  public:
    explicit BeatImage(int bits) : bits_(bits) {}
    /// Appends the low `count` bits of `value`, two's complement, at most 64.
    void put(std::int64_t value, int count);
    /// Fills up the last beat with zeros.
    void align();
    std::int64_t beats() const { return static_cast<std::int64_t>(filled_) / bits_; }
    /// One line of hexadecimal digits for each beat.
    std::string text() const;

  private:
    int bits_;
    std::size_t filled_ = 0;
    std::vector<std::uint8_t> bytes_;
};

/// What an instruction needs of the network's numbers. Activations stand in the accelerator as two's
/// complement of the machine's width: unsigned ones less half of its range.
struct PassValues {
    int padding = 0, low = 0, high = 0;
    int factorFirst = 0, factorOther = 0;
    int table = 0;
};

/// What unsigned activations are stored less: 2^(activationBits - 1); 0 for signed ones.
int storedOffset(const quant::TensorFormat& format, const hw::folded::Machine& machine);

PassValues valuesOf(const quant::IntegerNetwork& network, const hw::folded::Program& program,
                    const hw::folded::Pass& pass);

/// The program of a network. Where its constants are wider than the workload lets expect, so is the machine's
/// memory of them, and they take longer to load.
/// The machine knows which columns of the program's words synthesis keeps.
hw::folded::Program foldedProgram(const quant::IntegerNetwork& network,
                                  const hw::folded::Parameters& parameters);

/// All constants and weights, image after image.
std::string weightMemory(const quant::IntegerNetwork& network, const hw::folded::Program& program);

/// The words of the tables, one after another.
std::string tableMemory(const quant::IntegerNetwork& network, const hw::folded::Machine& machine);

/// Maps (channel, row, column) as words of one byte a channel.
std::string mapMemory(std::span<const std::vector<std::int32_t>> maps, int channels,
                      const hw::folded::Machine& machine);

} // namespace tandem::codegen

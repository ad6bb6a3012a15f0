// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/packed/weight_units.h"

#include <array>

namespace tandem::quant {

namespace {

constexpr int kBlock = 16;
constexpr int kQuad = 4;

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

int blocks(int count, int size) {
    return (count + size - 1) / size;
}

/// Appends 64 numbers, in planes of 4, 2 and 1 bits where they have fewer than 8.
class Units {
  public:
    explicit Units(int bits) : bits_(bits) {}

    std::array<std::int8_t, kBlock * kQuad> numbers{};

    void finish() {
        if (bits_ == 8) {
            bytes_.insert(bytes_.end(), numbers.begin(), numbers.end());
        } else {
            int place = 0;
            for (const int plane : {4, 2, 1}) {
                if ((bits_ & plane) != 0) {
                    appendPlane(plane, place);
                    place += plane;
                }
            }
        }
        numbers.fill(0);
    }
    std::vector<std::uint8_t> take() { return std::move(bytes_); }

  private:
    void appendPlane(int bits, int place) {
        const std::size_t first = bytes_.size(), size = at(8 * bits);
        bytes_.resize(first + size);
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            const unsigned part = static_cast<unsigned>(numbers[i]) >> place & ((1U << bits) - 1U);
            bytes_[first + i % size] |=
                static_cast<std::uint8_t>(part << (static_cast<int>(i / size) * bits));
        }
    }

    int bits_;
    std::vector<std::uint8_t> bytes_;
};

/// Reads weights [output channel][input channel of the group][row][column].
struct WeightsOf {
    const ConvolutionLayer& op;
    int groupInputs;

    std::int8_t operator()(int output, int input, int row, int column) const {
        const std::size_t filter = at(output) * at(groupInputs) + at(input);
        return op.weights[(filter * at(op.kernel.height) + at(row)) * at(op.kernel.width) + at(column)];
    }
};

} // namespace

std::vector<std::uint8_t> convolutionUnits(const ConvolutionLayer& op, int inputs, int outputs, int runs,
                                           int bits) {
    const int groupInputs = inputs / op.groups;
    const WeightsOf weight{op, groupInputs};
    const std::vector<int> order = convolutionOrder(outputs, op.groups);
    const int runBytes = runs == 1 ? groupInputs * op.kernel.width : groupInputs;
    Units units(bits);
    for (std::size_t block = 0; block < order.size(); block += kBlock) {
        for (int row = 0; row < op.kernel.height; ++row) {
            for (int i = 0; i < runs * blocks(runBytes, kQuad) * kQuad; ++i) {
                const int run = i / (blocks(runBytes, kQuad) * kQuad);
                const int byte = i % (blocks(runBytes, kQuad) * kQuad);
                const int column = runs == 1 ? byte / groupInputs : run;
                for (int channel = 0; byte < runBytes && channel < kBlock; ++channel) {
                    const int output = order[block + at(channel)];
                    units.numbers[at(channel * kQuad + i % kQuad)] =
                        output < 0 ? std::int8_t{0} : weight(output, byte % groupInputs, row, column);
                }
                if (i % kQuad == kQuad - 1) {
                    units.finish();
                }
            }
        }
    }
    return units.take();
}

std::vector<std::uint8_t> depthwiseUnits(const ConvolutionLayer& op, int channels, int bits) {
    const WeightsOf weight{op, 1};
    const std::vector<int> order = depthwiseOrder(channels);
    const int taps = op.kernel.height * op.kernel.width;
    Units units(bits);
    for (std::size_t block = 0; block < order.size(); block += kBlock) {
        for (int tap = 0; tap < taps; ++tap) {
            for (int channel = 0; channel < kBlock; ++channel) {
                const int output = order[block + at(channel)];
                units.numbers[at(channel * kQuad + tap % kQuad)] =
                    output < 0 ? std::int8_t{0}
                               : weight(output, 0, tap / op.kernel.width, tap % op.kernel.width);
            }
            if (tap % kQuad == kQuad - 1 || tap + 1 == taps) {
                units.finish();
            }
        }
    }
    return units.take();
}

std::vector<int> convolutionOrder(int outputs, int groups) {
    std::vector<int> order;
    const int groupOutputs = outputs / groups;
    for (int group = 0; group < groups; ++group) {
        for (int i = 0; i < blocks(groupOutputs, kBlock) * kBlock; ++i) {
            order.push_back(i < groupOutputs ? group * groupOutputs + i : -1);
        }
    }
    return order;
}

std::vector<int> depthwiseOrder(int channels) {
    std::vector<int> order;
    const bool repeated = channels < kBlock && kBlock % channels == 0;
    for (int i = 0; i < blocks(channels, kBlock) * kBlock; ++i) {
        order.push_back(repeated ? i % channels : i < channels ? i : -1);
    }
    return order;
}

} // namespace tandem::quant

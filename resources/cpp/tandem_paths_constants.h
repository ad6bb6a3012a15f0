// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Constants as kernels compute with them: weights of fewer than 8 bits unpacked, what requantizations read.
// Included once in the namespace of every path.

// A plane of kBits bits: see unpack in tandem_kernels.h.
template <int kBits>
inline void addPlane(const std::uint8_t* __restrict plane, int place, std::uint8_t* __restrict numbers) {
    constexpr int kBytes = 8 * kBits;
    constexpr unsigned kMask = (1U << kBits) - 1U;
    for (int part = 0; part < 64 / kBytes; ++part) {
        for (int i = 0; i < kBytes; ++i) {
            numbers[part * kBytes + i] = static_cast<std::uint8_t>(
                numbers[part * kBytes + i] | (plane[i] >> (part * kBits) & kMask) << place);
        }
    }
}

// 64 numbers of 2 to 8 bits.
inline void unpack(const std::uint8_t* __restrict packed, int bits, std::int8_t* __restrict numbers) {
    if (bits == 8) {
        std::memcpy(numbers, packed, 64);
        return;
    }
    if (bits == 4) {
        for (int i = 0; i < 32; ++i) {
            numbers[i] = static_cast<std::int8_t>(((packed[i] & 15) ^ 8) - 8);
        }
        for (int i = 0; i < 32; ++i) {
            numbers[32 + i] = static_cast<std::int8_t>(((packed[i] >> 4) ^ 8) - 8);
        }
        return;
    }
    std::uint8_t raw[64] = {};
    int place = 0;
    if ((bits & 4) != 0) {
        addPlane<4>(packed, place, raw);
        packed += 32;
        place += 4;
    }
    if ((bits & 2) != 0) {
        addPlane<2>(packed, place, raw);
        packed += 16;
        place += 2;
    }
    if ((bits & 1) != 0) {
        addPlane<1>(packed, place, raw);
    }
    const int sign = 1 << (bits - 1);
    for (int i = 0; i < 64; ++i) {
        numbers[i] = static_cast<std::int8_t>((raw[i] ^ sign) - sign);
    }
}

// `units` units of weights from the given one on, a byte each; `scratch` holds those that are unpacked.
inline const std::int8_t* byteWeights(const Convolution& op, std::ptrdiff_t unit, std::ptrdiff_t units,
                                      std::uint8_t* scratch) {
    const std::uint8_t* const packed = op.weights + unit * 8 * op.weightBits;
    if (op.weightBits == 8) {
        return reinterpret_cast<const std::int8_t*>(packed);
    }
    std::int8_t* const numbers = reinterpret_cast<std::int8_t*>(scratch);
    for (std::ptrdiff_t i = 0; i < units; ++i) {
        unpack(packed + i * 8 * op.weightBits, op.weightBits, numbers + 64 * i);
    }
    return numbers;
}

// What the sums of 16 output channels become, from the given entry of the scale's arrays on.
inline void setParameters(ParametersOf<16>& to, const Scale& scale, int first) {
    std::int32_t multiplier[16], by[16];
    for (int i = 0; i < 16; ++i) {
        multiplier[i] = scale.multiplier[first + i];
        to.bias[i] = scale.bias[first + i];
    }
    for (int i = 0; i < 16; ++i) { // without `narrow` nothing reads what these make
        by[i] = std::max(scale.shift[scale.shiftPerChannel ? first + i : 0] - 16, 1);
    }
    const std::int32_t zeroPoint = scale.narrow ? scale.zeroPoint : 0;
    for (int i = 0; i < 16; ++i) {
        to.highFactor[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(multiplier[i]) << 16U);
        to.carry[i] = multiplier[i] >= 0x8000 ? -0x10000 : 0;
        to.lowFactor[i] = multiplier[i];
        to.addend[i] = (1 << (by[i] - 1)) + zeroPoint * (1 << by[i]);
        to.shift[i] = by[i];
    }
    to.before = scale.before;
    to.low = static_cast<std::uint8_t>(scale.low);
    to.high = static_cast<std::uint8_t>(scale.high);
}

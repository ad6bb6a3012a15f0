// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/model_format.h"

#include "core/quant/quantize/formats.h"

#include <cmath>

namespace tandem::quant {

std::optional<RoundedFormat> modelFormat(const nn::Graph& graph, const LoweredTensor& tensor, int bits) {
    for (auto alias = tensor.aliases.rbegin(); alias != tensor.aliases.rend(); ++alias) {
        const auto& given = graph.value(*alias).quantization;
        if (!given || given->bits != bits || given->scales.size() != 1 || !(given->scales[0] > 0)) {
            continue;
        }
        TensorFormat format{bits, given->isSigned, double{given->scales[0]}, 0};
        const std::int64_t zero = given->zeroPoints.empty() ? 0 : given->zeroPoints[0];
        if (zero >= format.low() && zero <= format.high()) {
            format.zeroPoint = static_cast<int>(zero);
            return RoundedFormat{format, given->rounding};
        }
    }
    return {};
}

Direction directionOf(const RoundedFormat& given) {
    const bool neverNegative = given.format.zeroPoint == given.format.low();
    switch (given.rounding) {
    case nn::Rounding::Floor:
        return Direction::Down;
    case nn::Rounding::Ceiling:
        return Direction::Up;
    case nn::Rounding::TowardZero:
        return neverNegative ? Direction::Down : Direction::Nearest;
    case nn::Rounding::AwayFromZero:
        return neverNegative ? Direction::Up : Direction::Nearest;
    case nn::Rounding::HalfEven:
    case nn::Rounding::HalfAwayFromZero:
    case nn::Rounding::HalfTowardZero:
        break;
    }
    return Direction::Nearest;
}

double sumOffset(Direction direction, double ratio) {
    switch (direction) {
    case Direction::Down:
        return -std::floor(0.5 / ratio);
    case Direction::Up:
        return std::ceil(0.5 / ratio) - 1.0;
    case Direction::Nearest:
        break;
    }
    return 0.0;
}

std::int64_t shiftOffset(Direction direction, int shift) {
    const std::int64_t step = std::int64_t{1} << shift;
    switch (direction) {
    case Direction::Down:
        return 0;
    case Direction::Up:
        return step - 1;
    case Direction::Nearest:
        break;
    }
    return step / 2;
}

int rounded(double real, const TensorFormat& format, Direction direction) {
    switch (direction) {
    case Direction::Down:
        return quantized(format.scale * std::floor(real / format.scale), format);
    case Direction::Up:
        return quantized(format.scale * std::ceil(real / format.scale), format);
    case Direction::Nearest:
        break;
    }
    return quantized(real, format);
}

} // namespace tandem::quant

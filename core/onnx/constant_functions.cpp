// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/constant_functions.h"

#include "core/base/error.h"
#include "core/nn/kernels/detail.h"
#include "core/nn/shapes.h"

#include <limits>

namespace tandem::onnx {

namespace {

using nn::ElementType;
using nn::Tensor;

float floatOf(UnaryFunction function, float x) {
    switch (function) {
    case UnaryFunction::Abs:
        return std::abs(x);
    case UnaryFunction::Neg:
        return -x;
    case UnaryFunction::Sign:
        return x > 0.0F ? 1.0F : x < 0.0F ? -1.0F : x;
    case UnaryFunction::Floor:
        return std::floor(x);
    case UnaryFunction::Ceil:
        return std::ceil(x);
    case UnaryFunction::Round:
        return std::nearbyint(x);
    case UnaryFunction::Sqrt:
        return std::sqrt(x);
    case UnaryFunction::Reciprocal:
        return 1.0F / x;
    case UnaryFunction::Exp:
        return std::exp(x);
    case UnaryFunction::Log:
        return std::log(x);
    case UnaryFunction::Not:
        break;
    }
    throw inputError("an input has type float32; bool is needed");
}

std::int64_t integerOf(UnaryFunction function, std::int64_t x, ElementType type) {
    const auto negated = [&] { return static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(x)); };
    const bool isNegative = type != ElementType::UInt64 && x < 0;
    switch (function) {
    case UnaryFunction::Abs:
        return nn::kernels::wrapped(isNegative ? negated() : x, type);
    case UnaryFunction::Neg:
        return nn::kernels::wrapped(negated(), type);
    case UnaryFunction::Sign:
        return isNegative ? -1 : x == 0 ? 0 : 1;
    case UnaryFunction::Not:
        return x == 0 ? 1 : 0;
    case UnaryFunction::Floor:
    case UnaryFunction::Ceil:
    case UnaryFunction::Round:
    case UnaryFunction::Sqrt:
    case UnaryFunction::Reciprocal:
    case UnaryFunction::Exp:
    case UnaryFunction::Log:
        break;
    }
    throw inputError("an input has type {}; float32 is needed", toString(type));
}

bool comparesOrJoins(BinaryFunction function) {
    return function != BinaryFunction::Min && function != BinaryFunction::Pow &&
           function != BinaryFunction::Mod && function != BinaryFunction::Fmod;
}

/// Comparisons, and what joins truth values (0 and 1).
template <typename Element>
bool holds(BinaryFunction function, Element a, Element b) {
    switch (function) {
    case BinaryFunction::Equal:
        return a == b;
    case BinaryFunction::Less:
        return a < b;
    case BinaryFunction::LessOrEqual:
        return a <= b;
    case BinaryFunction::Greater:
        return a > b;
    case BinaryFunction::GreaterOrEqual:
        return a >= b;
    case BinaryFunction::And:
        return a != Element{} && b != Element{};
    case BinaryFunction::Or:
        return a != Element{} || b != Element{};
    case BinaryFunction::Xor:
        return (a != Element{}) != (b != Element{});
    case BinaryFunction::Min:
    case BinaryFunction::Pow:
    case BinaryFunction::Mod:
    case BinaryFunction::Fmod:
        break;
    }
    return false;
}

float floatOf(BinaryFunction function, float a, float b) {
    switch (function) {
    case BinaryFunction::Min:
        return std::isnan(a) ? a : std::isnan(b) ? b : std::min(a, b);
    case BinaryFunction::Pow:
        return std::pow(a, b);
    case BinaryFunction::Fmod:
        return std::fmod(a, b);
    default:
        throw inputError("float32 needs attribute 'fmod' to be 1");
    }
}

/// a^b; what is no integer is rounded towards 0.
std::int64_t integerPower(std::int64_t a, std::int64_t b) {
    if (b < 0) {
        return a == 1 ? 1 : a == -1 ? (b % 2 == 0 ? 1 : -1) : 0;
    }
    std::uint64_t result = 1, square = static_cast<std::uint64_t>(a);
    for (auto rest = static_cast<std::uint64_t>(b); rest > 0; rest /= 2) {
        result *= rest % 2 == 1 ? square : 1;
        square *= square;
    }
    return static_cast<std::int64_t>(result);
}

/// `Whole` is the signed or unsigned 64-bit integer that the type is held in.
template <typename Whole>
std::int64_t wholeOf(BinaryFunction function, Whole a, Whole b) {
    if (function == BinaryFunction::Min) {
        return static_cast<std::int64_t>(std::min(a, b));
    }
    if (function == BinaryFunction::Pow) {
        return integerPower(static_cast<std::int64_t>(a), static_cast<std::int64_t>(b));
    }
    if (b == 0) {
        throw inputError("a remainder of a division by 0 is asked for");
    }
    if (b == static_cast<Whole>(-1)) { // also where the quotient does not fit
        return std::is_signed_v<Whole> ? 0 : static_cast<std::int64_t>(a % b);
    }
    const Whole rest = a % b;
    const bool differs = std::is_signed_v<Whole> && rest != 0 && (rest > 0) != (b > 0);
    return static_cast<std::int64_t>(function == BinaryFunction::Mod && differs ? rest + b : rest);
}

/// An exponent's values in its base's type.
Tensor asExponent(const Tensor& exponent, const Tensor& base) {
    if (nn::isFloat(exponent.type) == nn::isFloat(base.type)) {
        return exponent;
    }
    const nn::TensorType type{base.type, exponent.shape};
    const Tensor* input = &exponent;
    return nn::kernels::evaluate(nn::Cast{base.type}, std::span(&input, 1), std::span(&type, 1)).front();
}

template <typename Element>
Element reduced(Reduction reduction, Element a, Element b) {
    switch (reduction) {
    case Reduction::Sum:
        return a + b;
    case Reduction::Product:
        return a * b;
    case Reduction::Maximum:
        return std::max(a, b);
    case Reduction::Minimum:
        return std::min(a, b);
    }
    return a;
}

/// What a reduction of nothing is.
template <typename Element>
Element neutral(Reduction reduction) {
    using Limits = std::numeric_limits<Element>;
    switch (reduction) {
    case Reduction::Sum:
        return Element{0};
    case Reduction::Product:
        return Element{1};
    case Reduction::Maximum:
        return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
    case Reduction::Minimum:
        return Limits::has_infinity ? Limits::infinity() : Limits::max();
    }
    return Element{0};
}

/// Reduces `from` to as many elements as the strides reach, in numbers of type Wide.
template <typename Wide, typename Elements>
std::vector<Wide> reducedElements(Reduction reduction, const Tensor& x, const Elements& from,
                                  const std::vector<std::int64_t>& strides, std::int64_t count) {
    std::vector<Wide> result(static_cast<std::size_t>(count), neutral<Wide>(reduction));
    auto next = from.begin();
    nn::kernels::forEachOffset(x.shape, strides, 0, [&](std::int64_t offset) {
        Wide& to = result[static_cast<std::size_t>(offset)];
        to = reduced(reduction, to, static_cast<Wide>(*next++));
    });
    return result;
}

} // namespace

Tensor apply(UnaryFunction function, const Tensor& x) {
    Tensor result = x;
    if (nn::isFloat(x.type)) {
        std::ranges::transform(x.floats(), result.floats().begin(),
                               [&](float e) { return floatOf(function, e); });
    } else {
        std::ranges::transform(x.integers(), result.integers().begin(),
                               [&](std::int64_t e) { return integerOf(function, e, x.type); });
    }
    return result;
}

Tensor apply(BinaryFunction function, const Tensor& first, const Tensor& second) {
    const bool isPower = function == BinaryFunction::Pow;
    if (!isPower && first.type != second.type) {
        throw inputError("the inputs have types {} and {}; they must agree", toString(first.type),
                         toString(second.type));
    }
    const nn::Shape shape = nn::broadcastShape(first.shape, second.shape);
    const Tensor a = nn::kernels::broadcast(first, shape),
                 b = nn::kernels::broadcast(isPower ? asExponent(second, first) : second, shape);
    const bool isTruth = comparesOrJoins(function);
    Tensor result = Tensor::zeros(isTruth ? ElementType::Bool : first.type, shape);
    for (std::size_t i = 0; i < static_cast<std::size_t>(nn::elementCount(shape)); ++i) {
        if (nn::isFloat(a.type)) {
            const float x = a.floats()[i], y = b.floats()[i];
            if (isTruth) {
                result.integers()[i] = holds(function, x, y) ? 1 : 0;
            } else {
                result.floats()[i] = floatOf(function, x, y);
            }
            continue;
        }
        const std::int64_t x = a.integers()[i], y = b.integers()[i];
        const auto ux = static_cast<std::uint64_t>(x), uy = static_cast<std::uint64_t>(y);
        const bool isUnsigned = a.type == ElementType::UInt64;
        if (isTruth) {
            result.integers()[i] = (isUnsigned ? holds(function, ux, uy) : holds(function, x, y)) ? 1 : 0;
        } else {
            result.integers()[i] = nn::kernels::wrapped(
                isUnsigned ? wholeOf(function, ux, uy) : wholeOf(function, x, y), a.type);
        }
    }
    return result;
}

Tensor reduce(Reduction reduction, const Tensor& x, const std::vector<int>& axes, bool keepDimensions) {
    const std::size_t rank = x.shape.size();
    std::vector<bool> isReduced(rank, false);
    for (const int axis : axes) {
        isReduced[static_cast<std::size_t>(axis)] = true;
    }
    std::vector<std::int64_t> strides(rank, 0);
    std::int64_t count = 1;
    nn::Shape shape;
    for (std::size_t i = rank; i-- > 0;) {
        if (!isReduced[i]) {
            strides[i] = count;
            count *= x.shape[i];
        }
        if (!isReduced[i] || keepDimensions) {
            shape.insert(shape.begin(), isReduced[i] ? 1 : x.shape[i]);
        }
    }
    Tensor result = Tensor::zeros(x.type, shape);
    if (nn::isFloat(x.type)) {
        const auto wide = reducedElements<double>(reduction, x, x.floats(), strides, count);
        std::ranges::transform(wide, result.floats().begin(), [](double e) { return static_cast<float>(e); });
        return result;
    }
    const auto settle = [&](const auto& wide) {
        std::ranges::transform(wide, result.integers().begin(), [&](auto e) {
            return nn::kernels::wrapped(static_cast<std::int64_t>(e), x.type);
        });
    };
    // Sums and products wrap in unsigned numbers, whatever the type; signs matter to the others.
    const bool isSigned =
        x.type != ElementType::UInt64 && (reduction == Reduction::Maximum || reduction == Reduction::Minimum);
    if (isSigned) {
        settle(reducedElements<std::int64_t>(reduction, x, x.integers(), strides, count));
    } else {
        settle(reducedElements<std::uint64_t>(reduction, x, x.integers(), strides, count));
    }
    return result;
}

Tensor choose(const Tensor& condition, const Tensor& a, const Tensor& b) {
    if (condition.type != ElementType::Bool || a.type != b.type) {
        throw inputError(
            "the condition has type {}, the choices {} and {}; bool and two of one type are needed",
            toString(condition.type), toString(a.type), toString(b.type));
    }
    const nn::Shape shape = nn::broadcastShape(condition.shape, nn::broadcastShape(a.shape, b.shape));
    const Tensor which = nn::kernels::broadcast(condition, shape);
    Tensor result = nn::kernels::broadcast(a, shape);
    const Tensor other = nn::kernels::broadcast(b, shape);
    std::visit(
        [&](auto& to) {
            const auto& from = std::get<std::decay_t<decltype(to)>>(other.data);
            for (std::size_t i = 0; i < to.size(); ++i) {
                to[i] = which.integers()[i] != 0 ? to[i] : from[i];
            }
        },
        result.data);
    return result;
}

Tensor tiled(const Tensor& x, const std::vector<std::int64_t>& repeats) {
    // [d0, d1] as [1, d0, 1, d1], repeated to [r0, d0, r1, d1].
    Tensor cells = x;
    cells.shape.clear();
    nn::Shape spread, result;
    for (std::size_t i = 0; i < x.shape.size(); ++i) {
        cells.shape.insert(cells.shape.end(), {1, x.shape[i]});
        spread.insert(spread.end(), {repeats.at(i), x.shape[i]});
        result.push_back(repeats[i] * x.shape[i]);
    }
    Tensor repeated = nn::kernels::broadcast(cells, spread);
    repeated.shape = std::move(result);
    return repeated;
}

} // namespace tandem::onnx

// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Layers without weights, in plain loops that compilers turn into vector instructions. Included once in the
// namespace of every path.

// The rows of an output that a share computes.
struct Rows {
    int first, end;
};
inline Rows rowsOf(const Map& out, Share share) {
    return {out.height * share.index / share.count, out.height * (share.index + 1) / share.count};
}

inline std::uint8_t* cell(const Map& map, int row, int column) {
    return map.data + std::ptrdiff_t{row} * map.rowStride + std::ptrdiff_t{column} * map.pixelStride;
}

// Calls run(row, column, elements) for every row where its pixels follow one another in all maps, else for
// every pixel.
template <typename Run>
inline void forRuns(const Map& out, bool dense, Share share, Run run) {
    const Rows rows = rowsOf(out, share);
    for (int row = rows.first; row < rows.end; ++row) {
        if (dense) {
            run(row, 0, out.width * out.channels);
            continue;
        }
        for (int column = 0; column < out.width; ++column) {
            run(row, column, out.channels);
        }
    }
}
inline bool dense(const Map& map) {
    return map.pixelStride == map.channels;
}

inline void add(const Map& a, const Map& b, const Map& out, const AddScale& scale, Share share) {
    forRuns(out, dense(a) && dense(b) && dense(out), share, [&](int row, int column, int count) {
        addRun(cell(a, row, column), cell(b, row, column), cell(out, row, column), count, scale);
    });
}

inline void table(const Map& in, const Map& out, const std::uint8_t* values, Share share) {
    forRuns(out, dense(in) && dense(out), share, [&](int row, int column, int count) {
        const std::uint8_t* from = cell(in, row, column);
        std::uint8_t* to = cell(out, row, column);
        for (int i = 0; i < count; ++i) {
            to[i] = values[from[i]];
        }
    });
}

inline void scaleChannels(const Map& a, const Map& b, const Map& out, const ProductScale& scale,
                          Share share) {
    forRuns(out, false, share, [&](int row, int column, int count) {
        const std::uint8_t *from = cell(a, row, column), *factors = b.data;
        std::uint8_t* to = cell(out, row, column);
        for (int i = 0; i < count; ++i) {
            const std::int32_t product = (from[i] - scale.zeroA) * (factors[i] - scale.zeroB);
            to[i] = rescaled(product, scale.multiplier, scale.rounding, scale.shift, scale.low, scale.high);
        }
    });
}

// The part of a window that lies inside the map.
struct Clipped {
    int firstRow, endRow, firstColumn, endColumn;
};
inline Clipped clip(const Map& in, const Window& window, int row, int column) {
    const int top = row * window.strideHeight - window.padTop;
    const int left = column * window.strideWidth - window.padLeft;
    return {std::max(top, 0), std::min(top + window.kernelHeight, in.height), std::max(left, 0),
            std::min(left + window.kernelWidth, in.width)};
}

// The largest value under every window; padding never wins.
inline void maximumPool(const Map& in, const Map& out, const Window& window, Share share) {
    forRuns(out, false, share, [&](int row, int column, int count) {
        const Clipped part = clip(in, window, row, column);
        std::uint8_t* __restrict to = cell(out, row, column);
        std::memcpy(to, cell(in, part.firstRow, part.firstColumn), static_cast<std::size_t>(count));
        for (int r = part.firstRow; r < part.endRow; ++r) {
            for (int c = part.firstColumn; c < part.endColumn; ++c) {
                const std::uint8_t* __restrict from = cell(in, r, c);
                for (int i = 0; i < count; ++i) {
                    to[i] = std::max(to[i], from[i]);
                }
            }
        }
    });
}

// Sums over a window for up to 64 channels.
inline void poolChannels(const std::uint8_t* first, const Map& in, const Window& window, const Scale& scale,
                         int channels, std::uint8_t* to) {
    std::int32_t sums[64];
    std::fill(sums, sums + channels, scale.bias[0]);
    for (int r = 0; r < window.kernelHeight; ++r) {
        const std::uint8_t* from = first + std::ptrdiff_t{r} * in.rowStride;
        for (int c = 0; c < window.kernelWidth; ++c, from += in.pixelStride) {
            for (int i = 0; i < channels; ++i) {
                sums[i] += from[i];
            }
        }
    }
    for (int i = 0; i < channels; ++i) {
        to[i] = rescaled(sums[i], scale, 0);
    }
}

inline void averagePool(const Map& in, const Map& out, const Window& window, const Scale& scale,
                        Share share) {
    forRuns(out, false, share, [&](int row, int column, int count) {
        const std::uint8_t* from =
            cell(in, row * window.strideHeight - window.padTop, column * window.strideWidth - window.padLeft);
        for (int channel = 0; channel < count; channel += 64) {
            poolChannels(from + channel, in, window, scale, std::min(64, count - channel),
                         cell(out, row, column) + channel);
        }
    });
}

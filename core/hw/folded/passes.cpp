// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/folded/passes.h"

#include <algorithm>
#include <numeric>

namespace tandem::hw::folded {

namespace {

int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
}

constexpr std::size_t kColumnTap = 1, kRowTap = 2;

bool aligned(std::span<const int> source, std::size_t first, std::size_t count, int columns) {
    for (std::size_t i = 0; i < count; ++i) {
        if (source[first + i] < 0 || source[first + i] % columns != static_cast<int>(i) ||
            source[first + i] - source[first] != static_cast<int>(i)) {
            return false;
        }
    }
    return true;
}

} // namespace

int wholeLayerWords(const Parameters& parameters) {
    constexpr int kStandard = 1024;
    return parameters.ringWords > 0 ? parameters.ringWords : kStandard;
}

/// Output cells row by row: where each one's window begins in the input and where it is written.
struct PassWriter::Grid {
    int kernelRows = 1, kernelColumns = 1, dilationRows = 1, dilationColumns = 1;
    int rows = 1, columns = 1;         ///< cells written
    int readRow = 0, readColumn = 0;   ///< of the first one, may lie in the padding
    int rowStep = 1, columnStep = 1;   ///< from one to the next
    int writeRow = 0, writeColumn = 0; ///< of the first one
    int writeRowStep = 1, writeColumnStep = 1;
    int mapRows = 1, mapColumns = 1; ///< of the input
};

PassWriter::Grid PassWriter::grid() const {
    const Layer& layer = at();
    Grid grid;
    grid.kernelRows = layer.kernelHeight;
    grid.kernelColumns = layer.kernelWidth;
    grid.dilationRows = layer.dilationHeight;
    grid.dilationColumns = layer.dilationWidth;
    grid.rows = rows_.count();
    grid.columns = layer.outputWidth;
    grid.rowStep = layer.strideHeight;
    grid.columnStep = layer.strideWidth;
    grid.readRow = rows_.first * layer.strideHeight - layer.padTop;
    grid.readColumn = -layer.padLeft;
    grid.writeRow = rows_.first;
    grid.mapRows = layer.inputHeight;
    grid.mapColumns = layer.inputWidth;
    return grid;
}

Pass PassWriter::over(const Grid& grid, const Place& out, const Place& in, bool pixelFirst) const {
    const std::size_t x = pixelFirst ? 4 : 3, y = x + 1;
    const std::int64_t pixel = std::int64_t{in.blocks} * split();
    const std::int64_t line = pixel * in.width;
    Pass pass;
    pass.kind = Pass::Kind::Lanes;
    pass.layer = index_;
    pass.turns[kColumnTap] = grid.kernelColumns;
    pass.turns[kRowTap] = grid.kernelRows;
    pass.turns[x] = grid.columns;
    pass.turns[y] = grid.rows;
    pass.read.start = in.word(grid.readRow, grid.readColumn) * split();
    pass.read.stride[kColumnTap] = grid.dilationColumns * pixel;
    pass.read.stride[kRowTap] = grid.dilationRows * line;
    pass.read.stride[x] = grid.columnStep * pixel;
    pass.read.stride[y] = grid.rowStep * line;
    pass.rows = grid.mapRows;
    pass.columns = grid.mapColumns;
    pass.row = {grid.readRow, {}};
    pass.row.stride[kRowTap] = grid.dilationRows;
    pass.row.stride[y] = grid.rowStep;
    pass.column = {grid.readColumn, {}};
    pass.column.stride[kColumnTap] = grid.dilationColumns;
    pass.column.stride[x] = grid.columnStep;
    pass.write.start = out.word(grid.writeRow, grid.writeColumn);
    pass.write.stride[x] = std::int64_t{grid.writeColumnStep} * out.blocks;
    pass.write.stride[y] = std::int64_t{grid.writeRowStep} * out.width * out.blocks;
    return pass;
}

int PassWriter::image(const Image& wanted) {
    const auto [found, fresh] =
        known_.try_emplace({index_, part_++}, static_cast<int>(program_.images.size()));
    if (fresh) {
        program_.images.push_back(wanted);
    }
    return found->second;
}

void PassWriter::array(const Grid& grid, const Place& out, const Place& in, const Image& made) {
    Image wanted = made;
    wanted.layer = index_;
    wanted.taps = grid.kernelRows * grid.kernelColumns;
    const int group = wanted.taps * wanted.slices;
    const bool whole = parameters_.order == Order::Outputs &&
                       std::int64_t{group} * wanted.blocks <= wholeLayerWords(parameters_);
    Pass pass = over(grid, out, in, whole);
    pass.kind = Pass::Kind::Array;
    const std::size_t block = whole ? 3 : 5;
    pass.blockwise = !whole;
    pass.turns[0] = wanted.slices;
    pass.turns[block] = wanted.blocks;
    pass.read.start += wanted.firstSlice;
    pass.read.stride[0] = 1;
    pass.weight.stride[0] = parameters_.rows;
    pass.weight.stride[1] = std::int64_t{parameters_.rows} * wanted.slices;
    pass.weight.stride[2] = pass.weight.stride[1] * grid.kernelColumns;
    pass.weight.stride[block] = std::int64_t{parameters_.rows} * group;
    pass.scale.stride[block] = 1;
    pass.write.start += wanted.firstBlock;
    pass.write.stride[block] = 1;
    pass.copies = wanted.kind == Image::Kind::Selection;
    wanted.scales = wanted.blocks;
    wanted.chunks = whole ? 1 : wanted.blocks;
    wanted.chunkWords = std::int64_t{group} * (whole ? wanted.blocks : 1);
    pass.image = image(wanted);
    program_.passes.push_back(std::move(pass));
}

void PassWriter::dense(const Place& out, const Place& in, Image wanted) {
    array(grid(), out, in, wanted);
}

void PassWriter::convolution(const Place& out, const Place& in) {
    const Layer& layer = at();
    const int blocks = out.blocks;
    const int inGroup = layer.inputChannels / layer.groups, outGroup = layer.outputChannels / layer.groups;
    // The slices that a block of output channels needs; blocks in a row that need the same make one pass.
    const auto slices = [&](int block) {
        const int firstChannel = block * parameters_.columns;
        const int lastChannel = std::min(firstChannel + parameters_.columns, layer.outputChannels) - 1;
        const int firstInput = firstChannel / outGroup * inGroup;
        const int lastInput = (lastChannel / outGroup + 1) * inGroup - 1;
        return Rows{firstInput / parameters_.rows, lastInput / parameters_.rows + 1};
    };
    for (int first = 0; first < blocks;) {
        const Rows needed = slices(first);
        int last = first + 1;
        while (last < blocks && slices(last) == needed) {
            ++last;
        }
        Image wanted;
        wanted.kind = Image::Kind::Convolution;
        wanted.firstBlock = first;
        wanted.blocks = last - first;
        wanted.firstSlice = needed.first;
        wanted.slices = needed.count();
        dense(out, in, wanted);
        first = last;
    }
}

void PassWriter::window(const Place& out, const Place& in, Pass::Lane lane) {
    const Grid cells = grid();
    Pass pass = over(cells, out, in, false);
    pass.lane = lane;
    pass.turns[5] = out.blocks;
    pass.read.stride[5] = split();
    pass.write.stride[5] = 1;
    Image wanted;
    wanted.layer = index_;
    wanted.blocks = out.blocks;
    wanted.taps = cells.kernelRows * cells.kernelColumns;
    if (lane == Pass::Lane::Weights) {
        wanted.kind = Image::Kind::Depthwise;
        wanted.scales = out.blocks;
        wanted.chunkWords = ceilDiv(out.blocks * wanted.taps, parameters_.rows);
        pass.weight.stride[1] = 1;
        pass.weight.stride[2] = cells.kernelColumns;
        pass.weight.stride[5] = wanted.taps;
        pass.scale.stride[5] = 1;
    }
    pass.image = image(wanted);
    program_.passes.push_back(std::move(pass));
}

void PassWriter::add(const Place& out, std::span<const Place> in) {
    Pass pass = over(grid(), out, in[0], false);
    pass.lane = Pass::Lane::Factors;
    pass.turns[kColumnTap] = 2;
    pass.read.stride[kColumnTap] = (in[1].word(0, 0) - in[0].word(0, 0)) * split();
    pass.column.stride[kColumnTap] = 0;
    pass.turns[5] = out.blocks;
    pass.read.stride[5] = split();
    pass.write.stride[5] = 1;
    Image wanted;
    wanted.layer = index_;
    pass.image = image(wanted);
    program_.passes.push_back(std::move(pass));
}

void PassWriter::scale(const Place& out, std::span<const Place> in) {
    Pass pass = over(grid(), out, in[0], false);
    pass.lane = Pass::Lane::Paired;
    pass.turns[kColumnTap] = 2;
    pass.read.stride[kColumnTap] = 0;
    pass.column.stride[kColumnTap] = 0;
    pass.second = in[1].base * split();
    pass.turns[5] = out.blocks;
    pass.read.stride[5] = split();
    pass.write.stride[5] = 1;
    Image wanted;
    wanted.layer = index_;
    pass.image = image(wanted);
    program_.passes.push_back(std::move(pass));
}

void PassWriter::copy(const Grid& cells, const Place& out, const Place& in, int outBlock, int inBlock,
                      int blocks, bool lookup, bool fill) {
    Pass pass = over(cells, out, in, false);
    pass.lane = Pass::Lane::Maximum;
    pass.copies = true;
    pass.lookup = lookup;
    pass.fill = fill;
    if (fill) {
        pass.rows = 0;
    }
    pass.turns[5] = blocks;
    pass.read.start += std::int64_t{inBlock} * split();
    pass.read.stride[5] = split();
    pass.write.start += outBlock;
    pass.write.stride[5] = 1;
    Image wanted;
    wanted.layer = index_;
    pass.image = image(wanted);
    program_.passes.push_back(std::move(pass));
}

void PassWriter::gather(const Grid& cells, const Place& out, const Place& in,
                        const std::vector<int>& source) {
    const int columns = parameters_.columns;
    const int blocks = ceilDiv(static_cast<int>(source.size()), columns);
    const auto block = [&](int n) {
        const std::size_t first = static_cast<std::size_t>(n) * static_cast<std::size_t>(columns);
        return std::span<const int>(source).subspan(
            first, std::min<std::size_t>(static_cast<std::size_t>(columns), source.size() - first));
    };
    const auto straight = [&](int n) { return aligned(block(n), 0, block(n).size(), columns); };
    const auto slices = [&](int n) {
        const auto [least, most] = std::ranges::minmax(block(n));
        return Rows{least / parameters_.rows, most / parameters_.rows + 1};
    };
    for (int first = 0; first < blocks;) {
        int last = first + 1;
        if (straight(first)) {
            while (last < blocks && straight(last) && block(last)[0] == block(last - 1)[0] + columns) {
                ++last;
            }
            copy(cells, out, in, first, block(first)[0] / columns, last - first);
        } else {
            while (last < blocks && !straight(last) && slices(last) == slices(first)) {
                ++last;
            }
            Image wanted;
            wanted.kind = Image::Kind::Selection;
            wanted.firstBlock = first;
            wanted.blocks = last - first;
            wanted.firstSlice = slices(first).first;
            wanted.slices = slices(first).count();
            for (int n = first; n < last; ++n) {
                wanted.source.insert(wanted.source.end(), block(n).begin(), block(n).end());
            }
            array(cells, out, in, wanted);
        }
        first = last;
    }
}

void PassWriter::concat(const Place& out, std::span<const Place> in, std::int64_t work) {
    const Layer& layer = at();
    const int columns = parameters_.columns;
    Place to = out;
    if (workWords(layer, parameters_, 1) > 0) {
        to.base = work;
        to.blocks = 0;
        for (const int part : layer.parts) {
            to.blocks += ceilDiv(part, columns);
        }
    }
    std::vector<int> source;
    int block = 0;
    for (std::size_t i = 0; i < in.size(); ++i) {
        Grid cells = grid();
        copy(cells, to, in[i], block, 0, in[i].blocks);
        for (int c = 0; c < layer.parts[i]; ++c) {
            source.push_back(block * columns + c);
        }
        block += in[i].blocks;
    }
    if (to.base != out.base) {
        gather(grid(), out, to, source);
    }
}

void PassWriter::expand(const Place& out, const Place& in) {
    const Layer& layer = at();
    const int height = layer.expandHeight, width = layer.expandWidth;
    if (!layer.expandRepeats && height * width > 1) {
        copy(grid(), out, in, 0, 0, out.blocks, false, true);
    }
    Grid cells = grid();
    cells.rows = rows_.count() / height;
    cells.columns = layer.inputWidth;
    cells.readRow = rows_.first / height;
    cells.writeRowStep = height;
    cells.writeColumnStep = width;
    for (int i = 0; i < (layer.expandRepeats ? height : 1); ++i) {
        for (int j = 0; j < (layer.expandRepeats ? width : 1); ++j) {
            cells.writeRow = rows_.first + i;
            cells.writeColumn = j;
            copy(cells, out, in, 0, 0, out.blocks);
        }
    }
}

void PassWriter::spaceToDepth(const Place& out, const Place& in) {
    const Layer& layer = at();
    const int block = layer.block, channels = layer.inputChannels;
    Grid cells = grid();
    cells.rowStep = cells.columnStep = block;
    if (channels % parameters_.columns == 0) {
        for (int i = 0; i < block; ++i) {
            for (int j = 0; j < block; ++j) {
                cells.readRow = rows_.first * block + i;
                cells.readColumn = j;
                copy(cells, out, in, (i * block + j) * in.blocks, 0, in.blocks);
            }
        }
        return;
    }
    cells.readRow = rows_.first * block;
    cells.kernelRows = cells.kernelColumns = block;
    Image wanted;
    wanted.kind = Image::Kind::Selection;
    wanted.blocks = out.blocks;
    wanted.slices = ceilDiv(channels, parameters_.rows);
    for (int o = 0; o < layer.outputChannels; ++o) {
        wanted.source.push_back(o % channels * block * block + o / channels);
    }
    array(cells, out, in, wanted);
}

void PassWriter::depthToSpace(const Place& out, const Place& in) {
    const Layer& layer = at();
    const int block = layer.block;
    Grid cells = grid();
    cells.rows = rows_.count() / block;
    cells.columns = layer.inputWidth;
    cells.readRow = rows_.first / block;
    cells.writeRowStep = cells.writeColumnStep = block;
    std::vector<int> source(static_cast<std::size_t>(layer.outputChannels));
    for (int i = 0; i < block; ++i) {
        for (int j = 0; j < block; ++j) {
            cells.writeRow = rows_.first + i;
            cells.writeColumn = j;
            std::iota(source.begin(), source.end(), (i * block + j) * layer.outputChannels);
            gather(cells, out, in, source);
        }
    }
}

void PassWriter::lookUp(const Place& out, const Place& in) {
    copy(grid(), out, in, 0, 0, out.blocks, true);
}

void PassWriter::select(const Place& out, const Place& in) {
    gather(grid(), out, in, at().channels);
}

void PassWriter::layer(int index, const Place& out, std::span<const Place> in, std::int64_t work) {
    index_ = index;
    part_ = 0;
    rows_ = out.rows;
    passes(out, in, work);
    program_.results.push_back({index, program_.passes.size() - 1, out});
}

void PassWriter::move(Pass::Kind kind, int layer, Region region, std::int64_t offset, const Place& place,
                      Rows rows) {
    Pass pass;
    pass.kind = kind;
    pass.layer = layer;
    pass.region = region;
    const std::int64_t line = std::int64_t{place.width} * place.blocks;
    pass.offset = offset + rows.first * line;
    pass.address = place.word(rows.first, 0);
    pass.words = rows.count() * line;
    program_.passes.push_back(std::move(pass));
}

namespace {

/// Rows of the output that come of one row of the input, of layers without a window that make several.
int rowUnit(const Layer& layer) {
    return layer.expandHeight * (traitsOf(layer.kind).channels == ChannelRule::Gathered ? layer.block : 1);
}

} // namespace

Rows rowsWritten(const Layer& layer, Rows wanted) {
    const int unit = rowUnit(layer);
    return {wanted.first / unit * unit, ceilDiv(wanted.last, unit) * unit};
}

Rows rowsRead(const Layer& layer, std::size_t input, Rows output) {
    const quant::KindTraits traits = traitsOf(layer.kind);
    if (traits.hasWindow) {
        const int extent = (layer.kernelHeight - 1) * layer.dilationHeight + 1;
        const int first = output.first * layer.strideHeight - layer.padTop;
        const int last = (output.last - 1) * layer.strideHeight - layer.padTop + extent;
        const Rows read{std::clamp(first, 0, layer.inputHeight), std::clamp(last, 0, layer.inputHeight)};
        // A window that lies in the padding altogether still needs a place to point at.
        return read.count() > 0 ? read : Rows{0, 1};
    }
    if (traits.readsFactors && input == 1) {
        return {0, 1};
    }
    if (traits.channels == ChannelRule::Spread) {
        return {output.first * layer.block, output.last * layer.block};
    }
    const int unit = rowUnit(layer);
    return {output.first / unit, ceilDiv(output.last, unit)};
}

std::int64_t workWords(const Layer& layer, const Parameters& parameters, int rows) {
    if (traitsOf(layer.kind).channels != ChannelRule::Joined) {
        return 0;
    }
    std::int64_t blocks = 0;
    bool straight = true;
    for (std::size_t i = 0; i < layer.parts.size(); ++i) {
        blocks += ceilDiv(layer.parts[i], parameters.columns);
        straight = straight && (layer.parts[i] % parameters.columns == 0 || i + 1 == layer.parts.size());
    }
    return straight ? 0 : blocks * rows * layer.outputWidth;
}

} // namespace tandem::hw::folded

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/folded/program.h"

#include <map>
#include <span>
#include <utility>

namespace tandem::hw::folded {

/// The rows of its input `input` that a layer reads for these rows of its output.
Rows rowsRead(const Layer& layer, std::size_t input, Rows output);

/// The rows that a layer computes at the least to have `wanted`: layers that write blocks of rows compute
/// whole ones.
Rows rowsWritten(const Layer& layer, Rows wanted);

/// Words beside the output in which a layer builds its result for so many rows; 0 for most.
std::int64_t workWords(const Layer& layer, const Parameters& parameters, int rows);

/// Writes the passes that compute rows of layers.
class PassWriter {
  public:
    PassWriter(const Workload& workload, const Parameters& parameters, Program& program)
        : workload_(workload), parameters_(parameters), program_(program) {}

    /// Appends the passes that compute out.rows of layer `index` from the places of its inputs. `work`: first
    /// of workWords words.
    void layer(int index, const Place& out, std::span<const Place> in, std::int64_t work);

    /// Appends a load or store of rows of a place; the region holds the whole map from word `offset` on.
    void move(Pass::Kind kind, int layer, Region region, std::int64_t offset, const Place& place, Rows rows);

  private:
    struct Grid;
    void passes(const Place& out, std::span<const Place> in, std::int64_t work);
    void convolution(const Place& out, const Place& in);
    void dense(const Place& out, const Place& in, Image image);
    void window(const Place& out, const Place& in, Pass::Lane lane);
    void add(const Place& out, std::span<const Place> in);
    void scale(const Place& out, std::span<const Place> in);
    void lookUp(const Place& out, const Place& in);
    void select(const Place& out, const Place& in);
    void concat(const Place& out, std::span<const Place> in, std::int64_t work);
    void expand(const Place& out, const Place& in);
    void spaceToDepth(const Place& out, const Place& in);
    void depthToSpace(const Place& out, const Place& in);
    void gather(const Grid& grid, const Place& out, const Place& in, const std::vector<int>& source);
    void copy(const Grid& grid, const Place& out, const Place& in, int outBlock, int inBlock, int blocks,
              bool lookup = false, bool fill = false);

    Grid grid() const;
    Pass over(const Grid& grid, const Place& out, const Place& in, bool pixelFirst) const;
    void array(const Grid& grid, const Place& out, const Place& in, const Image& image);
    int image(const Image& wanted);
    const Layer& at() const { return workload_.layers[static_cast<std::size_t>(index_)]; }
    int split() const { return parameters_.columns / parameters_.rows; }

    const Workload& workload_;
    const Parameters& parameters_;
    Program& program_;
    int index_ = 0, part_ = 0; ///< layer, and image of it
    Rows rows_;
    std::map<std::pair<int, int>, int> known_; ///< images of parts of layers
};

/// Bits of every sum of a layer's stored activations (unsigned ones are stored less half of the lanes'
/// range), where activations have `activationBits`; 0 where it has no sums.
int sumBits(const Layer& layer, int activationBits);

} // namespace tandem::hw::folded

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::point {

/// What can be known about a point.
enum class Metric : std::uint8_t {
    Accuracy,      ///< share of right answers on validation or test data, percent
    Agreement,     ///< share of inputs on which the changed, quantized network and the imported one agree
                   ///< (top-1), percent
    LatencyMs,     ///< one frame through the whole system: start-up, host, transfers, accelerator
    ThroughputFps, ///< frames per second in steady state: host, memory and accelerator overlap
    EnergyMj,      ///< one frame, static power included
    PowerW,
    Lut,
    Ff,
    Dsp,
    Bram,        ///< in units of 36 Kbit
    DramBytes,   ///< per frame
    Macs,        ///< multiply-accumulates per frame
    Params,      ///< weights and biases
    Utilization, ///< share of the device's scarcest resource that is used, percent
    // The parts of the latency; see hw::SystemTime.
    AcceleratorMs, ///< first input beat to last output beat
    TransferMs,    ///< waiting for input and output
    HostMs,        ///< host operators
    StartUpMs,     ///< from the call to the first input
    // The parts of the energy of one frame.
    ComputeMj, ///< products, sums, requantization
    OnChipMj,  ///< accesses to memories on the chip
    DramMj,    ///< accesses to external memory
    StaticMj,  ///< the device's static power over the latency
    // Of an ASIC, in place of LUT, DSP and BRAM. Files count metrics by their number: new ones come last.
    AreaMm2, ///< standard cells and memory macros
    // Of the point itself.
    Faults, ///< 1 where the accelerator cannot be built as chosen, and no other figure of it is known; else 0
};
inline constexpr std::size_t kMetricCount = 24;

/// Where a figure comes from; it is never shown without it. Files count sources by their number: new ones
/// come last.
enum class Source : std::uint8_t {
    None,
    Proxy,
    Predicted,
    Modelled, ///< by the analytical cost model
    Measured, ///< on data, in a simulation, by a tool
    Supernet, ///< measured on data, with the weights that the network shares with all others of the space
};
inline constexpr std::size_t kSourceCount = 6;

/// Whether a figure of the first kind says less about the point itself than one of the second.
bool saysLess(Source first, Source second);

/// Names for the command line and files: "latency_ms".
std::string_view metricName(Metric metric);
/// "Latency", "DSP", ... in English; the screen translates it.
std::string_view metricTitle(Metric metric);
/// "ms", "%", "", ...
std::string_view metricUnit(Metric metric);
/// "modelled", "measured", ...
std::string_view sourceName(Source source);
/// Throws Error (Input) that lists the names.
Metric metricByName(std::string_view name);
/// Whether it is a part of another metric (the host's share of the latency), or says only whether the others
/// are known: tables of many points leave it out.
bool isPart(Metric metric);
/// The metrics in the order in which people read them: parts behind their whole. Faults, which says only
/// whether there are others, is not among them.
std::span<const Metric> metricsInOrder();
/// Whether more of it is better by nature (accuracy, agreement, throughput).
bool higherIsBetter(Metric metric);

/// The figures of one point. A metric whose source is None is unknown and its value NaN.
struct Metrics {
    std::array<float, kMetricCount> values;
    std::array<Source, kMetricCount> sources{};
    float accuracyDeviation =
        0.0F; ///< standard deviation of a predicted accuracy or agreement, percentage points

    Metrics();
    float value(Metric metric) const { return values[static_cast<std::size_t>(metric)]; }
    Source source(Metric metric) const { return sources[static_cast<std::size_t>(metric)]; }
    void set(Metric metric, double value, Source source);
    /// Takes over what `found` knows at least as well: where its source is None or says less than the known
    /// one's, the known figure stays. No figure ever goes back to a lesser source.
    void improve(const Metrics& found);

    /// Whether the same is known, with the same figures.
    bool operator==(const Metrics& other) const;
};

/// One direction of the search.
struct Objective {
    Metric metric = Metric::LatencyMs;
    bool maximize = false;
    bool operator==(const Objective&) const = default;
};

/// "accuracy,latency_ms" -> objectives, each in its natural direction; 2 to 4, all different. Throws Error
/// (Input).
std::vector<Objective> parseObjectives(std::string_view text);

enum class Relation : std::uint8_t { AtMost, AtLeast };

/// A bound on a metric that a feasible point keeps.
struct Constraint {
    Metric metric = Metric::LatencyMs;
    Relation relation = Relation::AtMost;
    double bound = 0.0;
    bool operator==(const Constraint&) const = default;

    /// 0 when kept; else by how much it is missed, relative to the bound: infinitely by what cannot be built,
    /// so that whatever can be built misses by less. Unknown metrics do not violate.
    double violation(const Metrics& metrics) const;
};

/// "latency_ms<=5", "accuracy >= 90". Throws Error (Input) that shows the form.
Constraint parseConstraint(std::string_view text);
std::string toString(const Constraint& constraint);

/// Sum of all violations; 0 means feasible.
double totalViolation(std::span<const Constraint> constraints, const Metrics& metrics);

} // namespace tandem::point

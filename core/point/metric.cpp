// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/point/metric.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace tandem::point {

namespace {

struct MetricText {
    std::string_view name, title, unit;
    bool higherIsBetter = false;
};

/// In the order of the enumeration.
constexpr std::array<MetricText, kMetricCount> kTexts{{
    {"accuracy", "Accuracy", "%", true},
    {"agreement", "Agreement", "%", true},
    {"latency_ms", "Latency", "ms"},
    {"throughput_fps", "Throughput", "frames/s", true},
    {"energy_mj", "Energy", "mJ"},
    {"power_w", "Power", "W"},
    {"lut", "LUT", ""},
    {"ff", "FF", ""},
    {"dsp", "DSP", ""},
    {"bram", "BRAM", "x 36 Kbit"},
    {"dram_bytes", "DRAM traffic", "bytes"},
    {"macs", "MACs", ""},
    {"params", "Parameters", ""},
    {"utilization", "Utilization", "%"},
    {"accelerator_ms", "Latency: accelerator", "ms"},
    {"transfer_ms", "Latency: transfers", "ms"},
    {"host_ms", "Latency: host", "ms"},
    {"start_up_ms", "Latency: start-up", "ms"},
    {"compute_mj", "Energy: computing", "mJ"},
    {"on_chip_mj", "Energy: on-chip memory", "mJ"},
    {"dram_mj", "Energy: DRAM", "mJ"},
    {"static_mj", "Energy: static", "mJ"},
    {"area_mm2", "Area", "mm2"},
    {"faults", "Faults", ""},
}};
static_assert(static_cast<std::size_t>(Metric::Faults) + 1 == kMetricCount);

const MetricText& textOf(Metric metric) {
    return kTexts.at(static_cast<std::size_t>(metric));
}

} // namespace

std::string_view metricName(Metric metric) {
    return textOf(metric).name;
}

std::string_view metricTitle(Metric metric) {
    return textOf(metric).title;
}

std::string_view metricUnit(Metric metric) {
    return textOf(metric).unit;
}

bool higherIsBetter(Metric metric) {
    return textOf(metric).higherIsBetter;
}

bool isPart(Metric metric) {
    return (metric >= Metric::AcceleratorMs && metric <= Metric::StaticMj) || metric == Metric::Faults;
}

std::span<const Metric> metricsInOrder() {
    static constexpr std::array<Metric, kMetricCount - 1> kOrder{
        Metric::Accuracy, Metric::Agreement,  Metric::LatencyMs,     Metric::StartUpMs,
        Metric::HostMs,   Metric::TransferMs, Metric::AcceleratorMs, Metric::ThroughputFps,
        Metric::EnergyMj, Metric::ComputeMj,  Metric::OnChipMj,      Metric::DramMj,
        Metric::StaticMj, Metric::PowerW,     Metric::Lut,           Metric::Ff,
        Metric::Dsp,      Metric::Bram,       Metric::AreaMm2,       Metric::DramBytes,
        Metric::Macs,     Metric::Params,     Metric::Utilization};
    return kOrder;
}

std::string_view sourceName(Source source) {
    switch (source) {
    case Source::None:
        return "unknown";
    case Source::Proxy:
        return "proxy";
    case Source::Predicted:
        return "predicted";
    case Source::Modelled:
        return "modelled";
    case Source::Measured:
        return "measured";
    case Source::Supernet:
        return "supernet";
    }
    return "unknown";
}

bool saysLess(Source first, Source second) {
    constexpr std::array<int, kSourceCount> kRanks{0, 1, 2, 3, 5, 4};
    return kRanks[static_cast<std::size_t>(first)] < kRanks[static_cast<std::size_t>(second)];
}

Metric metricByName(std::string_view name) {
    std::string known;
    for (std::size_t i = 0; i < kMetricCount; ++i) {
        if (kTexts[i].name == name) {
            return static_cast<Metric>(i);
        }
        known += (i == 0 ? "" : ", ") + std::string(kTexts[i].name);
    }
    throw inputError("there is no metric '{}'; known are {}", name, known);
}

Metrics::Metrics() {
    values.fill(std::numeric_limits<float>::quiet_NaN());
}

void Metrics::set(Metric metric, double value, Source source) {
    values[static_cast<std::size_t>(metric)] = static_cast<float>(value);
    sources[static_cast<std::size_t>(metric)] = source;
}

void Metrics::improve(const Metrics& found) {
    for (std::size_t i = 0; i < kMetricCount; ++i) {
        if (found.sources[i] == Source::None || saysLess(found.sources[i], sources[i])) {
            continue;
        }
        values[i] = found.values[i];
        sources[i] = found.sources[i];
        // The deviation is the accuracy's where there is one.
        const auto metric = static_cast<Metric>(i);
        if (metric == Metric::Accuracy ||
            (metric == Metric::Agreement && source(Metric::Accuracy) == Source::None)) {
            accuracyDeviation = found.accuracyDeviation;
        }
    }
}

bool Metrics::operator==(const Metrics& other) const {
    if (sources != other.sources || accuracyDeviation != other.accuracyDeviation) {
        return false;
    }
    for (std::size_t m = 0; m < kMetricCount; ++m) {
        if (sources[m] != Source::None && values[m] != other.values[m]) {
            return false;
        }
    }
    return true;
}

namespace {

/// One that people set bounds and aims for.
Metric chosenMetric(std::string_view name) {
    const Metric metric = metricByName(name);
    if (metric == Metric::Faults) {
        throw inputError("'{}' cannot be chosen: points that cannot be built are never on the front", name);
    }
    return metric;
}

} // namespace

std::vector<Objective> parseObjectives(std::string_view text) {
    std::vector<Objective> objectives;
    for (std::string_view rest = text;;) {
        const std::size_t comma = rest.find(',');
        const Metric metric = chosenMetric(trimmed(rest.substr(0, comma)));
        if (std::ranges::any_of(objectives, [&](const Objective& o) { return o.metric == metric; })) {
            throw inputError("objectives '{}': {} is named twice", text, metricName(metric));
        }
        objectives.push_back({metric, higherIsBetter(metric)});
        if (comma == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(comma + 1);
    }
    if (objectives.size() < 2 || objectives.size() > 4) {
        throw inputError("objectives '{}': {} given, but a search takes 2 to 4", text, objectives.size());
    }
    return objectives;
}

double Constraint::violation(const Metrics& metrics) const {
    const double value = static_cast<double>(metrics.value(metric));
    if (metrics.source(metric) == Source::None || std::isnan(value)) {
        return 0.0;
    }
    const double excess = relation == Relation::AtMost ? value - bound : bound - value;
    if (metric == Metric::Faults && excess > 0.0) {
        return std::numeric_limits<double>::infinity();
    }
    // A bound of 0 has no relative measure: the miss counts as it is.
    return excess <= 0.0 ? 0.0 : excess / (bound == 0.0 ? 1.0 : std::abs(bound));
}

Constraint parseConstraint(std::string_view text) {
    const std::size_t at = text.find_first_of("<>=");
    const bool complete = at != std::string_view::npos && text.substr(at + 1, 1) == "=" && text[at] != '=';
    if (!complete) {
        throw inputError("constraint '{}': expected the form metric<=number or metric>=number, such as "
                         "latency_ms<=5 or accuracy>=90",
                         text);
    }
    Constraint constraint;
    constraint.metric = chosenMetric(trimmed(text.substr(0, at)));
    constraint.relation = text[at] == '<' ? Relation::AtMost : Relation::AtLeast;
    const std::string_view number = trimmed(text.substr(at + 2));
    const auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), constraint.bound);
    if (code != std::errc{} || end != number.data() + number.size() || !std::isfinite(constraint.bound)) {
        throw inputError("constraint '{}': '{}' is not a number; expected the form metric<=number, such as "
                         "latency_ms<=5",
                         text, number);
    }
    return constraint;
}

std::string toString(const Constraint& constraint) {
    return fmt::format("{}{}{}", metricName(constraint.metric),
                       constraint.relation == Relation::AtMost ? "<=" : ">=", constraint.bound);
}

double totalViolation(std::span<const Constraint> constraints, const Metrics& metrics) {
    double sum = 0.0;
    for (const Constraint& constraint : constraints) {
        sum += constraint.violation(metrics);
    }
    return sum;
}

} // namespace tandem::point

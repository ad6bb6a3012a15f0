// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/bench.h"
#include "app/cli/table.h"
#include "app/common/resources.h"
#include "core/base/parallel.h"
#include "core/engine/session.h"

namespace tandem::cli {

namespace {

constexpr double kTargetPointsPerSecond = 100'000.0;

struct Run {
    int threads = 0;
    std::size_t points = 0;
    double seconds = 0.0;
    std::vector<point::Encoding> front;

    double rate() const { return static_cast<double>(points) / std::max(seconds, 1e-9); }
};

Run searchOnce(const engine::StudySetup& setup, const engine::Budget& budget) {
    const auto session = engine::Session::create(setup, {}, knownDevices());
    session->start(budget);
    session->wait();
    const auto snapshot = session->snapshot();
    Run run{budget.threads, snapshot->points.size(), snapshot->seconds, {}};
    for (const point::PointId id : snapshot->front) {
        run.front.push_back(snapshot->points[id].encoding);
    }
    return run;
}

} // namespace

BenchResult benchSearch(const BenchArguments& arguments) {
    engine::StudySetup setup;
    setup.model = arguments.models.empty() ? app::resourceFolder() / "sample" / "fashion_small.onnx"
                                           : arguments.models[0];
    setup.device = "pynq-z1";

    const int all = hardwareThreads();
    const Run parallel = searchOnce(setup, {0, arguments.seconds, all});
    // The same number of points on one thread, so that the fronts can be compared.
    const Run single = searchOnce(setup, {parallel.points, 0.0, 1});
    const bool sameFront = single.front == parallel.front;
    const bool met = parallel.rate() >= kTargetPointsPerSecond && sameFront;

    Table table({"threads", "points", "seconds", "points/s", "front"});
    for (const Run& run : {single, parallel}) {
        table.add({std::to_string(run.threads), grouped(static_cast<std::int64_t>(run.points)),
                   fmt::format("{:.2f}", run.seconds), grouped(static_cast<std::int64_t>(run.rate())),
                   std::to_string(run.front.size())});
    }
    return {table.text() + fmt::format("same front at 1 and {} threads: {}\n", all, sameFront ? "yes" : "no"),
            {{"benchmark", "search"},
             {"model", setup.model.filename().string()},
             {"points_per_second", parallel.rate()},
             {"points_per_second_1_thread", single.rate()},
             {"speedup", parallel.rate() / single.rate()},
             {"threads", all},
             {"same_front", sameFront},
             {"target_points_per_second", kTargetPointsPerSecond},
             {"met", met}}};
}

} // namespace tandem::cli

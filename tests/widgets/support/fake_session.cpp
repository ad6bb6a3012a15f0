// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/support/fake_session.h"

#include "core/base/error.h"

#include <cmath>
#include <stdexcept>
#include <thread>

namespace tandem::test {

namespace {

point::Parameter parameter(const std::string& name, const std::string& description,
                           const std::vector<double>& values, int imported) {
    point::Parameter made{name, description, {}, imported};
    for (const double value : values) {
        made.choices.push_back({value, fmt::format("{}", value)});
    }
    return made;
}

std::uint64_t scramble(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

double unit(std::uint64_t value) {
    return static_cast<double>(scramble(value) >> 11U) * 0x1.0p-53;
}

search::Rules startRules(const engine::StudySetup& setup, const point::Space& space) {
    search::Rules rules;
    rules.ranges = point::fullRanges(space);
    rules.objectives = setup.objectives;
    if (rules.objectives.empty()) {
        rules.objectives = {{point::Metric::Agreement, true},
                            {point::Metric::LatencyMs, false},
                            {point::Metric::Utilization, false}};
    }
    rules.constraints = {{point::Metric::Lut, point::Relation::AtMost, 53200},
                         {point::Metric::Dsp, point::Relation::AtMost, 220}};
    rules.constraints.insert(rules.constraints.end(), setup.constraints.begin(), setup.constraints.end());
    return rules;
}

} // namespace

point::Space syntheticSpace() {
    point::Space space;
    for (int bundle = 0; bundle < 3; ++bundle) {
        const std::string prefix = fmt::format("model.b{}.", bundle);
        space.parameters.push_back(
            parameter(prefix + "width", "Output channels of the bundle", {8, 16, 24, 32, 48, 64}, 5));
        space.parameters.push_back(parameter(prefix + "kernel", "Side of the kernel", {1, 3}, 1));
        space.parameters.push_back(parameter(prefix + "weight_bits", "Bits per weight", {2, 3, 4, 6, 8}, 4));
        space.parameters.push_back(
            parameter(prefix + "activation_bits", "Bits per activation", {2, 4, 6, 8}, 3));
    }
    space.parameters.push_back(parameter("hw.pipeline.interval",
                                         "Cycles between frames that the slowest layer may take",
                                         {1024, 2048, 4096, 8192, 16384}, 2));
    space.parameters.push_back(
        parameter("hw.clock_mhz", "Clock of the accelerator, MHz", {50, 100, 150, 200}, 1));
    return space;
}

std::vector<space::Bundle> syntheticBundles() {
    std::vector<space::Bundle> bundles;
    for (std::size_t i = 0; i < 3; ++i) {
        space::Bundle bundle;
        bundle.name = fmt::format("b{}", i);
        bundle.title = fmt::format("convolution 3x3 + Relu, {} channels", 64);
        bundle.nodes = {static_cast<int>(2 * i), static_cast<int>(2 * i + 1)};
        for (std::size_t p = 0; p < 4; ++p) {
            bundle.parameters.push_back(4 * i + p);
        }
        bundles.push_back(std::move(bundle));
    }
    return bundles;
}

nn::Graph syntheticNetwork() {
    nn::Graph graph;
    graph.name = "synthetic";
    nn::ValueId last = graph.addValue({"image", nn::ElementType::Float32, {1, 64, 16, 16}, {}, {}});
    graph.inputs = {last};
    for (int i = 0; i < 3; ++i) {
        const nn::ValueId weights = graph.addConstant(
            fmt::format("weights{}", i), nn::Tensor::zeros(nn::ElementType::Float32, {64, 64, 3, 3}));
        const nn::ValueId sum =
            graph.addValue({fmt::format("sum{}", i), nn::ElementType::Float32, {1, 64, 16, 16}, {}, {}});
        const nn::ValueId out =
            graph.addValue({fmt::format("out{}", i), nn::ElementType::Float32, {1, 64, 16, 16}, {}, {}});
        nn::Convolution convolution;
        convolution.kernel = {3, 3};
        convolution.padding = {1, 1, 1, 1};
        graph.nodes.push_back({fmt::format("conv{}", i), "Conv", convolution, {last, weights}, {sum}});
        graph.nodes.push_back({fmt::format("relu{}", i), "Relu", nn::Activation{}, {sum}, {out}});
        last = out;
    }
    graph.outputs = {last};
    return graph;
}

point::Point syntheticPoint(point::PointId id, const search::Rules& rules) {
    const point::Space space = syntheticSpace();
    point::Point point;
    point.id = id;
    double size = 0.0, bits = 0.0;
    for (std::size_t i = 0; i < space.parameters.size(); ++i) {
        const point::Range range = rules.ranges[i];
        const auto span = static_cast<double>(range.high - range.low + 1);
        point.encoding.push_back(
            static_cast<std::uint8_t>(range.low + static_cast<int>(unit(id * 31 + i) * span)));
        const auto share = static_cast<double>(point.encoding.back()) /
                           static_cast<double>(space.parameters[i].choices.size() - 1);
        if (i < 12) {
            (i % 4 < 2 ? size : bits) += share / 6.0;
        }
    }
    const double interval = space.parameters[12].choices[point.encoding[12]].value;
    const double clock = space.parameters[13].choices[point.encoding[13]].value;
    const double latency =
        (interval * 3.2 + 900.0 * (1.0 + size)) / clock / 1000.0 * (1.0 + 0.1 * unit(id + 7));
    const double agreement =
        99.4 - 34.0 * std::pow(1.0 - size, 2.0) - 42.0 * std::pow(1.0 - bits, 2.2) - 4.0 * unit(id + 99);
    const double lut = 6000.0 + 2.2e8 * (0.2 + size) * (0.2 + bits) / interval / 3.0;
    const double dsp = std::round(4.0 + 4.0e5 * (0.1 + size) / interval);
    using point::Metric;
    using point::Source;
    point.metrics.set(Metric::Agreement, agreement, Source::Predicted);
    point.metrics.accuracyDeviation = 0.8F;
    point.metrics.set(Metric::LatencyMs, latency, Source::Modelled);
    point.metrics.set(Metric::ThroughputFps, clock * 1e6 / interval, Source::Modelled);
    point.metrics.set(Metric::EnergyMj, 0.05 + latency * 0.3 * (0.3 + bits), Source::Modelled);
    point.metrics.set(Metric::PowerW, 0.12 + 0.002 * clock * (0.3 + bits), Source::Modelled);
    point.metrics.set(Metric::Lut, std::round(lut), Source::Modelled);
    point.metrics.set(Metric::Ff, std::round(lut * 1.3), Source::Modelled);
    point.metrics.set(Metric::Dsp, dsp, Source::Modelled);
    point.metrics.set(Metric::Bram, std::round(2.0 * (4.0 + 60.0 * size * (0.2 + bits))) / 2.0,
                      Source::Modelled);
    point.metrics.set(Metric::Macs, std::round(2.8e7 * (0.05 + size)), Source::Modelled);
    point.metrics.set(Metric::Params, std::round(1.1e5 * (0.05 + size)), Source::Modelled);
    point.metrics.set(Metric::Utilization, std::max(lut / 532.0, dsp / 2.2), Source::Modelled);
    return point;
}

FakeSession::FakeSession(engine::StudySetup setup, std::size_t pointsPerLook)
    : setup_(std::move(setup)),
      pointsPerLook_(pointsPerLook),
      space_(syntheticSpace()),
      archive_(startRules(setup_, space_)) {
    now_.rules = startRules(setup_, space_);
    now_.fixedConstraints = 2;
    publish();
}

const space::JointSpace& FakeSession::jointSpace() const {
    throw std::logic_error("the fake session has no joint space");
}

const judge::Evaluator& FakeSession::evaluator() const {
    throw std::logic_error("the fake session has no evaluator");
}

void FakeSession::publish() {
    ++now_.generation;
    const auto front = archive_.front();
    now_.front.assign(front.begin(), front.end());
    published_ = std::make_shared<const engine::Snapshot>(now_);
}

void FakeSession::rank() {
    archive_.reset(now_.rules);
    for (point::PointId id = 0; id < now_.points.size(); ++id) {
        archive_.add(now_.points[id]);
    }
}

void FakeSession::grow(std::size_t count) {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < count; ++i) {
        point::Point point = syntheticPoint(now_.points.size(), now_.rules);
        point.epoch = now_.epoch;
        archive_.add(point);
        now_.points.append(std::move(point));
    }
    now_.hypervolume = 1.0 - 1.0 / (1.0 + static_cast<double>(archive_.front().size()));
    now_.seconds += static_cast<double>(count) / 50000.0;
    now_.pointsPerSecond = 50000.0;
    publish();
}

void FakeSession::start(const engine::Budget&) {
    const std::scoped_lock lock(mutex_);
    now_.state = engine::State::Running;
    publish();
}

void FakeSession::pause() {
    const std::scoped_lock lock(mutex_);
    now_.state = engine::State::Paused;
    publish();
}

void FakeSession::submit(const engine::Command& command) {
    const std::scoped_lock lock(mutex_);
    const std::vector<point::Constraint> fixed(now_.rules.constraints.begin(),
                                               now_.rules.constraints.begin() + 2);
    now_.rules = engine::rulesAfter(command, now_.rules, space_, fixed);
    ++now_.epoch;
    now_.epochs.push_back({now_.epoch, engine::describe(command), now_.points.size()});
    rank();
    publish();
}

engine::Preview FakeSession::preview(const engine::Command& command) const {
    const std::scoped_lock lock(mutex_);
    const std::vector<point::Constraint> fixed(now_.rules.constraints.begin(),
                                               now_.rules.constraints.begin() + 2);
    const search::Rules rules = engine::rulesAfter(command, now_.rules, space_, fixed);
    engine::Preview preview;
    const auto kept = [&](point::PointId id) {
        return point::contains(rules.ranges, now_.points[id].encoding);
    };
    preview.pointsTotal = now_.points.size();
    for (point::PointId id = 0; id < now_.points.size(); ++id) {
        preview.pointsKept += kept(id) ? 1 : 0;
    }
    preview.frontTotal = now_.front.size();
    preview.frontKept = static_cast<std::size_t>(std::ranges::count_if(now_.front, kept));
    return preview;
}

std::shared_ptr<const engine::Snapshot> FakeSession::snapshot() const {
    if (published_->state == engine::State::Running && pointsPerLook_ > 0) {
        const_cast<FakeSession*>(this)->grow(pointsPerLook_);
    }
    const std::scoped_lock lock(mutex_);
    return published_;
}

/// Step after step, for ever if asked to. Whether it came to the end.
bool FakeSession::pretendToTrain(std::optional<point::PointId> point, int steps, bool isEndless,
                                 const std::function<void(const engine::TrainingStatus&)>& progress,
                                 const std::stop_token& cancel) {
    if (setup_.data.empty()) {
        throw inputError("the study has no data set; training needs one (search with --data)");
    }
    for (int step = 1; step <= steps; ++step) {
        const engine::TrainingStatus status{step, steps, step, steps, 1.0 / static_cast<double>(step), 90.0};
        curves_.add(point, status);
        progress(status);
        while (isEndless && !cancel.stop_requested()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        if (cancel.stop_requested()) {
            return false;
        }
    }
    return true;
}

std::optional<engine::SupernetFigures>
FakeSession::trainSupernet(const engine::SupernetSettings& settings,
                           const std::function<void(const engine::TrainingStatus&)>& progress,
                           const std::stop_token& cancel) {
    if (!pretendToTrain({}, settings.epochs, settings.epochs == kEndlessEpochs, progress, cancel)) {
        return std::nullopt;
    }
    hasSupernet_ = true;
    return engine::SupernetFigures{92.5, 81.0, 6'000, 40.0};
}

std::vector<engine::TrainingStatus> FakeSession::trainingCurve(std::optional<point::PointId> point) const {
    return curves_.find(point);
}

engine::LadderStatus FakeSession::ladder() const {
    return {hasSupernet_, hasSupernet_ ? std::size_t{24} : std::size_t{0}, true, {}};
}

std::optional<engine::TrainingFigures>
FakeSession::train(point::PointId id, const engine::TrainingSettings& settings,
                   const std::function<void(const engine::TrainingStatus&)>& progress,
                   const std::stop_token& cancel) {
    if (!pretendToTrain(id, settings.epochs, id == kEndlessTraining, progress, cancel)) {
        return std::nullopt;
    }
    const std::scoped_lock lock(mutex_);
    trained_.insert(id);
    return engine::TrainingFigures{91.25, 91.5, 92.0, 10'000, 6'000, 12.0, {}, false};
}

bool FakeSession::isTrained(point::PointId id) const {
    const std::scoped_lock lock(mutex_);
    return trained_.contains(id);
}

quant::IntegerNetwork FakeSession::integerNetwork(point::PointId) const {
    throw std::logic_error("the fake session has no integer networks");
}

point::Point FakeSession::refine(point::PointId id) {
    const std::scoped_lock lock(mutex_);
    if (id >= now_.points.size()) {
        throw inputError("there is no point {}", id);
    }
    learnLocked(id, point::Metric::Agreement, now_.points[id].metrics.value(point::Metric::Agreement) - 0.5,
                point::Source::Measured);
    return now_.points[id];
}

void FakeSession::learn(point::PointId id, point::Metric metric, double value, point::Source source) {
    const std::scoped_lock lock(mutex_);
    learnLocked(id, metric, value, source);
}

void FakeSession::learnLocked(point::PointId id, point::Metric metric, double value, point::Source source) {
    point::Point point = now_.points[id];
    point.metrics.set(metric, value, source);
    now_.points.refine({point});
    rank();
    publish();
}

std::optional<codegen::MeasuredOn> FakeSession::measuredOn(point::PointId, point::Metric) const {
    return codegen::MeasuredOn{"validation samples", 6000};
}

std::vector<judge::LayerDetails> FakeSession::layers(point::PointId id) const {
    const std::scoped_lock lock(mutex_);
    const point::Encoding& encoding = now_.points[id].encoding;
    std::vector<judge::LayerDetails> layers(3);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        layers[i].layer.name = fmt::format("conv{}", i);
        layers[i].layer.weightBits = 2 + encoding[4 * i + 2];
        layers[i].folding = {4, 8};
        layers[i].interval = 4096 - 512 * static_cast<int>(i);
        layers[i].resources.dsp = 16;
        layers[i].energy.compute = 1000.0 * static_cast<double>(i + 1);
        layers[i].load = static_cast<double>(layers[i].interval) / 4096.0;
    }
    return layers;
}

void FakeSession::recordArtefact(point::PointId, const std::string&, const nlohmann::ordered_json&) {
    ++artefacts_;
}

widgets::StudyView syntheticView(const engine::Session& session) {
    widgets::StudyView view;
    view.setup = session.setup();
    view.space = syntheticSpace();
    view.bundles = syntheticBundles();
    view.dataReport = session.dataReport();
    view.network = std::make_shared<const nn::Graph>(syntheticNetwork());
    view.device.name = "pynq-z1";
    view.device.title = "PYNQ-Z1 (Zynq XC7Z020)";
    view.device.lut = 53200;
    view.device.ff = 106400;
    view.device.dsp = 220;
    view.device.bram36 = 140;
    view.device.host = "a core";
    view.hostOperators = {{"probabilities", "Softmax", 230.0, 80.0, 0.0125}};
    view.trainingCurve = [&session](std::optional<point::PointId> point) {
        return session.trainingCurve(point);
    };
    view.layers = [&session](point::PointId id) { return session.layers(id); };
    view.measuredOn = [&session](point::PointId id, point::Metric metric) {
        return session.measuredOn(id, metric);
    };
    return view;
}

FakeStudy::FakeStudy(std::size_t count, engine::StudySetup setup) : session(std::move(setup)) {
    session.grow(count);
    open();
}

void FakeStudy::open() {
    model.setStudy(std::make_shared<const widgets::StudyView>(syntheticView(session)));
    update();
}

void FakeStudy::attach(widgets::Steering& steering) {
    steering.attach(
        [this](const engine::Command& command) {
            session.submit(command);
            update();
        },
        [this](const engine::Command& command) { return session.preview(command); });
}

widgets::SessionFactory fakeFactory(std::function<void(FakeSession&)> made) {
    widgets::SessionFactory factory;
    factory.import = [](const engine::StudySetup&) {
        const auto network = std::make_shared<const nn::Graph>(syntheticNetwork());
        return std::make_shared<const engine::ImportedModel>(
            engine::ImportedModel{"bytes", false, network, network});
    };
    factory.create = [made](const engine::StudySetup& setup, const engine::ModelPtr&,
                            const std::filesystem::path&,
                            const engine::Opening&) -> std::unique_ptr<engine::Session> {
        auto session = std::make_unique<FakeSession>(setup);
        if (made) {
            made(*session);
        }
        return session;
    };
    factory.open = [made](const std::filesystem::path&,
                          const engine::Opening&) -> std::unique_ptr<engine::Session> {
        auto session = std::make_unique<FakeSession>(engine::StudySetup{});
        if (made) {
            made(*session);
        }
        return session;
    };
    factory.view = syntheticView;
    return factory;
}

} // namespace tandem::test

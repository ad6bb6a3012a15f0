// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/session/controller_test.h"

#include "core/base/error.h"
#include "tests/widgets/support/fake_session.h"
#include "tests/widgets/support/warnings.h"

#include <QtTest>

#include <latch>
#include <thread>

namespace tandem::test {

using widgets::SessionController;

namespace {

engine::StudySetup setupOf(const std::string& device = "pynq-z1") {
    engine::StudySetup setup;
    setup.model = "some.onnx";
    setup.device = device;
    return setup;
}

/// A factory whose sessions leave a file like real ones.
widgets::SessionFactory writingFactory() {
    widgets::SessionFactory factory = fakeFactory();
    factory.create = [create = factory.create](const engine::StudySetup& setup, const engine::ModelPtr& model,
                                               const std::filesystem::path& study,
                                               const engine::Opening& opening) {
        QFile file(QString::fromStdString(study.string()));
        if (!file.open(QIODevice::NewOnly)) {
            throw inputError("the study '{}' exists already", study.string());
        }
        return create(setup, model, study, opening);
    };
    return factory;
}

} // namespace

void ControllerTest::init() {
    QTest::failOnWarning(unexpectedWarnings());
}

void ControllerTest::opensAModel() {
    SessionController controller(fakeFactory(), {});
    QSignalSpy networks(&controller, &SessionController::networkImported),
        studies(&controller, &SessionController::studyChanged),
        busy(&controller, &SessionController::busyChanged),
        snapshots(&controller, &SessionController::snapshotChanged);
    controller.openModel(setupOf(), {});
    QVERIFY(!busy.first().first().toString().isEmpty());
    QTRY_COMPARE(studies.size(), 1);
    QCOMPARE(networks.size(), 1);
    QVERIFY(busy.last().first().toString().isEmpty());
    QVERIFY(controller.isOpen() && controller.isFresh());
    controller.start({});
    QTRY_VERIFY(controller.snapshot()->points.size() > 600);
    QVERIFY(snapshots.size() >= 3);
    controller.pause();
    QCOMPARE(controller.snapshot()->state, engine::State::Paused);
    const auto points = controller.snapshot()->points.size();
    QTest::qWait(100);
    QCOMPARE(controller.snapshot()->points.size(), points);
}

void ControllerTest::saysWhyItFailed() {
    widgets::SessionFactory factory = fakeFactory();
    factory.import = [](const engine::StudySetup& setup) -> engine::ModelPtr {
        throw inputError("{}: node 'loop' is a Loop, which cannot be executed", setup.model.string());
    };
    factory.open = [](const std::filesystem::path& study,
                      const engine::Opening&) -> std::unique_ptr<engine::Session> {
        throw inputError("'{}' is not a study", study.string());
    };
    SessionController controller(factory, {});
    QSignalSpy failures(&controller, &SessionController::failed),
        busy(&controller, &SessionController::busyChanged);
    controller.openModel(setupOf(), {});
    QTRY_COMPARE(failures.size(), 1);
    QVERIFY(failures.first().first().toString().contains(QStringLiteral("'loop' is a Loop")));
    QVERIFY(busy.last().first().toString().isEmpty());
    controller.openStudy("x.tandem");
    QTRY_COMPARE(failures.size(), 2);
    QVERIFY(!controller.isOpen());
}

void ControllerTest::cancelledOpeningIsForgotten() {
    std::latch asked(1), answered(1);
    widgets::SessionFactory factory = fakeFactory();
    factory.create =
        [&, create = factory.create](const engine::StudySetup& setup, const engine::ModelPtr& model,
                                     const std::filesystem::path& study, const engine::Opening& opening) {
            asked.count_down();
            answered.wait();
            return create(setup, model, study, opening);
        };
    SessionController controller(factory, {});
    QSignalSpy studies(&controller, &SessionController::studyChanged);
    controller.openModel(setupOf(), {});
    QTRY_VERIFY(asked.try_wait());
    controller.cancelOpening();
    answered.count_down();
    QTest::qWait(50);
    QVERIFY(!controller.isOpen());
    QCOMPARE(studies.size(), 0);
}

void ControllerTest::cancelledOpeningLeavesNoFile() {
    const QTemporaryDir folder;
    const std::filesystem::path study = folder.filePath(QStringLiteral("s.tandem")).toStdString();
    std::latch written(1), cancelled(1);
    widgets::SessionFactory factory = writingFactory();
    factory.create =
        [&, create = factory.create](const engine::StudySetup& setup, const engine::ModelPtr& model,
                                     const std::filesystem::path& path, const engine::Opening& opening) {
            auto session = create(setup, model, path, opening);
            written.count_down();
            cancelled.wait();
            return session;
        };
    SessionController controller(factory, {});
    controller.openModel(setupOf(), study);
    QTRY_VERIFY(written.try_wait());
    QVERIFY(std::filesystem::exists(study));
    controller.cancelOpening();
    cancelled.count_down();
    QTRY_VERIFY(!std::filesystem::exists(study));
    QVERIFY(!controller.isOpen());
}

void ControllerTest::quittingWhileAModelOpensLeavesNoFile() {
    const QTemporaryDir folder;
    const std::filesystem::path study = folder.filePath(QStringLiteral("s.tandem")).toStdString();
    std::latch written(1);
    widgets::SessionFactory factory = writingFactory();
    factory.create =
        [&, create = factory.create](const engine::StudySetup& setup, const engine::ModelPtr& model,
                                     const std::filesystem::path& path, const engine::Opening& opening) {
            auto session = create(setup, model, path, opening);
            written.count_down();
            while (!opening.cancel.stop_requested()) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            return session;
        };
    {
        SessionController controller(factory, {});
        controller.openModel(setupOf(), study);
        QTRY_VERIFY(written.try_wait());
        QVERIFY(std::filesystem::exists(study));
    }
    QVERIFY(!std::filesystem::exists(study));
}

void ControllerTest::failedOpeningLeavesOthersStudies() {
    const QTemporaryDir folder;
    const std::filesystem::path study = folder.filePath(QStringLiteral("s.tandem")).toStdString();
    QFile other(QString::fromStdString(study.string()));
    QVERIFY(other.open(QIODevice::NewOnly));
    SessionController controller(writingFactory(), {});
    QSignalSpy failures(&controller, &SessionController::failed);
    controller.openModel(setupOf(), study);
    QTRY_COMPARE(failures.size(), 1);
    QVERIFY(std::filesystem::exists(study));
}

void ControllerTest::importsAModelOnce() {
    int imports = 0;
    const engine::ImportedModel* made = nullptr;
    widgets::SessionFactory factory = fakeFactory();
    factory.import = [&imports, import = factory.import](const engine::StudySetup& setup) {
        ++imports;
        return import(setup);
    };
    factory.create =
        [&made, create = factory.create](const engine::StudySetup& setup, const engine::ModelPtr& model,
                                         const std::filesystem::path& study, const engine::Opening& opening) {
            made = model.get();
            return create(setup, model, study, opening);
        };
    SessionController controller(factory, {});
    QSignalSpy networks(&controller, &SessionController::networkImported);
    controller.openModel(setupOf(), {});
    QTRY_VERIFY(controller.isOpen());
    QVERIFY(made != nullptr);
    QCOMPARE(networks.first().first().value<std::shared_ptr<const nn::Graph>>(), made->prepared);
    controller.reconfigure(setupOf("zcu102"));
    QTRY_VERIFY(controller.isOpen());
    QCOMPARE(controller.study()->setup.device, std::string("zcu102"));
    QCOMPARE(imports, 1);
}

void ControllerTest::unstartedStudyLeavesNoFile() {
    const QTemporaryDir folder;
    const std::filesystem::path looked = folder.filePath(QStringLiteral("looked.tandem")).toStdString();
    const std::filesystem::path searched = folder.filePath(QStringLiteral("searched.tandem")).toStdString();
    SessionController controller(writingFactory(), {});
    controller.openModel(setupOf(), looked);
    QTRY_VERIFY(controller.isOpen());
    QVERIFY(std::filesystem::exists(looked));
    controller.openModel(setupOf(), searched);
    QVERIFY(!std::filesystem::exists(looked));
    QTRY_VERIFY(controller.isOpen());
    controller.start({});
    controller.close();
    QVERIFY(std::filesystem::exists(searched));
}

void ControllerTest::reconfigureKeepsPins() {
    const QTemporaryDir folder;
    const std::filesystem::path study = folder.filePath(QStringLiteral("s.tandem")).toStdString();
    SessionController controller(writingFactory(), {});
    controller.openModel(setupOf(), study);
    QTRY_VERIFY(controller.isOpen());
    controller.steering().submit(engine::Pin{"model.b0.width", "32"});
    controller.reconfigure(setupOf("zcu102"));
    QTRY_VERIFY(controller.isOpen());
    QCOMPARE(controller.study()->setup.device, std::string("zcu102"));
    QTRY_COMPARE(controller.snapshot()->rules.ranges[0], (point::Range{3, 3}));
    controller.start({});
    QTRY_VERIFY(!controller.isFresh());
    controller.reconfigure(setupOf("pynq-z1")); // too late: points are there
    QCOMPARE(controller.study()->setup.device, std::string("zcu102"));
}

void ControllerTest::saysWhyTheFrontIsEmpty() {
    SessionController controller(fakeFactory([](FakeSession& session) { session.grow(300); }), {});
    controller.openModel(setupOf(), {});
    QTRY_VERIFY(controller.isOpen());
    QSignalSpy notices(&controller, &SessionController::noticed);
    QSignalSpy snapshots(&controller, &SessionController::snapshotChanged);
    controller.steering().push(
        engine::SetConstraints{{{point::Metric::LatencyMs, point::Relation::AtMost, 1e-9}}},
        engine::SetConstraints{});
    QTRY_VERIFY(controller.snapshot()->front.empty());
    controller.start({});
    QTRY_COMPARE(controller.snapshot()->state, engine::State::Running);
    controller.pause();
    QTRY_COMPARE(notices.size(), 1);
    const QString text = notices.first().first().toString();
    QVERIFY2(text.contains(QStringLiteral("latency_ms")) && text.contains(QStringLiteral("at most")),
             qPrintable(text));
}

void ControllerTest::refines() {
    SessionController controller(fakeFactory([](FakeSession& session) { session.grow(300); }), {});
    controller.openModel(setupOf(), {});
    QTRY_VERIFY(controller.isOpen());
    QSignalSpy refining(&controller, &SessionController::refiningChanged),
        failures(&controller, &SessionController::failed);
    controller.refine(17);
    QTRY_COMPARE(refining.size(), 2);
    QTRY_COMPARE(controller.snapshot()->points[17].metrics.source(point::Metric::Agreement),
                 point::Source::Measured);
    controller.refine(100000);
    QTRY_COMPARE(failures.size(), 1);
}

void ControllerTest::exports() {
    const widgets::ExportJob job = [](engine::Session&, const widgets::ExportRequest& request,
                                      const widgets::ExportProgress& progress, const std::stop_token&) {
        if (request.point.id == 1) {
            throw workError("the folder '{}' cannot be written", request.folder.string());
        }
        progress("Writing", 0.5);
        widgets::ExportOutcome outcome;
        outcome.record = nlohmann::ordered_json::object();
        return outcome;
    };
    FakeSession* fake = nullptr;
    SessionController controller(fakeFactory([&fake](FakeSession& session) {
                                     session.grow(300);
                                     fake = &session;
                                 }),
                                 job);
    controller.openModel(setupOf(), {});
    QTRY_VERIFY(controller.isOpen());
    QSignalSpy done(&controller, &SessionController::exportFinished),
        failures(&controller, &SessionController::exportFailed),
        progress(&controller, &SessionController::exportProgressed);
    widgets::ExportRequest request;
    request.point = controller.snapshot()->points[4];
    request.folder = "/somewhere";
    controller.exportPoint(request);
    QTRY_COMPARE(done.size(), 1);
    QCOMPARE(progress.size(), 1);
    QCOMPARE(fake->artefacts(), 1);
    request.point = controller.snapshot()->points[1];
    controller.exportPoint(request);
    QTRY_COMPARE(failures.size(), 1);
    QVERIFY(failures.first().first().toString().contains(QStringLiteral("/somewhere")));
}

void ControllerTest::trains() {
    SessionController controller(fakeFactory([](FakeSession& session) { session.grow(300); }), {});
    engine::StudySetup setup = setupOf();
    controller.openModel(setup, {});
    QTRY_VERIFY(controller.isOpen());
    QSignalSpy progress(&controller, &SessionController::trainingProgressed),
        finished(&controller, &SessionController::trainingFinished),
        stopped(&controller, &SessionController::trainingStopped),
        failures(&controller, &SessionController::trainingFailed);
    controller.train(3, {});
    QTRY_COMPARE(failures.size(), 1); // no data set
    QVERIFY(failures.first().first().toString().contains(QStringLiteral("data")));
    setup.data = "fake";
    controller.openModel(setup, {});
    QTRY_VERIFY(controller.isOpen());
    controller.train(3, {.epochs = 2});
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(finished.first().first().value<engine::TrainingFigures>().testAccuracy, 91.25);
    QVERIFY(progress.size() >= 2); // the first step and the last
    QCOMPARE(progress.last().first().value<engine::TrainingStatus>().step, 2);
    controller.train(FakeSession::kEndlessTraining, {});
    QTRY_VERIFY(progress.size() >= 3);
    controller.cancelTraining();
    QTRY_COMPARE(stopped.size(), 1);
    QCOMPARE(finished.size(), 1);
    controller.train(FakeSession::kEndlessTraining, {});
    controller.close(); // does not wait, and ends it
    controller.openModel(setup, {});
    QTRY_VERIFY(controller.isOpen());
    controller.train(3, {.epochs = 2});
    QTRY_COMPARE(finished.size(), 2);
    QCOMPARE(stopped.size(), 1); // the other study does not hear of it
}

void ControllerTest::trainsTheFront() {
    FakeSession* fake = nullptr;
    SessionController controller(fakeFactory([&](FakeSession& session) {
                                     session.grow(300);
                                     fake = &session;
                                 }),
                                 {});
    engine::StudySetup setup = setupOf();
    setup.data = "fake";
    controller.openModel(setup, {});
    QTRY_VERIFY(controller.isOpen());
    QSignalSpy steps(&controller, &SessionController::frontStepped),
        finished(&controller, &SessionController::frontFinished),
        ofPoints(&controller, &SessionController::trainingFinished),
        stopped(&controller, &SessionController::trainingStopped);
    const std::vector<point::PointId> front = fake->snapshot()->front;
    QVERIFY(front.size() > 1 && !std::ranges::count(front, FakeSession::kEndlessTraining));
    controller.trainFront({.epochs = 2});
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(finished.first().first().value<std::size_t>(), front.size());
    QCOMPARE(static_cast<std::size_t>(steps.size()), front.size());
    const auto last = steps.last().first().value<engine::FrontStep>();
    QCOMPARE(last.number, front.size());
    QCOMPARE(last.count, front.size());
    QVERIFY(std::ranges::all_of(front, [&](point::PointId id) { return fake->isTrained(id); }));
    QCOMPARE(ofPoints.size(), 0);
    controller.trainFront({.epochs = 2});
    QTRY_COMPARE(finished.size(), 2);
    QCOMPARE(finished.last().first().value<std::size_t>(), std::size_t{0});
    QCOMPARE(stopped.size(), 0);
}

void ControllerTest::trainsTheSupernet() {
    SessionController controller(fakeFactory([](FakeSession& session) { session.grow(300); }), {});
    engine::StudySetup setup = setupOf();
    setup.data = "fake";
    controller.openModel(setup, {});
    QTRY_VERIFY(controller.isOpen());
    QSignalSpy progress(&controller, &SessionController::trainingProgressed),
        finished(&controller, &SessionController::supernetFinished),
        ofPoints(&controller, &SessionController::trainingFinished),
        stopped(&controller, &SessionController::trainingStopped),
        failures(&controller, &SessionController::trainingFailed),
        ladder(&controller, &SessionController::ladderChanged);
    controller.trainSupernet({.epochs = FakeSession::kEndlessEpochs});
    QTRY_VERIFY(!progress.isEmpty());
    controller.cancelTraining();
    QTRY_COMPARE(stopped.size(), 1);
    QCOMPARE(ladder.size(), 0);
    controller.trainSupernet({.epochs = 3});
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(finished.first().first().value<engine::SupernetFigures>().largestAccuracy, 92.5);
    QCOMPARE(progress.last().first().value<engine::TrainingStatus>().steps, 3);
    QTRY_COMPARE(ladder.size(), 1);
    const auto status = ladder.first().first().value<engine::LadderStatus>();
    QVERIFY(status.hasSupernet);
    QCOMPARE(status.evaluated, std::size_t{24});
    QTest::qWait(150); // looked at again and again, told once
    QCOMPARE(ladder.size(), 1);
    QCOMPARE(ofPoints.size(), 0);
    setup.data.clear();
    controller.openModel(setup, {});
    QTRY_VERIFY(controller.isOpen());
    controller.trainSupernet({});
    QTRY_COMPARE(failures.size(), 1);
    QVERIFY(failures.first().first().toString().contains(QStringLiteral("data")));
    controller.close();
    controller.trainSupernet({});
    QCOMPARE(failures.size(), 2);
}

void ControllerTest::trainedStudyIsKept() {
    const QTemporaryDir folder;
    const std::filesystem::path study = folder.filePath(QStringLiteral("s.tandem")).toStdString();
    SessionController controller(writingFactory(), {});
    engine::StudySetup setup = setupOf();
    setup.data = "fake";
    controller.openModel(setup, study);
    QTRY_VERIFY(controller.isOpen());
    QVERIFY(controller.isFresh());
    QSignalSpy settled(&controller, &SessionController::settled),
        finished(&controller, &SessionController::supernetFinished);
    controller.trainSupernet({.epochs = 2});
    QCOMPARE(settled.size(), 1);
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(!controller.isFresh()); // though there is no point
    controller.reconfigure(setupOf("zcu102"));
    QVERIFY(controller.isOpen());
    QCOMPARE(controller.study()->setup.device, std::string("pynq-z1"));
    controller.close();
    QVERIFY(std::filesystem::exists(study));
    // One that is opened with a supernet is as settled.
    widgets::SessionFactory trained = fakeFactory([](FakeSession& session) {
        session.trainSupernet({.epochs = 1}, [](const engine::TrainingStatus&) {}, {});
    });
    trained.open = [create = trained.create, setup](const std::filesystem::path& path,
                                                    const engine::Opening& opening) {
        return create(setup, {}, path, opening);
    };
    SessionController other(trained, {});
    QSignalSpy ladder(&other, &SessionController::ladderChanged);
    other.openStudy(study);
    QTRY_VERIFY(other.isOpen());
    QCOMPARE(ladder.size(), 1);
    QVERIFY(!other.isFresh());
}

void ControllerTest::keepsTheStudyWhereAnotherSetupFails() {
    widgets::SessionFactory factory = fakeFactory();
    factory.create = [create = factory.create](const engine::StudySetup& setup, const engine::ModelPtr& model,
                                               const std::filesystem::path& study,
                                               const engine::Opening& opening) {
        if (setup.data == "nothing") {
            throw inputError("data set 'nothing': there is none");
        }
        return create(setup, model, study, opening);
    };
    SessionController controller(factory, {});
    controller.openModel(setupOf(), {});
    QTRY_VERIFY(controller.isOpen());
    QSignalSpy failures(&controller, &SessionController::failed);
    engine::StudySetup other = setupOf();
    other.data = "nothing";
    controller.reconfigure(other);
    QTRY_COMPARE(failures.size(), 1);
    QVERIFY(controller.isOpen());
    QCOMPARE(controller.study()->setup.data, std::string());
}

void ControllerTest::changesWhileAStudyIsRebuiltAreTaken() {
    const QTemporaryDir folder;
    const std::filesystem::path study = folder.filePath(QStringLiteral("s.tandem")).toStdString();
    std::latch asked(1), answered(1);
    widgets::SessionFactory factory = writingFactory();
    factory.create =
        [&, create = factory.create](const engine::StudySetup& setup, const engine::ModelPtr& model,
                                     const std::filesystem::path& path, const engine::Opening& opening) {
            if (setup.device == "slow") {
                asked.count_down();
                answered.wait();
            }
            if (setup.device == "broken") {
                throw inputError("there is no device 'broken'");
            }
            return create(setup, model, path, opening);
        };
    SessionController controller(factory, {});
    int studies = 0; // a spy would hold on to them, and to their files
    connect(&controller, &SessionController::studyChanged, &controller, [&] { ++studies; });
    QSignalSpy failures(&controller, &SessionController::failed);
    controller.openModel(setupOf(), study);
    // While the first one is made.
    controller.reconfigure(setupOf("zu3eg"));
    QCOMPARE(controller.changeableSetup().value().device, std::string("zu3eg"));
    QTRY_VERIFY(controller.isOpen());
    QCOMPARE(controller.study()->setup.device, std::string("zu3eg"));
    controller.steering().submit(engine::Pin{"model.b0.width", "32"});
    // While it is made anew: the newest wins, and none but it is shown.
    controller.reconfigure(setupOf("slow"));
    QTRY_VERIFY(asked.try_wait());
    controller.reconfigure(setupOf("zcu104"));
    controller.reconfigure(setupOf("zcu102"));
    studies = 0;
    answered.count_down();
    QTRY_VERIFY(controller.isOpen());
    QCOMPARE(studies, 1);
    QCOMPARE(controller.study()->setup.device, std::string("zcu102"));
    QTRY_COMPARE(controller.snapshot()->rules.ranges[0], (point::Range{3, 3}));
    QVERIFY(failures.isEmpty());
    // What cannot be leads back to the last that could.
    controller.reconfigure(setupOf("zcu106"));
    controller.reconfigure(setupOf("broken"));
    QTRY_VERIFY(controller.isOpen());
    QTRY_COMPARE(failures.size(), 1);
    QCOMPARE(controller.study()->setup.device, std::string("zcu106"));
    QVERIFY(std::filesystem::exists(study));
    controller.close();
    QVERIFY(!std::filesystem::exists(study));
}

void ControllerTest::exportsAndTrainingsDoNotBlockOpening() {
    std::latch released(1);
    const widgets::ExportJob job = [&](engine::Session&, const widgets::ExportRequest&,
                                       const widgets::ExportProgress&, const std::stop_token&) {
        released.wait();
        return widgets::ExportOutcome{};
    };
    SessionController controller(fakeFactory([](FakeSession& session) { session.grow(300); }), job);
    engine::StudySetup setup = setupOf();
    setup.data = "fake";
    controller.openModel(setup, {});
    QTRY_VERIFY(controller.isOpen());
    QSignalSpy progress(&controller, &SessionController::trainingProgressed),
        refining(&controller, &SessionController::refiningChanged),
        exported(&controller, &SessionController::exportFinished),
        studies(&controller, &SessionController::studyChanged);
    widgets::ExportRequest request;
    request.point = controller.snapshot()->points[4];
    const int many = QThread::idealThreadCount() + 1; // whatever shares their threads never gets one
    for (int i = 0; i < many; ++i) {
        controller.exportPoint(request);
    }
    controller.train(FakeSession::kEndlessTraining, {});
    QTRY_VERIFY(!progress.isEmpty());
    controller.refine(17);
    QTRY_COMPARE(refining.size(), 2);
    controller.openModel(setup, {});
    QTRY_COMPARE(studies.size(), 2); // none, and the other
    QVERIFY(controller.isOpen());
    QCOMPARE(exported.size(), 0);
    released.count_down();
    QTRY_COMPARE(exported.size(), many);
}

void ControllerTest::whatIsNoErrorIsSaidToo() {
    const std::string longName(300, 'x');
    widgets::SessionFactory factory = fakeFactory([](FakeSession& session) { session.grow(300); });
    factory.create = [create = factory.create](const engine::StudySetup& setup, const engine::ModelPtr& model,
                                               const std::filesystem::path& study,
                                               const engine::Opening& opening) {
        static_cast<void>(std::filesystem::exists(study)); // throws where the name is too long
        return create(setup, model, study, opening);
    };
    factory.open = [](const std::filesystem::path&,
                      const engine::Opening&) -> std::unique_ptr<engine::Session> {
        throw std::out_of_range("key 'setup' not found");
    };
    const widgets::ExportJob job = [](engine::Session&, const widgets::ExportRequest& request,
                                      const widgets::ExportProgress&,
                                      const std::stop_token&) -> widgets::ExportOutcome {
        std::filesystem::create_directories(request.folder);
        throw std::runtime_error("unreachable");
    };
    SessionController controller(factory, job);
    QSignalSpy failures(&controller, &SessionController::failed),
        exports(&controller, &SessionController::exportFailed),
        refused(&controller.steering(), &widgets::Steering::refused);
    controller.openModel(setupOf(), "/tmp/" + longName + ".tandem");
    QTRY_COMPARE(failures.size(), 1);
    QVERIFY(failures.last().first().toString().contains(QStringLiteral("too long")));
    controller.openStudy("damaged.tandem");
    QTRY_COMPARE(failures.size(), 2);
    QVERIFY(failures.last().first().toString().contains(QStringLiteral("'setup' not found")));
    controller.openModel(setupOf(), {});
    QTRY_VERIFY(controller.isOpen());
    widgets::ExportRequest request;
    request.point = controller.snapshot()->points[4];
    request.folder = "/proc/nowhere/out"; // nobody can write there
    controller.exportPoint(request);
    QTRY_COMPARE(exports.size(), 1);
    QVERIFY2(exports.last().first().toString().contains(QStringLiteral("/proc/nowhere")),
             qPrintable(exports.last().first().toString()));
    controller.steering().attach([](const engine::Command&) { throw std::length_error("too much"); }, {});
    controller.steering().submit(engine::Pin{"model.b0.width", "32"});
    QCOMPARE(refused.size(), 1);
}

void ControllerTest::cancelledStudyLeavesNoFile() {
    const QTemporaryDir folder;
    const std::filesystem::path given = folder.filePath(QStringLiteral("given up.tandem")).toStdString();
    const std::filesystem::path quit = folder.filePath(QStringLiteral("quit.tandem")).toStdString();
    std::latch asked(1), answered(1);
    widgets::SessionFactory factory = writingFactory();
    factory.create =
        [&, create = factory.create](const engine::StudySetup& setup, const engine::ModelPtr& model,
                                     const std::filesystem::path& study, const engine::Opening& opening) {
            std::unique_ptr<engine::Session> session = create(setup, model, study, opening);
            asked.count_down();
            answered.wait();
            return session;
        };
    {
        SessionController controller(factory, {});
        controller.openModel(setupOf(), given);
        QTRY_VERIFY(asked.try_wait());
        QVERIFY(std::filesystem::exists(given));
        controller.cancelOpening();
        answered.count_down();
        QTRY_VERIFY(!std::filesystem::exists(given));
    }
    {
        SessionController controller(writingFactory(), {});
        controller.openModel(setupOf(), quit);
        QTest::qWait(20);
    }
    QVERIFY(!std::filesystem::exists(quit));
}

void ControllerTest::studyOpensAgainOnceItIsClosed() {
    const QTemporaryDir folder;
    const std::filesystem::path study = folder.filePath(QStringLiteral("s.tandem")).toStdString();
    std::latch begun(1), released(1);
    std::atomic<bool> isHeld = false, wasHeld = false;
    const widgets::ExportJob job = [&](engine::Session&, const widgets::ExportRequest&,
                                       const widgets::ExportProgress&, const std::stop_token&) {
        isHeld = true;
        begun.count_down();
        released.wait();
        isHeld = false;
        return widgets::ExportOutcome{};
    };
    widgets::SessionFactory factory = fakeFactory([](FakeSession& session) { session.grow(10); });
    factory.open = [&, open = factory.open](const std::filesystem::path& path,
                                            const engine::Opening& opening) {
        wasHeld = isHeld.load();
        return open(path, opening);
    };
    SessionController controller(factory, job);
    controller.openStudy(study);
    QTRY_VERIFY(controller.isOpen());
    widgets::ExportRequest request;
    request.point = controller.snapshot()->points[4];
    controller.exportPoint(request);
    begun.wait();
    controller.close();
    controller.openStudy(study); // two sessions on one file would spoil it
    QTest::qWait(60);
    QVERIFY(!controller.isOpen());
    released.count_down();
    QTRY_VERIFY(controller.isOpen());
    QVERIFY(!wasHeld);
}

} // namespace tandem::test

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/study_view.h"

#include <QWidget>

#include <array>
#include <vector>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QSpinBox;

namespace tandem::widgets {

class StudyModel;

/// What a search needs to be told before it starts.
struct RunChoices {
    std::string device, data, algorithm = "nsga2";
    std::uint64_t seed = 1;
    int threads = 0; ///< 0: all
    bool operator==(const RunChoices&) const = default;
};

/// The bar above everything: device, data, algorithm, seed and threads; start and pause; what is going on in
/// figures.
class RunBar : public QWidget {
    Q_OBJECT
  public:
    explicit RunBar(StudyModel& model, QWidget* parent = nullptr);

    void setDevices(const std::vector<hw::Device>& devices);
    void setAlgorithms(const QStringList& names);
    void setChoices(const RunChoices& choices);
    RunChoices choices() const;
    /// Something was trained: what the study starts from stays as it is.
    void settle();
    QPushButton& startButton() { return *start_; }

  Q_SIGNALS:
    /// Something that a study starts from was changed.
    void choicesChanged();
    void startWanted();
    void pauseWanted();
    /// A data set beyond the list is to be chosen.
    void dataWanted();

  private:
    enum Counter { Points, Speed, Front, Volume, Elapsed, CounterCount };
    void buildFields(QHBoxLayout* row);
    void buildCounters(QHBoxLayout* row);
    void connectFields();
    void showStudy();
    void showSnapshot();
    void enable();
    void showState(engine::State state);

    StudyModel& model_;
    QComboBox *device_, *data_, *algorithm_;
    QSpinBox *seed_, *threads_;
    QPushButton* start_;
    QLabel* state_;
    std::array<QLabel*, CounterCount> counters_{};
    bool fresh_ = true, settled_ = false, running_ = false;
    int dataIndex_ = 0;
};

} // namespace tandem::widgets

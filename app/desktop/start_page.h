// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPushButton;
class QVBoxLayout;

namespace tandem::app {

/// What the window shows while no study is open: where to drop a file, a button, the files opened lately.
class StartPage : public QWidget {
    Q_OBJECT
  public:
    explicit StartPage(bool hasSample, QWidget* parent = nullptr);

    void setRecentFiles(const QStringList& files);
    /// A file that could be dropped hovers over the window.
    void setDropHint(bool hovering);

  Q_SIGNALS:
    void openWanted();
    void sampleWanted();
    void fileWanted(const QString& path);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QWidget* frame_;
    QVBoxLayout* recent_;
    bool hovering_ = false;
};

} // namespace tandem::app

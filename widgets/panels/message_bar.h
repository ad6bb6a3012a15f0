// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QProgressBar;
class QPushButton;

namespace tandem::widgets {

/// One sentence across the window that stops nobody: a failure, a remark, or what is being worked on.
class MessageBar : public QFrame {
    Q_OBJECT
  public:
    explicit MessageBar(QWidget* parent = nullptr);

    void showFailure(const QString& sentence);
    void showRemark(const QString& sentence);
    /// What is being done, until clearBusy(); can be cancelled where `cancellable`.
    void showBusy(const QString& doing, bool cancellable);
    void clearBusy();
    void dismiss();
    QString text() const;

  Q_SIGNALS:
    void cancelled();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    enum class Kind { Nothing, Failure, Remark, Busy };
    void showSentence(Kind kind, const QString& sentence);
    void recolor();

    Kind kind_ = Kind::Nothing;
    QLabel *mark_, *text_;
    QProgressBar* progress_;
    QPushButton *cancel_, *close_;
};

} // namespace tandem::widgets

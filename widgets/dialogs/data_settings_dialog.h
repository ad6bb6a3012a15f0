// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <string>
#include <utility>
#include <vector>

class QComboBox;
class QDialogButtonBox;
class QFormLayout;
class QLabel;

namespace tandem::widgets {

/// What a person says about a data set instead of what is found out from it and from the network's input:
/// how pictures and sounds become numbers, and the split. An empty field leaves it to the program.
class DataSettingsDialog : public QDialog {
    Q_OBJECT
  public:
    /// `spec` as data::parseDataSpec() reads it, `report` what was found with it.
    DataSettingsDialog(const std::string& spec, const QString& report, QWidget* parent = nullptr);

    /// The spec with the fields' settings. The dialog is only accepted where it can be read.
    std::string spec() const;

  private:
    void addField(QFormLayout* form, const char* name, const QString& label, const QString& toolTip,
                  const QStringList& choices = {});
    void addPictureFields(QFormLayout* form);
    void addSoundFields(QFormLayout* form);
    void check();

    std::string source_;
    std::vector<std::pair<std::string, QComboBox*>> fields_; ///< by the setting's name
    QLabel* message_;
    QDialogButtonBox* buttons_;
};

} // namespace tandem::widgets

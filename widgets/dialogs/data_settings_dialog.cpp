// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/data_settings_dialog.h"

#include "core/data/audio_settings.h"
#include "core/data/data_spec.h"
#include "widgets/models/format.h"
#include "widgets/session/background.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace tandem::widgets {

DataSettingsDialog::DataSettingsDialog(const std::string& spec, const QString& report, QWidget* parent)
    : QDialog(parent),
      message_(new QLabel(this)),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this)) {
    setWindowTitle(tr("Settings of the data set"));
    auto* tabs = new QTabWidget(this);
    for (const bool isSound : {false, true}) {
        auto* page = new QWidget(tabs);
        auto* form = new QFormLayout(page);
        isSound ? addSoundFields(form) : addPictureFields(form);
        tabs->addTab(page, isSound ? tr("&Sounds") : tr("&Samples"));
    }
    const data::DataSpec parsed = data::parseDataSpec(spec);
    source_ = parsed.source;
    const std::map<std::string, std::string> settings = settingsOf(parsed);
    for (const auto& [name, field] : fields_) {
        if (const auto found = settings.find(name); found != settings.end()) {
            field->setCurrentText(fromUtf8(found->second));
        }
        connect(field, &QComboBox::currentTextChanged, this, &DataSettingsDialog::check);
    }
    auto* found = new QLabel(report, this);
    for (QLabel* label : {found, message_}) {
        label->setWordWrap(true);
    }
    message_->setObjectName(QStringLiteral("dataSettingsMessage"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(found);
    column->addWidget(tabs);
    column->addWidget(message_);
    column->addWidget(buttons_);
    connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
}

void DataSettingsDialog::addField(QFormLayout* form, const char* name, const QString& label,
                                  const QString& toolTip, const QStringList& choices) {
    auto* field = new QComboBox(this);
    field->setEditable(true);
    field->addItem(QString());
    field->addItems(choices);
    field->setMinimumContentsLength(18);
    field->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    field->setObjectName(QStringLiteral("dataSetting_") + QLatin1String(name));
    field->setToolTip(toolTip);
    field->setAccessibleName(label);
    field->lineEdit()->setPlaceholderText(tr("found by itself"));
    form->addRow(label, field);
    fields_.emplace_back(name, field);
}

void DataSettingsDialog::addPictureFields(QFormLayout* form) {
    addField(form, "layout", tr("Layout of the input"),
             tr("Where the network's input has its channels: nchw first, nhwc last"),
             {QStringLiteral("nchw"), QStringLiteral("nhwc")});
    addField(form, "range", tr("Bytes 0 to 255 become"), tr("LOW..HIGH, for instance 0..1"),
             {QStringLiteral("0..1"), QStringLiteral("-1..1"), QStringLiteral("0..255")});
    addField(form, "mean", tr("Mean to subtract"),
             tr("One number for each channel, separated by /, or one for all; in the units of the range"));
    addField(form, "deviation", tr("Deviation to divide by"),
             tr("One number for each channel, separated by /, or one for all; in the units of the range"));
    addField(form, "size", tr("Size of pictures"), tr("HEIGHTxWIDTH that pictures are scaled to"));
    addField(form, "channels", tr("Channels of pictures"), tr("1: grey, 3: red, green and blue"),
             {QStringLiteral("1"), QStringLiteral("3")});
    addField(form, "order", tr("Order of class folders"),
             tr("By name as text, or as numbers where all names are numbers"),
             {QStringLiteral("names"), QStringLiteral("numbers")});
    addField(form, "validation", tr("Share for validation"),
             tr("Of the training samples, above 0 and below 0.5; 0.1 if nothing is said"));
    addField(form, "seed", tr("Seed of the split"), tr("The study's if nothing is said"));
}

void DataSettingsDialog::addSoundFields(QFormLayout* form) {
    addField(form, "features", tr("Features"), tr("Cepstral coefficients, or energies in mel bands"),
             {QStringLiteral("mfcc"), QStringLiteral("logmel")});
    addField(form, "rate", tr("Rate (Hz)"), tr("Samples a second; files of another rate are refused"));
    addField(form, "clip", tr("Clip (ms)"), tr("Longer files are cut, shorter ones filled up with silence"));
    addField(form, "window", tr("Window (ms)"), tr("Length of one frame"));
    addField(form, "hop", tr("Hop (ms)"), tr("From the start of one frame to that of the next"));
    addField(form, "fft", tr("FFT (samples)"), tr("Length of the Fourier transform"));
    addField(form, "bands", tr("Mel bands"), tr("Bands that energies are summed in"));
    addField(form, "coefficients", tr("Coefficients"), tr("How many of MFCC's are kept, the lowest"));
    addField(form, "low", tr("Lowest frequency (Hz)"), tr("Lower edge of the lowest band"));
    addField(form, "high", tr("Highest frequency (Hz)"), tr("Upper edge of the highest band"));
    addField(form, "time", tr("Time runs along"), tr("Rows or columns of the network's input"),
             {QStringLiteral("rows"), QStringLiteral("columns")});
}

std::string DataSettingsDialog::spec() const {
    std::map<std::string, std::string> settings;
    for (const auto& [name, field] : fields_) {
        settings[name] = field->currentText().trimmed().toStdString();
    }
    return data::withSettings(source_, settings);
}

void DataSettingsDialog::check() {
    const auto outcome = attempt([this] {
        data::audioSettingsFor({}, data::parseDataSpec(spec()).sound);
        return true;
    });
    const bool isReadable = outcome.index() == 1;
    message_->setText(isReadable ? QString() : std::get<0>(outcome));
    buttons_->button(QDialogButtonBox::Ok)->setEnabled(isReadable);
}

} // namespace tandem::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/assembly_dialog.h"

#include "core/base/error.h"
#include "widgets/models/format.h"
#include "widgets/session/background.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace tandem::widgets {

namespace {

QSpinBox* makeNumber(const char* name, const QString& accessibleName, int most, int value, QWidget* parent) {
    auto* number = new QSpinBox(parent);
    number->setObjectName(QString::fromLatin1(name));
    number->setAccessibleName(accessibleName);
    number->setRange(1, most);
    number->setValue(value);
    return number;
}

} // namespace

AssemblyDialog::AssemblyDialog(QWidget* parent)
    : QDialog(parent),
      bundle_(new QComboBox(this)),
      downSampling_(new QComboBox(this)),
      inputChannels_(makeNumber("assemblyInputChannels", tr("Channels of the input"), 4096, 3, this)),
      rows_(makeNumber("assemblyRows", tr("Rows of the input"), 4096, 32, this)),
      columns_(makeNumber("assemblyColumns", tr("Columns of the input"), 4096, 32, this)),
      classes_(makeNumber("assemblyClasses", tr("Classes"), 100'000, 10, this)),
      repetitions_(makeNumber("assemblyRepetitions", tr("Bundles of a stage"), 32, 2, this)),
      channels_(new QLineEdit(QStringLiteral("16, 32, 64"), this)),
      clip_(new QDoubleSpinBox(this)),
      shortcuts_(new QCheckBox(tr("Shortcuts around bundles"), this)),
      size_(new QLabel(this)),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this)) {
    setWindowTitle(tr("New network of bundles"));
    buildForm();
    connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (QSpinBox* number : {inputChannels_, rows_, columns_, classes_, repetitions_}) {
        connect(number, &QSpinBox::valueChanged, this, &AssemblyDialog::showSize);
    }
    connect(bundle_, &QComboBox::currentTextChanged, this, &AssemblyDialog::showSize);
    connect(downSampling_, &QComboBox::currentIndexChanged, this, &AssemblyDialog::showSize);
    connect(channels_, &QLineEdit::textChanged, this, &AssemblyDialog::showSize);
    connect(clip_, &QDoubleSpinBox::valueChanged, this, &AssemblyDialog::showSize);
    connect(shortcuts_, &QCheckBox::toggled, this, &AssemblyDialog::showSize);
    showSize();
}

void AssemblyDialog::buildForm() {
    for (const nn::BundleOperators& candidate : nn::candidateBundles()) {
        bundle_->addItem(fromUtf8(toString(candidate)));
    }
    bundle_->setCurrentText(fromUtf8(toString(nn::AssemblyOptions().bundle)));
    bundle_->setEditable(true);
    bundle_->setToolTip(tr("One or two of conv1, conv3, conv5, conv7, dw3, dw5 and dw7 (depth-wise) joined "
                           "by +, each followed by a batch norm and an activation"));
    downSampling_->addItem(tr("Maximum pool"), static_cast<int>(nn::DownSampling::MaximumPool));
    downSampling_->addItem(tr("Average pool"), static_cast<int>(nn::DownSampling::AveragePool));
    downSampling_->addItem(tr("Stride of the first operator"), static_cast<int>(nn::DownSampling::Stride));
    downSampling_->setToolTip(tr("What halves the map from stage to stage"));
    channels_->setToolTip(tr("Channels of each stage, separated by commas"));
    repetitions_->setToolTip(
        tr("How often the bundle stands in a stage; the search may leave repetitions out"));
    clip_->setRange(0.0, 100.0);
    clip_->setSpecialValueText(tr("none (ReLU)"));
    clip_->setToolTip(tr("Where activations end, such as 6 for ReLU6"));
    shortcuts_->setChecked(true);
    shortcuts_->setToolTip(tr("A bundle that keeps the map's shape adds to it"));
    bundle_->setObjectName(QStringLiteral("assemblyBundle"));
    downSampling_->setObjectName(QStringLiteral("assemblyDownSampling"));
    channels_->setObjectName(QStringLiteral("assemblyChannels"));
    clip_->setObjectName(QStringLiteral("assemblyClip"));
    shortcuts_->setObjectName(QStringLiteral("assemblyShortcuts"));
    size_->setObjectName(QStringLiteral("assemblySize"));
    size_->setWordWrap(true);

    auto* input = new QHBoxLayout;
    input->addWidget(inputChannels_);
    input->addWidget(new QLabel(QStringLiteral("×"), this));
    input->addWidget(rows_);
    input->addWidget(new QLabel(QStringLiteral("×"), this));
    input->addWidget(columns_);
    auto* form = new QFormLayout(this);
    form->addRow(tr("&Bundle"), bundle_);
    auto* inputLabel = new QLabel(tr("&Input (channels, rows, columns)"), this);
    inputLabel->setBuddy(inputChannels_);
    form->addRow(inputLabel, input);
    form->addRow(tr("C&lasses"), classes_);
    form->addRow(tr("C&hannels of the stages"), channels_);
    form->addRow(tr("Bundles of a &stage"), repetitions_);
    form->addRow(tr("&Down-sampling"), downSampling_);
    form->addRow(tr("&Activations end at"), clip_);
    form->addRow(shortcuts_);
    form->addRow(size_);
    form->addRow(buttons_);
}

nn::AssemblyOptions AssemblyDialog::options() const {
    nn::AssemblyOptions options;
    options.bundle = nn::parseBundle(bundle_->currentText().toStdString());
    options.input = {1, inputChannels_->value(), rows_->value(), columns_->value()};
    options.classes = classes_->value();
    options.repetitions = repetitions_->value();
    options.channels.clear();
    for (const QString& word : channels_->text().split(QLatin1Char(','))) {
        bool isNumber = false;
        options.channels.push_back(word.trimmed().toInt(&isNumber));
        if (!isNumber) {
            throw inputError("channels '{}': whole numbers separated by commas are expected",
                             channels_->text().toStdString());
        }
    }
    options.hasShortcuts = shortcuts_->isChecked();
    options.downSampling = static_cast<nn::DownSampling>(downSampling_->currentData().toInt());
    options.clip = clip_->value();
    return options;
}

void AssemblyDialog::showSize() {
    const auto outcome = attempt([this] { return nn::assembledSize(options()); });
    const auto* size = std::get_if<nn::NetworkSize>(&outcome);
    size_->setText(size != nullptr
                       ? tr("%1 weights, %2 multiply-accumulates for one input; all weights are random")
                             .arg(formatCount(size->parameters), formatCount(size->operations))
                       : std::get<0>(outcome));
    buttons_->button(QDialogButtonBox::Ok)->setEnabled(size != nullptr);
}

} // namespace tandem::widgets

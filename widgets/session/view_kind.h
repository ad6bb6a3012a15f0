// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/network_rows.h"

#include <QString>

#include <filesystem>
#include <functional>

class QWidget;

namespace tandem::widgets {

class SessionController;
class StudyModel;

/// What views are made with.
struct ViewServices {
    StudyModel& model;
    SessionController& controller;
    HostReasons hostReasons;
    std::filesystem::path exports; ///< for exports of a study that is in no file
};

/// Where in the window.
enum class Side { Centre, Left, Bottom, Right };

/// A view of the study, as the window's list of them (widgets/views.h) knows it.
struct ViewKind {
    QString name;  ///< of its dock: layouts that were saved find it by this
    QString title; ///< translated
    Side side = Side::Left;
    int row = 0;            ///< from 0: views of one side and row share a place as tabs
    bool isInFront = false; ///< of those that share its place, at first
    /// The view, connected with all that it needs.
    std::function<QWidget*(const ViewServices& services, QWidget* parent)> make;
};

} // namespace tandem::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
// Headers that nearly every widget uses, compiled once.
#pragma once

#include <qcustomplot.h>
#include <QtConcurrent>
#include <QtWidgets>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

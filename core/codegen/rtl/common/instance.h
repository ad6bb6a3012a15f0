// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::codegen {

/// One module instance with its parameters, written out.
class Instance {
  public:
    Instance(std::string module, std::string name) : module_(std::move(module)), name_(std::move(name)) {}

    void parameter(std::string_view name, std::int64_t value) {
        parameters_.push_back(fmt::format(".{}({})", name, value));
    }
    void parameter(std::string_view name, const std::string& text) {
        parameters_.push_back(fmt::format(".{}(\"{}\")", name, text));
    }
    void raw(std::string_view name, const std::string& text) {
        parameters_.push_back(fmt::format(".{}({})", name, text));
    }
    void port(std::string_view name, std::string_view signal) {
        ports_.push_back(fmt::format(".{}({})", name, signal));
    }
    /// valid, ready and data of a stream: ".in_valid(s3_valid), ..."
    void stream(std::string_view prefix, int channel) {
        for (const char* part : {"valid", "ready", "data"}) {
            port(fmt::format("{}_{}", prefix, part), fmt::format("s{}_{}", channel, part));
        }
    }
    std::string text() const {
        std::string out = fmt::format("    {} #(\n", module_);
        out += wrapped(parameters_);
        out += fmt::format("    ) {} (\n        .clk(aclk), .rst(rst),\n", name_);
        out += wrapped(ports_);
        return out + "    );\n\n";
    }

  private:
    static std::string wrapped(const std::vector<std::string>& items) {
        std::string out, line = "       ";
        for (std::size_t i = 0; i < items.size(); ++i) {
            const std::string item = " " + items[i] + (i + 1 < items.size() ? "," : "");
            if (line.size() + item.size() > 110) {
                out += line + '\n';
                line = "       ";
            }
            line += item;
        }
        return out + line + '\n';
    }
    std::string module_, name_;
    std::vector<std::string> parameters_, ports_;
};

} // namespace tandem::codegen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/table.h"
#include "app/common/resources.h"
#include "core/base/error.h"

#include <cstdio>

namespace tandem::cli {

void Output::result(const nlohmann::ordered_json& value, const std::function<std::string()>& text) const {
    const std::string shown = json ? value.dump(2) + "\n" : text();
    std::fwrite(shown.data(), 1, shown.size(), stdout);
    std::fflush(stdout);
}

void Output::message(const std::string& text) {
    fmt::print(stderr, "{}\n", text);
}

CLI::App* addCommand(Program& program, const std::string& name, const std::string& description) {
    CLI::App* command = program.app.add_subcommand(name, description);
    command->add_flag("--json", program.output.json, "Print the result as JSON on standard output");
    return command;
}

std::pair<std::string, std::string> splitAssignment(const std::string& text, const std::string& option) {
    const std::size_t at = text.find('=');
    if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
        throw inputError("{} was given '{}'; it takes NAME=VALUE", option, text);
    }
    return {text.substr(0, at), text.substr(at + 1)};
}

std::vector<hw::Device> knownDevices() {
    return hw::loadDevices(app::resourceFolder() / "devices", app::userDeviceFolder());
}

} // namespace tandem::cli

int main(int argc, char** argv) {
    using namespace tandem;
    CLI::App app("Tandem searches a neural network and the accelerator that runs it as one design.",
                 "tandem-cli");
    app.require_subcommand(1);
    app.set_version_flag("--version", TANDEM_VERSION);
    cli::Output output;
    int exitCode = 0;
    const cli::Program program{app, output, exitCode};
    for (const auto& add :
         {cli::addInspect, cli::addAssemble, cli::addRun, cli::addDevices, cli::addSearch, cli::addFront,
          cli::addEvaluate, cli::addTrain, cli::addExport, cli::addVerify, cli::addBench}) {
        add(program);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) { // --help and --version
        return app.exit(asked);
    } catch (const CLI::ParseError& wrong) {
        fmt::print(stderr, "tandem-cli: {}\n", wrong.what());
        return 2;
    } catch (const Error& error) {
        fmt::print(stderr, "tandem-cli: {}\n", error.what());
        return error.kind() == ErrorKind::Input ? 2 : 1;
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "tandem-cli: not enough memory for this network\n");
        return 1;
    } catch (const std::exception& foreign) { // of the file system, JSON, a library
        fmt::print(stderr, "tandem-cli: {}\n", foreign.what());
        return 1;
    }
    return exitCode;
}

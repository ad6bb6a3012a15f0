// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/verify/verify.h"

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/interruption.h"
#include "app/cli/table.h"

namespace tandem::cli {

namespace {

std::string toTable(const codegen::Verification& verification) {
    Table table({"compared", "expected", "found", "result"});
    for (const codegen::Check& check : verification.checks) {
        table.add({check.item, check.expected, check.found,
                   !check.passed   ? "not run"
                   : *check.passed ? "passed"
                                   : "FAILED"});
    }
    return table.text() + (verification.passed() ? "verification passed\n" : "verification FAILED\n");
}

} // namespace

void addVerify(Program program) {
    CLI::App* command = addCommand(
        program, "verify", "Build, run, simulate and synthesize an export; compare with its promises");
    auto folder = std::make_shared<std::filesystem::path>();
    auto options = std::make_shared<codegen::VerifyOptions>();
    command->add_option("folder", *folder, "What 'tandem-cli export' wrote")->required();
    command->add_flag("!--no-synthesis", options->synthesize, "Leave Yosys out");
    command
        ->add_option("--synthesis-seconds", options->synthesisSeconds,
                     "Seconds that Yosys may take (default 120)")
        ->check(positiveNumber());
    command
        ->add_option("--icarus-seconds", options->icarusSeconds,
                     "Run Icarus Verilog where it is estimated to take less (default 30)")
        ->check(positiveNumber());
    command
        ->add_option("--timeout", options->timeoutSeconds,
                     "Seconds that each other outside program may take (default 3600)")
        ->check(positiveNumber());
    command->callback([program, folder, options] {
        const Interruption interruption;
        options->cancel = interruption.token();
        const codegen::Verification verification = codegen::verify(
            *folder, *options, [](const std::string& what, double) { Output::message(what); });
        program.output.result(codegen::toJson(verification), [&] { return toTable(verification); });
        program.exitCode = verification.passed() ? 0 : 1;
    });
}

} // namespace tandem::cli

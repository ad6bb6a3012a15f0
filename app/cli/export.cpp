// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/export.h"

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/interruption.h"
#include "app/common/resources.h"
#include "core/codegen/point_export.h"
#include "core/engine/point_record.h"

namespace tandem::cli {

void addExport(Program program) {
    struct Arguments {
        std::filesystem::path study, folder;
        point::PointId point = 0;
        std::string only = "cpp,rtl,onnx,report";
        std::string cppWeights = "size";
        int inputs = 3;
    };
    CLI::App* command =
        addCommand(program, "export", "Write a point's C++, RTL, ONNX and report into a folder");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("study", arguments->study, "The study file (.tandem)")->required();
    command->add_option("--point", arguments->point, "The point, by its number")
        ->check(wholeNumber())
        ->required();
    command->add_option("--to", arguments->folder, "The folder to write")->required();
    command->add_option("--only", arguments->only,
                        "Parts, separated by commas: cpp,rtl,onnx,report (default: all)");
    command->add_option("--inputs", arguments->inputs, "Golden inputs to write (default 3)")
        ->check(wholeNumber(1, 1000));
    command
        ->add_option(
            "--cpp-weights", arguments->cppWeights,
            "How the C++ stores weights of fewer than 8 bits: size (in their bits, the default) or speed (in "
            "bytes)")
        ->check(CLI::IsMember({"size", "speed"}));
    command->callback([program, arguments] {
        const codegen::ExportParts parts = codegen::parseParts(arguments->only);
        const auto session = engine::Session::open(arguments->study, knownDevices());
        const Interruption interruption;
        codegen::ExportInput input = codegen::exportInput(
            session->evaluator(), engine::pointRecord(*session, arguments->point, interruption.token()),
            arguments->inputs);
        input.cppWeights =
            arguments->cppWeights == "speed" ? quant::WeightStorage::Bytes : quant::WeightStorage::Packed;
        codegen::exportPoint(
            input, parts, app::resourceFolder(), arguments->folder,
            [](const std::string& what, double) { Output::message(what); }, interruption.token());
        const nlohmann::ordered_json summary{{"point", arguments->point},
                                             {"folder", arguments->folder.string()},
                                             {"figures", codegen::figuresJson(input.figures)}};
        session->recordArtefact(arguments->point, "export", summary);
        program.output.result(summary, [&] {
            return fmt::format("point {} written to {}\n", arguments->point, arguments->folder.string());
        });
    });
}

} // namespace tandem::cli

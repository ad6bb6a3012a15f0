// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/package/rtl_package.h"

#include "core/codegen/package/ice40.h"
#include "core/codegen/package/ip_xact.h"
#include "core/codegen/package/synthesis_scripts.h"
#include "core/codegen/package/tool_flags.h"
#include "core/codegen/text_files.h"

#include <algorithm>
#include <cctype>

namespace tandem::codegen {

namespace {

constexpr const char* kMakefile = R"(
RTL := $(wildcard rtl/*.v)
BENCH := tb/tandem_tb.v tb/tandem_tap.v
ARGS ?=
# Standard cells for synth-asic; Debian: qflow-tech-osu018.
LIBERTY ?= @LIBERTY@

.PHONY: verilator icarus lint synth synth-xc7 synth-xcup synth-ice40 synth-ecp5 synth-asic@PNR_NAME@ vivado clean

verilator: build/verilator/Vtandem_tb
	build/verilator/Vtandem_tb $(ARGS)

build/verilator/Vtandem_tb: $(RTL) $(BENCH) tb/main.cpp
	verilator --cc --exe --build -O3 --x-assign fast --x-initial fast --noassert -Wno-fatal \
	    -MAKEFLAGS "@VERILATOR_MAKEFLAGS@" -j 0 --top-module tandem_tb -Mdir build/verilator $(BENCH) $(RTL) ../../tb/main.cpp

icarus: build/icarus.vvp
	vvp -n build/icarus.vvp $(ARGS)

build/icarus.vvp: $(RTL) $(BENCH) tb/tandem_clock.v
	mkdir -p build
	iverilog -g2005 -s tandem_clock -o $@ tb/tandem_clock.v $(BENCH) $(RTL)

lint:
	verilator --lint-only -Wall --top-module @TOP@ $(RTL)

synth: synth-@FAMILY@

synth-xc7 synth-xcup synth-ice40 synth-ecp5: synth-%:
	mkdir -p build
	yosys -l build/$*.log synth/$*.ys

synth-asic:
	mkdir -p build
	yosys -l build/asic.log -p "script synth/asic.ys; @CELLS@; write_verilog build/asic.v"

@PNR@vivado:
	vivado -mode batch -log build/vivado.log -journal build/vivado.jou -source synth/vivado_ooc.tcl

clean:
	rm -rf build
)";

constexpr const char* kReadme = R"(# @NAME@

@NETWORK@ as an accelerator, planned for @CLOCK@ MHz.

| what | for |
|---|---|
| `rtl/` | Verilog-2005: `@TOP@.v` and the modules it uses |
| `mem/` | weights and requantization constants, read by `$readmemh` relative to this folder |
| `tb/` | self-checking test bench; `tandem_tap.v` takes the CRC-32 of every layer's stream |
| `golden/` | input and expected output beats; `layers.txt`: the CRC-32 that every layer must give |
| `synth/` | Yosys scripts for five families; `vivado_ooc.tcl` and its constraints |
| `@NAME@.core` | FuseSoC (CAPI2) |
| `component.xml` | IP-XACT (IEEE 1685-2014) |

`make verilator` or `make icarus` simulates (`ARGS="+stall_in=30 +stall_out=30 +seed=7"` keeps the ports idle at
random), `make synth` synthesizes for the family that the design was made for, `make synth-xc7`, `-xcup`, `-ice40`,
`-ecp5` and `-asic` for the others, `make vivado` runs Vivado out of context, `make lint` checks the Verilog.@PNR_TEXT@
Run tools in this folder: memory images are found from here. With FuseSoC:

    fusesoc --cores-root . run --target sim --tool verilator @NAME@

The test bench prints a line `tandem: layer L frame F crc X cycle C` for every layer; the first layer whose CRC-32 is not
that of `golden/layers.txt` is where a difference starts. The CRC is taken over the elements in the order row, column,
channel, one byte each.

@WEIGHTS@Everything here belongs to you: use, change and pass it on without conditions.
)";

constexpr const char* kStreamedWeights =
    R"(Weights that do not stand on the chip come over the `m_axi_w` ports (AXI4, read only), again for every output pixel. Put
the bytes of `mem/weights.hex` into memory, beginning at a multiple of 4096, and give that address on `weights_base` from
reset on; reset the memory's side with the accelerator, because it takes late answers for new ones. The test bench has a
memory behind the ports: `ARGS="+latency=60 +gap=2"` sets the cycles to the first beat of a request and between beats.

)";

/// nextpnr's name for the part that an iCE40 accelerator is for; where none is stated, a common one.
Ice40Part ice40PartOf(const Package& package) {
    return ice40Part(package.target.part).value_or(Ice40Part{"up5k", "sg48"});
}

std::string placeAndRouteRule(const Package& package) {
    if (package.target.family != hw::DeviceFamily::Ice40) {
        return {};
    }
    const std::vector<std::string> command = nextpnrCommand(ice40PartOf(package), package.target.clockMhz);
    return fmt::format("pnr: synth-ice40\n\t{} --log build/pnr.log\n\n", fmt::join(command, " "));
}

std::string substituted(std::string text, const Package& package) {
    const auto substitute = [&text](const std::string& key, const std::string& value) {
        for (std::size_t found; (found = text.find(key)) != std::string::npos;) {
            text.replace(found, key.size(), value);
        }
    };
    const bool streams =
        std::ranges::find(package.inputs, kWeightsBase, &BusPort::physical) != package.inputs.end();
    substitute("@WEIGHTS@", streams ? kStreamedWeights : "");
    substitute("@TOP@", package.top);
    const std::string rule = placeAndRouteRule(package);
    substitute("@VERILATOR_MAKEFLAGS@", kVerilatorMakeFlags);
    substitute("@PNR_NAME@", rule.empty() ? "" : " pnr");
    substitute("@PNR@", rule);
    substitute("@PNR_TEXT@",
               rule.empty() ? "" : " `make pnr` places and routes for iCE40 and tells the clock it reaches.");
    substitute("@LIBERTY@", kStandardCells);
    substitute("@CELLS@", mapToCells("$(LIBERTY)"));
    substitute("@FAMILY@", familyScript(package.target.family));
    substitute("@NAME@", packageName(package));
    substitute("@NETWORK@", commentText(package.target.network));
    substitute("@CLOCK@", fmt::format("{:g}", package.target.clockMhz));
    return text;
}

/// A YAML text in double quotes.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : commentText(text)) {
        result += c == '"' ? std::string("'") : std::string(1, c);
    }
    return result + "\"";
}

std::string fileList(const std::vector<std::string>& files, bool copied) {
    std::string text;
    for (const std::string& file : files) {
        text +=
            copied ? fmt::format("      - {0}: {{copyto: {0}}}\n", file) : fmt::format("      - {}\n", file);
    }
    return text;
}

/// The tool that builds for a family and its options.
std::string synthesisTarget(const Package& package) {
    const std::string start = "\n  synth:\n    <<: *default\n    default_tool: ";
    switch (package.target.family) {
    case hw::DeviceFamily::Xilinx7:
    case hw::DeviceFamily::UltraScalePlus:
        return start + fmt::format("vivado\n    filesets_append: [constraints]\n    tools:\n      vivado:\n"
                                   "        part: {}\n",
                                   package.target.part.empty() ? "xc7z020clg484-1" : package.target.part);
    case hw::DeviceFamily::Ice40:
        return start +
               // Without -dsp, which brings ice40_dsp with it: see synth/ice40.ys.
               fmt::format("icestorm\n    tools:\n      icestorm:\n"
                           "        nextpnr_options: [--{}, --package, {}]\n",
                           ice40PartOf(package).device, ice40PartOf(package).package);
    case hw::DeviceFamily::Ecp5:
        return start +
               "trellis\n    tools:\n      trellis:\n        nextpnr_options: [--85k, --package, CABGA381]\n";
    case hw::DeviceFamily::Asic:
        break;
    }
    return {};
}

} // namespace

std::string fusesocCore(const Package& package) {
    std::vector<std::string> sources = package.modules;
    sources.push_back(fmt::format("rtl/{}.v", package.top));
    const bool xilinx = package.target.family == hw::DeviceFamily::Xilinx7 ||
                        package.target.family == hw::DeviceFamily::UltraScalePlus;
    std::string text = "CAPI=2:\n" + fileHeader("#", "FuseSoC core.");
    text += fmt::format("name: \"::{}:1.0.0\"\ndescription: {}\n\nfilesets:\n", packageName(package),
                        quoted(package.target.network + " as an accelerator"));
    text += "  rtl:\n    files:\n" + fileList(sources, false) + "    file_type: verilogSource-2005\n";
    // Tools run elsewhere: what $readmemh reads is put where it looks.
    text +=
        "  memory:\n    files:" + (package.images.empty() ? " []\n" : "\n" + fileList(package.images, true)) +
        "    file_type: user\n";
    text += "  golden:\n    files:\n" + fileList(package.golden, true) + "    file_type: user\n";
    text += "  bench:\n    files:\n      - tb/tandem_tb.v\n      - tb/tandem_tap.v\n"
            "    file_type: verilogSource-2005\n"
            "  icarus_clock:\n    files:\n      - tb/tandem_clock.v\n    file_type: verilogSource-2005\n"
            "  verilator_clock:\n    files:\n      - tb/main.cpp\n    file_type: cppSource\n";
    if (xilinx) {
        text += "  constraints:\n    files:\n      - synth/vivado_ooc.xdc\n    file_type: xdc\n";
    }
    text += fmt::format("\ntargets:\n  default: &default\n    filesets: [rtl, memory]\n    toplevel: {}\n",
                        package.top);
    text += R"yaml(
  sim:
    default_tool: verilator
    filesets: [rtl, memory, golden, bench, "tool_icarus? (icarus_clock)", "tool_verilator? (verilator_clock)"]
    toplevel: ["tool_icarus? (tandem_clock)", "tool_verilator? (tandem_tb)"]
    parameters: [stall_in, stall_out, seed]
    tools:
      icarus:
        iverilog_options: [-g2005]
      verilator:
        mode: cc
        verilator_options: [-O3, --x-assign, fast, --x-initial, fast, --noassert, -Wno-fatal]
)yaml";
    text +=
        fmt::format("\n  lint:\n    <<: *default\n    default_tool: verilator\n    tools:\n      verilator:\n"
                    "        mode: lint-only\n        verilator_options: [-Wall]\n");
    text += synthesisTarget(package);
    return text + R"(
parameters:
  stall_in:
    datatype: int
    paramtype: plusarg
    default: 0
    description: Percent of the cycles in which the input port stays idle
  stall_out:
    datatype: int
    paramtype: plusarg
    default: 0
    description: Percent of the cycles in which the output port stays idle
  seed:
    datatype: int
    paramtype: plusarg
    default: 1
    description: Of the random stalls
)";
}

std::string registerHeader(const Package& package) {
    std::string guard = packageName(package) + "_registers_h";
    std::ranges::transform(guard, guard.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    std::string text = fileHeader("//", "Byte offsets of the 32-bit registers behind the AXI4-Lite port.");
    text += fmt::format("#ifndef {0}\n#define {0}\n\n", guard);
    for (const Register& entry : package.registers) {
        std::string name = identifier(entry.name);
        std::ranges::transform(name, name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        text += fmt::format("/* {}{} */\n#define TANDEM_{} 0x{:x}u\n", commentText(entry.description),
                            entry.writable ? "" : " (read only)", name, entry.offset);
    }
    return text + "\n#endif\n";
}

std::vector<TextFile> packageFiles(const Package& package) {
    std::vector<TextFile> files = synthesisScripts(package);
    files.push_back(
        {"Makefile", fileHeader("#", "Simulation and synthesis.") + substituted(kMakefile, package)});
    files.push_back({"README.md", substituted(kReadme, package)});
    files.push_back({packageName(package) + ".core", fusesocCore(package)});
    files.push_back({"component.xml", ipXactComponent(package)});
    if (!package.registers.empty()) {
        files.push_back({"sw/tandem_registers.h", registerHeader(package)});
    }
    return files;
}

} // namespace tandem::codegen

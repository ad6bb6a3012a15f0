// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/package/synthesis_scripts.h"

#include "core/codegen/package/ice40.h"

namespace tandem::codegen {

namespace {

/// What the Makefile then maps to cells. Memories that the design wants in blocks are left to macros, whose
/// sizes are printed; all others become flip-flops and gates.
constexpr const char* kAsic = R"(synth -flatten -top {0} -run begin:fine
chtype -set $__TANDEM_MEMORY t:$mem_v2 a:ram_style=block %i
dump t:$__TANDEM_MEMORY
synth -top {0} -run fine:
)";

/// synth_ice40 -dsp step by step, without ice40_dsp: in Yosys 0.23 that pass drops one of two products that
/// are registered and then added up.
constexpr const char* kIce40 = R"(synth_ice40 -dsp -top {0} -run begin:coarse
opt_expr
opt_clean
check
opt -nodffe -nosdff
fsm
opt
wreduce
peepopt
opt_clean
share
techmap -map +/cmp2lut.v -D LUT_WIDTH=4
opt_expr
opt_clean
memory_dff
wreduce t:$mul
techmap -map +/mul2dsp.v -map +/ice40/dsp_map.v -D DSP_A_MAXWIDTH=16 -D DSP_B_MAXWIDTH=16 -D DSP_A_MINWIDTH=2 -D DSP_B_MINWIDTH=2 -D DSP_Y_MINWIDTH=11 -D DSP_NAME=$__MUL16X16
select a:mul2dsp
setattr -unset mul2dsp
opt_expr -fine
wreduce
select -clear
chtype -set $mul t:$__soft_mul
alumacc
opt
memory -nomap
opt_clean
synth_ice40 -dsp -top {0} -run map_ram: -json build/ice40.json
stat -top {0}
write_verilog -noattr build/ice40.v
)";

/// Puts the synthesized accelerator behind two pins, for nextpnr.
constexpr const char* kIce40Pins = R"(read_verilog synth/ice40_pins.v
hierarchy -top tandem_pins
flatten
write_json build/ice40_pins.json
)";

std::string ice40Commands(const RtlTarget& target, const std::string& top) {
    const bool made = target.family == hw::DeviceFamily::Ice40;
    const std::string text = made && !target.hasDsps
                                 ? fmt::format("synth_ice40 -top {0} -json build/ice40.json\nstat -top {0}\n"
                                               "write_verilog -noattr build/ice40.v\n",
                                               top)
                                 : fmt::format(kIce40, top);
    return made ? text + kIce40Pins : text;
}

std::string yosysCommands(const RtlTarget& target, hw::DeviceFamily family, const std::string& top) {
    switch (family) {
    case hw::DeviceFamily::Xilinx7:
        return fmt::format("synth_xilinx -family xc7 -flatten -top {0}\nstat -top {0}\n"
                           "write_verilog build/xc7.v\n",
                           top);
    case hw::DeviceFamily::UltraScalePlus:
        return fmt::format("synth_xilinx -family xcup -flatten -top {0}\nstat -top {0}\n"
                           "write_verilog build/xcup.v\n",
                           top);
    case hw::DeviceFamily::Ice40:
        return ice40Commands(target, top);
    case hw::DeviceFamily::Ecp5:
        return fmt::format("synth_ecp5 -top {0} -json build/ecp5.json\nstat -top {0}\n", top);
    case hw::DeviceFamily::Asic:
        return fmt::format(kAsic, top);
    }
    return {};
}

std::string yosysScript(const Package& package, hw::DeviceFamily family) {
    const std::string name = familyScript(family);
    std::string text = fileHeader("#", fmt::format("Synthesis for {} with Yosys, in the package's folder: "
                                                   "make synth-{}",
                                                   hw::toString(family), name));
    for (const std::string& module : package.modules) {
        text += fmt::format("read_verilog -defer {}\n", module);
    }
    return text + fmt::format("read_verilog rtl/{}.v\n", package.top) +
           yosysCommands(package.target, family, package.top);
}

std::string partOf(const Package& package) {
    if (!package.target.part.empty()) {
        return package.target.part;
    }
    return package.target.family == hw::DeviceFamily::UltraScalePlus ? "xczu3eg-sbva484-1-e"
                                                                     : "xc7z020clg484-1";
}

constexpr const char* kVivado = R"(#
#   vivado -mode batch -source synth/vivado_ooc.tcl [-tclargs PART]
#
# Synthesizes, places and routes the accelerator on its own (out of context) and leaves reports and a
# checkpoint in build/. Only this tells what clock the design closes at.
set part [expr {$argc > 0 ? [lindex $argv 0] : "@PART@"}]
cd [file dirname [file dirname [file normalize [info script]]]]
file mkdir build

create_project -in_memory -part $part
read_verilog [list @SOURCES@]
set images [list @IMAGES@]
if {[llength $images] > 0} {
    # $readmemh reads them; the paths in the Verilog start at this folder.
    add_files -norecurse $images
    set_property file_type {Memory Initialization Files} [get_files $images]
}
read_xdc -mode out_of_context synth/vivado_ooc.xdc

synth_design -mode out_of_context -top @TOP@ -part $part
report_utilization -hierarchical -file build/vivado_synth_utilization.rpt
opt_design
place_design
phys_opt_design
route_design
report_utilization -hierarchical -file build/vivado_utilization.rpt
report_timing_summary -file build/vivado_timing.rpt
report_power -file build/vivado_power.rpt
write_checkpoint -force build/@TOP@.dcp

set slack [get_property SLACK [get_timing_paths -delay_type max]]
puts "tandem: worst slack $slack ns at @PERIOD@ ns"
)";

std::string listed(const std::vector<std::string>& paths) {
    std::string text;
    for (const std::string& path : paths) {
        text += fmt::format("{} \\\n    ", path);
    }
    return text;
}

std::string periodOf(const Package& package) {
    return fmt::format("{:.3f}", 1000.0 / package.target.clockMhz);
}

std::string vivadoScript(const Package& package) {
    std::string text = fileHeader("#", "Vivado, out of context.") + kVivado;
    const auto substitute = [&text](const std::string& key, const std::string& value) {
        for (std::size_t found; (found = text.find(key)) != std::string::npos;) {
            text.replace(found, key.size(), value);
        }
    };
    std::vector<std::string> sources = package.modules;
    sources.push_back(fmt::format("rtl/{}.v", package.top));
    substitute("@PART@", partOf(package));
    substitute("@SOURCES@", listed(sources));
    substitute("@IMAGES@", listed(package.images));
    substitute("@TOP@", package.top);
    substitute("@PERIOD@", periodOf(package));
    return text;
}

std::string vivadoConstraints(const Package& package) {
    return fileHeader("#", "The clock that the accelerator is planned for.") +
           fmt::format("create_clock -name aclk -period {} [get_ports aclk]\n", periodOf(package));
}

} // namespace

std::string familyScript(hw::DeviceFamily family) {
    switch (family) {
    case hw::DeviceFamily::Xilinx7:
        return "xc7";
    case hw::DeviceFamily::UltraScalePlus:
        return "xcup";
    case hw::DeviceFamily::Ice40:
        return "ice40";
    case hw::DeviceFamily::Ecp5:
        return "ecp5";
    case hw::DeviceFamily::Asic:
        return "asic";
    }
    return "xc7";
}

std::vector<TextFile> synthesisScripts(const Package& package) {
    std::vector<TextFile> files;
    for (const hw::DeviceFamily family :
         {hw::DeviceFamily::Xilinx7, hw::DeviceFamily::UltraScalePlus, hw::DeviceFamily::Ice40,
          hw::DeviceFamily::Ecp5, hw::DeviceFamily::Asic}) {
        files.push_back({fmt::format("synth/{}.ys", familyScript(family)), yosysScript(package, family)});
    }
    if (package.target.family == hw::DeviceFamily::Ice40) {
        files.push_back({"synth/ice40_pins.v", pinsModule(package)});
    }
    files.push_back({"synth/vivado_ooc.tcl", vivadoScript(package)});
    files.push_back({"synth/vivado_ooc.xdc", vivadoConstraints(package)});
    return files;
}

} // namespace tandem::codegen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process.h"
#include "core/codegen/package/ip_xact.h"
#include "core/codegen/package/rtl_package.h"
#include "core/codegen/package/synthesis_scripts.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>

namespace tandem::codegen {
namespace {

using testing::HasSubstr;
using testing::Not;

Package package(hw::DeviceFamily family = hw::DeviceFamily::Xilinx7) {
    Package made;
    made.target = {"my net: <v1> \"a\"", family, "xc7z020clg400-1", 125.0};
    made.modules = {"rtl/tandem_conv.v", "rtl/tandem_fifo.v"};
    made.images = {"mem/l0_weights.hex", "mem/l0_scale.hex"};
    made.golden = {"golden/inputs.hex", "golden/outputs.hex"};
    made.buses = {streamBus("s_axis", BusKind::StreamSlave, 8, false),
                  streamBus("m_axis", BusKind::StreamMaster, 32, true)};
    return made;
}

Package packageWithRegisters() {
    Package made = package();
    made.buses.push_back({"s_axi", BusKind::LiteSlave, {{"AWVALID", "s_axi_awvalid", false, 0}}});
    made.registers = {{"control", 0, true, "bit 0 starts a frame"},
                      {"cycles", 8, false, "of the last frame"}};
    return made;
}

const std::string& textOf(const std::vector<TextFile>& files, const std::string& path) {
    for (const TextFile& file : files) {
        if (file.path == path) {
            return file.text;
        }
    }
    ADD_FAILURE() << path << " is missing";
    static const std::string none;
    return none;
}

/// An element of an XML document without attributes and text of its own kind.
struct Element {
    std::string name, text;
    std::vector<Element> children;

    const Element* child(const std::string& wanted) const {
        const auto found = std::ranges::find(children, wanted, &Element::name);
        return found == children.end() ? nullptr : &*found;
    }
    std::vector<std::string> childNames() const {
        std::vector<std::string> names;
        for (const Element& element : children) {
            names.push_back(element.name);
        }
        return names;
    }
};

/// Reads well-formed XML of elements and texts; fails the test on anything else.
class XmlReader {
  public:
    explicit XmlReader(std::string_view text) : text_(text) {}

    Element document() {
        Element root;
        while (at_ < text_.size()) {
            const std::size_t open = text_.find('<', at_);
            if (open == std::string_view::npos) {
                break;
            }
            at_ = open;
            if (text_.substr(at_, 2) == "<?" || text_.substr(at_, 4) == "<!--") {
                at_ = text_.find('>', at_) + 1;
                continue;
            }
            root = element();
        }
        return root;
    }

  private:
    Element element() {
        Element made;
        const std::size_t end = text_.find('>', at_);
        std::string_view tag = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        EXPECT_EQ(std::ranges::count(tag, '"') % 2, 0) << tag;
        const bool empty = tag.ends_with('/');
        made.name = tag.substr(0, tag.find_first_of(" /\n"));
        EXPECT_TRUE(made.name.starts_with("ipxact:")) << made.name;
        made.name = made.name.substr(std::string_view("ipxact:").size());
        while (!empty) {
            const std::size_t open = text_.find('<', at_);
            if (open == std::string_view::npos) {
                ADD_FAILURE() << made.name << " is never closed";
                break;
            }
            made.text += text_.substr(at_, open - at_);
            at_ = open;
            if (text_.substr(at_, 2) == "</") {
                const std::size_t close = text_.find('>', at_);
                EXPECT_EQ(text_.substr(at_ + 2, close - at_ - 2), "ipxact:" + made.name);
                at_ = close + 1;
                break;
            }
            made.children.push_back(element());
        }
        return made;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

TEST(Package, HoldsEveryFileThatEngineersAskFor) {
    const std::vector<TextFile> files = packageFiles(package());
    for (const char* path : {"Makefile", "README.md", "tandem_my_net_v1_a.core", "component.xml",
                             "synth/xc7.ys", "synth/xcup.ys", "synth/ice40.ys", "synth/ecp5.ys",
                             "synth/asic.ys", "synth/vivado_ooc.tcl", "synth/vivado_ooc.xdc"}) {
        EXPECT_FALSE(textOf(files, path).empty()) << path;
        EXPECT_THAT(textOf(files, path), Not(testing::ContainsRegex("@[A-Z]+@"))) << path;
    }
    EXPECT_THAT(textOf(files, "synth/vivado_ooc.xdc"), HasSubstr("-period 8.000"));
    EXPECT_THAT(textOf(files, "synth/vivado_ooc.tcl"), HasSubstr("xc7z020clg400-1"));
    EXPECT_THAT(textOf(files, "Makefile"), HasSubstr("synth: synth-xc7"));
    EXPECT_THAT(textOf(packageFiles(package(hw::DeviceFamily::Ecp5)), "Makefile"),
                HasSubstr("synth: synth-ecp5"));
    EXPECT_TRUE(std::ranges::none_of(files, [](const TextFile& f) { return f.path.starts_with("sw/"); }));
}

TEST(Package, KnowsThePortsThroughWhichWeightsStream) {
    Package streams = package();
    streams.buses.push_back(memoryBus("m_axi_w3", memoryReadPorts(32)));
    streams.inputs = {{"", "weights_base", false, 32}};
    const std::string component = ipXactComponent(streams);
    EXPECT_THAT(component, HasSubstr(R"(vendor="amba.com" library="AMBA4" name="AXI4" version="r0p0_0")"));
    EXPECT_THAT(component, HasSubstr("<ipxact:name>m_axi_w3_arvalid</ipxact:name>"));
    EXPECT_THAT(component, HasSubstr("<ipxact:name>weights_base</ipxact:name>"));
    EXPECT_THAT(textOf(packageFiles(streams), "README.md"), HasSubstr("`m_axi_w` ports"));
    EXPECT_THAT(textOf(packageFiles(package()), "README.md"), Not(HasSubstr("m_axi_w")));
}

TEST(Package, ScriptsReadEveryModuleBeforeTheTop) {
    for (const TextFile& file : synthesisScripts(package())) {
        if (file.path.ends_with(".ys")) {
            const std::size_t top = file.text.find("read_verilog rtl/tandem_top.v");
            EXPECT_NE(top, std::string::npos) << file.path;
            EXPECT_LT(file.text.find("read_verilog -defer rtl/tandem_conv.v"), top) << file.path;
            EXPECT_THAT(file.text, HasSubstr("-top tandem_top")) << file.path;
        }
    }
}

TEST(Package, TclScriptIsComplete) {
    if (findProgram("tclsh").empty()) {
        GTEST_SKIP() << "tclsh is not installed";
    }
    const test::TemporaryFolder folder;
    const std::vector<TextFile> files = synthesisScripts(package());
    folder.write("vivado_ooc.tcl", textOf(files, "synth/vivado_ooc.tcl"));
    // Every command of Vivado only prints its words: the whole script runs.
    folder.write("run.tcl",
                 "proc unknown {args} { puts $args }\nset argc 0\nset argv {}\n"
                 "set script [read [open vivado_ooc.tcl]]\n"
                 "if {![info complete $script]} { exit 3 }\n"
                 "cd " +
                     folder.path().string() +
                     "\nfile mkdir synth\n"
                     "file rename vivado_ooc.tcl synth/vivado_ooc.tcl\nsource synth/vivado_ooc.tcl\n");
    const ProcessResult result = runProcess({"tclsh", "run.tcl"}, folder.path(), 60);
    EXPECT_EQ(result.exitCode, 0) << result.output;
    EXPECT_THAT(result.output,
                HasSubstr("read_verilog {rtl/tandem_conv.v rtl/tandem_fifo.v rtl/tandem_top.v}"));
    EXPECT_THAT(result.output, HasSubstr("synth_design -mode out_of_context -top tandem_top"));
}

TEST(Package, ComponentFollowsIpXact2014) {
    const Element root = XmlReader(ipXactComponent(packageWithRegisters())).document();
    EXPECT_EQ(root.name, "component");
    EXPECT_THAT(root.childNames(),
                testing::ElementsAre("vendor", "library", "name", "version", "busInterfaces", "memoryMaps",
                                     "model", "fileSets", "description"));
    EXPECT_THAT(root.child("description")->text, HasSubstr("my net: &lt;v1&gt; &quot;a&quot;"));

    std::set<std::string> ports;
    for (const Element& port : root.child("model")->child("ports")->children) {
        EXPECT_TRUE(ports.insert(port.child("name")->text).second) << port.child("name")->text;
    }
    EXPECT_THAT(ports, testing::IsSupersetOf({"aclk", "aresetn", "s_axis_tvalid", "s_axis_tready",
                                              "s_axis_tdata", "m_axis_tlast"}));
    const Element& buses = *root.child("busInterfaces");
    ASSERT_EQ(buses.children.size(), 3U);
    for (const Element& bus : buses.children) {
        EXPECT_EQ(bus.children[0].name, "name");
        EXPECT_EQ(bus.children[1].name, "busType");
        EXPECT_EQ(bus.children[2].name, "abstractionTypes");
        const Element& type = bus.children[2].children.at(0);
        EXPECT_THAT(type.childNames(), testing::ElementsAre("abstractionRef", "portMaps"));
        for (const Element& map : type.child("portMaps")->children) {
            EXPECT_TRUE(ports.contains(map.child("physicalPort")->child("name")->text));
        }
    }
    EXPECT_NE(buses.children[0].child("slave"), nullptr);
    EXPECT_NE(buses.children[1].child("master"), nullptr);
    EXPECT_NE(buses.children[2].child("slave")->child("memoryMapRef"), nullptr);
    const Element& block = *root.child("memoryMaps")->children.at(0).child("addressBlock");
    EXPECT_EQ(block.child("range")->text, "12");
    EXPECT_EQ(block.children.back().child("access")->text, "read-only");
    EXPECT_EQ(root.child("fileSets")->children.at(0).children.size(), 1U + 3U + 2U);
}

TEST(Package, WithoutRegistersThereIsNoMemoryMap) {
    const Element root = XmlReader(ipXactComponent(package())).document();
    EXPECT_EQ(root.child("memoryMaps"), nullptr);
}

TEST(Package, RegistersGetAHeader) {
    const std::string header = textOf(packageFiles(packageWithRegisters()), "sw/tandem_registers.h");
    EXPECT_THAT(header, HasSubstr("#define TANDEM_CONTROL 0x0u"));
    EXPECT_THAT(header, HasSubstr("of the last frame (read only) */\n#define TANDEM_CYCLES 0x8u"));
}

/// Keys of a YAML mapping by indentation: "targets/sim/toplevel".
std::set<std::string> yamlKeys(const std::string& text) {
    std::set<std::string> keys;
    std::vector<std::pair<std::size_t, std::string>> path;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t start = line.find_first_not_of(' ');
        if (start == std::string::npos || line[start] == '#' || line[start] == '-') {
            continue;
        }
        EXPECT_EQ(line.find('\t'), std::string::npos) << line;
        EXPECT_EQ(start % 2, 0U) << line;
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) {
            ADD_FAILURE() << "no key: " << line;
            continue;
        }
        while (!path.empty() && path.back().first >= start) {
            path.pop_back();
        }
        path.emplace_back(start, line.substr(start, colon - start));
        std::string key;
        for (const auto& [depth, name] : path) {
            key += (key.empty() ? "" : "/") + name;
        }
        EXPECT_TRUE(keys.insert(key).second) << "twice: " << key;
    }
    return keys;
}

TEST(Package, FusesocCoreHasFilesetsAndTargets) {
    for (const hw::DeviceFamily family :
         {hw::DeviceFamily::Xilinx7, hw::DeviceFamily::UltraScalePlus, hw::DeviceFamily::Ice40,
          hw::DeviceFamily::Ecp5, hw::DeviceFamily::Asic}) {
        const std::string core = fusesocCore(package(family));
        EXPECT_TRUE(core.starts_with("CAPI=2:\n"));
        const std::set<std::string> keys = yamlKeys(core);
        EXPECT_THAT(keys, testing::IsSupersetOf({"name", "filesets/rtl/files", "filesets/memory/files",
                                                 "targets/default/toplevel", "targets/sim/tools/icarus",
                                                 "targets/lint/default_tool", "parameters/seed/paramtype"}));
        EXPECT_EQ(keys.contains("targets/synth"), family != hw::DeviceFamily::Asic);
        EXPECT_THAT(core, HasSubstr("- mem/l0_scale.hex: {copyto: mem/l0_scale.hex}"));
    }
}

} // namespace
} // namespace tandem::codegen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/package/ip_xact.h"

#include "core/codegen/report/svg.h"

#include <algorithm>

namespace tandem::codegen {

namespace {

/// Writes indented elements of the IP-XACT name space.
class Xml {
  public:
    /// Calls `content` between the tags of an element.
    template <typename Content>
    void element(const std::string& name, const Content& content) {
        line(fmt::format("<ipxact:{}>", name));
        ++depth_;
        content();
        --depth_;
        line(fmt::format("</ipxact:{}>", name));
    }
    void leaf(const std::string& name, std::string_view text, const std::string& attributes = {}) {
        line(fmt::format("<ipxact:{0}{1}>{2}</ipxact:{0}>", name, attributes, svg::escape(text)));
    }
    void empty(const std::string& name, const std::string& attributes = {}) {
        line(fmt::format("<ipxact:{}{}/>", name, attributes));
    }
    void line(const std::string& text) { text_ += std::string(2 * depth_, ' ') + text + '\n'; }
    void indent(int by) { depth_ += static_cast<std::size_t>(by); }
    const std::string& text() const { return text_; }

  private:
    std::size_t depth_ = 0;
    std::string text_;
};

/// The bus definitions of Accellera's AMBA 4 library.
std::string busName(BusKind kind) {
    return kind == BusKind::StreamSlave || kind == BusKind::StreamMaster ? "AXI4Stream"
           : kind == BusKind::LiteSlave                                  ? "AXI4-Lite"
                                                                         : "AXI4";
}

bool isMaster(BusKind kind) {
    return kind == BusKind::StreamMaster || kind == BusKind::MemoryMaster;
}

std::string reference(BusKind kind, const std::string& suffix = {}) {
    const bool stream = kind == BusKind::StreamSlave || kind == BusKind::StreamMaster;
    return fmt::format(R"( vendor="amba.com" library="AMBA4" name="{}{}" version="{}")", busName(kind),
                       suffix, stream ? "r0p0_1" : "r0p0_0");
}

constexpr const char* kMemoryMap = "registers";

void writeBus(Xml& xml, const Bus& bus, bool mapped) {
    xml.element("busInterface", [&] {
        xml.leaf("name", bus.name);
        xml.empty("busType", reference(bus.kind));
        xml.element("abstractionTypes", [&] {
            xml.element("abstractionType", [&] {
                xml.empty("abstractionRef", reference(bus.kind, "_rtl"));
                xml.element("portMaps", [&] {
                    const auto map = [&](const std::string& logical, const std::string& physical) {
                        xml.element("portMap", [&] {
                            xml.element("logicalPort", [&] { xml.leaf("name", logical); });
                            xml.element("physicalPort", [&] { xml.leaf("name", physical); });
                        });
                    };
                    map("ACLK", "aclk");
                    map("ARESETn", "aresetn");
                    for (const BusPort& port : bus.ports) {
                        map(port.logical, port.physical);
                    }
                });
            });
        });
        if (isMaster(bus.kind)) {
            xml.empty("master");
        } else if (mapped && bus.kind == BusKind::LiteSlave) {
            xml.element("slave",
                        [&] { xml.empty("memoryMapRef", fmt::format(R"( memoryMapRef="{}")", kMemoryMap)); });
        } else {
            xml.empty("slave");
        }
    });
}

void writeRegisters(Xml& xml, const std::vector<Register>& registers) {
    std::int64_t last = 0;
    for (const Register& entry : registers) {
        last = std::max(last, entry.offset);
    }
    xml.element("memoryMaps", [&] {
        xml.element("memoryMap", [&] {
            xml.leaf("name", kMemoryMap);
            xml.element("addressBlock", [&] {
                xml.leaf("name", "control");
                xml.leaf("baseAddress", "0");
                xml.leaf("range", std::to_string(last + 4));
                xml.leaf("width", "32");
                xml.leaf("usage", "register");
                for (const Register& entry : registers) {
                    xml.element("register", [&] {
                        xml.leaf("name", entry.name);
                        xml.leaf("description", entry.description);
                        xml.leaf("addressOffset", std::to_string(entry.offset));
                        xml.leaf("size", "32");
                        xml.leaf("access", entry.writable ? "read-write" : "read-only");
                        xml.element("field", [&] {
                            xml.leaf("name", "value");
                            xml.leaf("bitOffset", "0");
                            xml.leaf("bitWidth", "32");
                        });
                    });
                }
            });
        });
    });
}

void writePort(Xml& xml, const BusPort& port) {
    xml.element("port", [&] {
        xml.leaf("name", port.physical);
        xml.element("wire", [&] {
            xml.leaf("direction", port.output ? "out" : "in");
            if (port.width > 0) {
                xml.element("vectors", [&] {
                    xml.element("vector", [&] {
                        xml.leaf("left", std::to_string(port.width - 1));
                        xml.leaf("right", "0");
                    });
                });
            }
        });
    });
}

void writeModel(Xml& xml, const Package& package) {
    xml.element("model", [&] {
        xml.element("views", [&] {
            xml.element("view", [&] {
                xml.leaf("name", "rtl");
                xml.leaf("envIdentifier", "verilog:*Simulation:");
                xml.leaf("envIdentifier", "verilog:*Synthesis:");
                xml.leaf("componentInstantiationRef", "verilog");
            });
        });
        xml.element("instantiations", [&] {
            xml.element("componentInstantiation", [&] {
                xml.leaf("name", "verilog");
                xml.leaf("language", "verilog");
                xml.leaf("moduleName", package.top);
                xml.element("fileSetRef", [&] { xml.leaf("localName", "sources"); });
            });
        });
        xml.element("ports", [&] {
            writePort(xml, {"ACLK", "aclk", false, 0});
            writePort(xml, {"ARESETn", "aresetn", false, 0});
            for (const BusPort& port : package.inputs) {
                writePort(xml, port);
            }
            for (const Bus& bus : package.buses) {
                for (const BusPort& port : bus.ports) {
                    writePort(xml, port);
                }
            }
        });
    });
}

void writeFiles(Xml& xml, const Package& package) {
    const auto file = [&](const std::string& path, const std::string& type, const std::string& attributes) {
        xml.element("file", [&] {
            xml.leaf("name", path);
            xml.leaf("fileType", type, attributes);
        });
    };
    xml.element("fileSets", [&] {
        xml.element("fileSet", [&] {
            xml.leaf("name", "sources");
            for (const std::string& module : package.modules) {
                file(module, "verilogSource", {});
            }
            file(fmt::format("rtl/{}.v", package.top), "verilogSource", {});
            for (const std::string& image : package.images) {
                file(image, "user", R"( user="memoryImage")");
            }
        });
    });
}

} // namespace

std::string ipXactComponent(const Package& package) {
    constexpr std::string_view kSpace = "http://www.accellera.org/XMLSchema/IPXACT/1685-2014";
    Xml xml;
    xml.line(R"(<?xml version="1.0" encoding="UTF-8"?>)");
    xml.line("<!-- IEEE 1685-2014. Written by Tandem. This file belongs to you: use, change and pass it on "
             "without conditions. -->");
    xml.line(fmt::format(R"(<ipxact:component xmlns:ipxact="{0}")", kSpace));
    xml.line(fmt::format(R"(    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")"));
    xml.line(fmt::format(R"(    xsi:schemaLocation="{0} {0}/index.xsd">)", kSpace));
    xml.indent(1);
    xml.leaf("vendor", "tandem.generated");
    xml.leaf("library", "accelerators");
    xml.leaf("name", packageName(package));
    xml.leaf("version", "1.0");
    const bool mapped = !package.registers.empty();
    xml.element("busInterfaces", [&] {
        for (const Bus& bus : package.buses) {
            writeBus(xml, bus, mapped);
        }
    });
    if (mapped) {
        writeRegisters(xml, package.registers);
    }
    writeModel(xml, package);
    writeFiles(xml, package);
    xml.leaf("description", fmt::format("{} as an accelerator, planned for {:g} MHz", package.target.network,
                                        package.target.clockMhz));
    return xml.text() + "</ipxact:component>\n";
}

} // namespace tandem::codegen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/package/manifest.h"

#include "core/base/error.h"
#include "core/hw/device/primitives.h"

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <memory>

namespace tandem::codegen {

namespace fs = std::filesystem;

namespace {

constexpr int kFormat = 2;

std::string hashOf(const fs::path& file) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    bool done = context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    std::ifstream stream(file, std::ios::binary);
    std::vector<char> buffer(1U << 20U);
    while (done && stream) {
        stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        done = EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(stream.gcount())) == 1;
    }
    if (!done || EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) {
        throw workError("cannot compute the SHA-256 of '{}'", file.string());
    }
    return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + length, ""));
}

nlohmann::ordered_json toJson(const Promise& promise, hw::DeviceFamily family) {
    nlohmann::ordered_json json{{"source", "modelled"},
                                {"first_output_cycle", promise.timing.firstOutput},
                                {"latency_cycles", promise.timing.latency},
                                {"interval_cycles", promise.timing.interval}};
    json.update(resourcesJson(promise.resources, family));
    return json;
}

Promise promiseOf(const nlohmann::json& json, hw::DeviceFamily family) {
    Promise promise;
    json.at("first_output_cycle").get_to(promise.timing.firstOutput);
    json.at("latency_cycles").get_to(promise.timing.latency);
    json.at("interval_cycles").get_to(promise.timing.interval);
    for (const hw::Primitive& primitive : hw::primitivesOf(family)) {
        primitive.set(promise.resources, json.at(std::string(primitive.key)).get<double>());
    }
    return promise;
}

nlohmann::ordered_json toJson(const ManifestLayer& layer) {
    nlohmann::ordered_json json{{"name", layer.name}, {"description", layer.description}};
    if (layer.pe > 0) {
        json["pe"] = layer.pe;
        json["simd"] = layer.simd;
        json["interval_cycles"] = layer.interval;
    }
    if (layer.weightsStream) {
        json["weights"] = "stream";
    }
    json["crc32"] = nlohmann::ordered_json::array();
    for (const std::uint32_t checksum : layer.checksums) {
        json["crc32"].push_back(fmt::format("{:08x}", checksum));
    }
    return json;
}

ManifestLayer layerOf(const nlohmann::json& json) {
    ManifestLayer layer;
    json.at("name").get_to(layer.name);
    json.at("description").get_to(layer.description);
    layer.pe = json.value("pe", 0);
    layer.simd = json.value("simd", 0);
    layer.interval = json.value("interval_cycles", std::int64_t{0});
    layer.weightsStream = json.value("weights", "") == "stream";
    for (const nlohmann::json& checksum : json.at("crc32")) {
        layer.checksums.push_back(
            static_cast<std::uint32_t>(std::stoul(checksum.get<std::string>(), nullptr, 16)));
    }
    return layer;
}

} // namespace

nlohmann::ordered_json figuresJson(const std::vector<ManifestFigure>& figures) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const ManifestFigure& figure : figures) {
        json[figure.name] = {{"value", figure.value}, {"source", figure.source}};
    }
    return json;
}

nlohmann::ordered_json resourcesJson(const hw::Resources& used, hw::DeviceFamily family) {
    nlohmann::ordered_json json;
    for (const hw::Primitive& primitive : hw::primitivesOf(family)) {
        nlohmann::ordered_json& value = json[std::string(primitive.key)];
        if (primitive.fit != nullptr) {
            value = primitive.of(used);
        } else {
            value = std::llround(primitive.of(used));
        }
    }
    return json;
}

std::map<std::string, std::string> fileHashes(const fs::path& folder) {
    std::map<std::string, std::string> result;
    for (const std::string part : {"cpp", "rtl"}) {
        if (!fs::is_directory(folder / part)) {
            continue;
        }
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder / part)) {
            const std::string path = entry.path().lexically_relative(folder).generic_string();
            if (entry.is_regular_file() && path.find("/build/") == std::string::npos) {
                result[path] = hashOf(entry.path());
            }
        }
    }
    if (fs::exists(folder / "model.onnx")) {
        result["model.onnx"] = hashOf(folder / "model.onnx");
    }
    return result;
}

void writeManifest(const Manifest& manifest, const fs::path& folder) {
    nlohmann::ordered_json json{{"producer", "Tandem"},
                                {"format", kFormat},
                                {"network", manifest.network},
                                {"device", manifest.device},
                                {"family", hw::familyName(manifest.family)},
                                {"part", manifest.part},
                                {"has_dsps", manifest.hasDsps},
                                {"study", manifest.study},
                                {"point", manifest.point},
                                {"clock_mhz", manifest.clockMhz},
                                {"golden_inputs", manifest.goldenInputs}};
    json["parameters"] = nlohmann::ordered_json::object();
    for (const auto& [name, value] : manifest.parameters) {
        json["parameters"][name] = value;
    }
    json["figures"] = figuresJson(manifest.figures);
    if (manifest.hardware) {
        json["hardware"] = toJson(*manifest.hardware, manifest.family);
    }
    json["layers"] = nlohmann::ordered_json::array();
    for (const ManifestLayer& layer : manifest.layers) {
        json["layers"].push_back(toJson(layer));
    }
    json["sha256"] = nlohmann::ordered_json::object();
    for (const auto& [path, hash] : manifest.files) {
        json["sha256"][path] = hash;
    }
    const fs::path file = folder / "manifest.json";
    std::ofstream stream(file, std::ios::binary);
    stream << json.dump(2) << '\n';
    stream.close();
    if (!stream) {
        throw workError("cannot write '{}'", file.string());
    }
}

Manifest readManifest(const fs::path& folder) {
    const fs::path file = folder / "manifest.json";
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        throw inputError("'{}' is not an export of Tandem: it has no manifest.json", folder.string());
    }
    try {
        const nlohmann::json json = nlohmann::json::parse(stream);
        if (json.at("producer") != "Tandem" || json.at("format").get<int>() > kFormat) {
            throw inputError("not written by this version of Tandem or an older one");
        }
        Manifest manifest;
        json.at("network").get_to(manifest.network);
        json.at("device").get_to(manifest.device);
        if (json.contains("family")) {
            manifest.family = hw::familyByName(json.at("family").get<std::string>());
        }
        manifest.part = json.value("part", "");
        manifest.hasDsps = json.value("has_dsps", true);
        json.at("study").get_to(manifest.study);
        json.at("point").get_to(manifest.point);
        json.at("clock_mhz").get_to(manifest.clockMhz);
        json.at("golden_inputs").get_to(manifest.goldenInputs);
        for (const auto& [name, value] : json.at("parameters").items()) {
            manifest.parameters.emplace_back(name, value.get<std::string>());
        }
        const nlohmann::json figures = json.value("figures", nlohmann::json::object());
        for (const auto& [name, figure] : figures.items()) {
            manifest.figures.push_back(
                {name, figure.at("value").get<double>(), figure.at("source").get<std::string>()});
        }
        if (json.contains("hardware")) {
            manifest.hardware = promiseOf(json.at("hardware"), manifest.family);
        }
        if (json.contains("sha256")) { // since format 2
            json.at("sha256").get_to(manifest.files);
            std::ranges::transform(json.at("layers"), std::back_inserter(manifest.layers), layerOf);
        }
        return manifest;
    } catch (const Error& error) {
        throw error.within(file.string());
    } catch (const nlohmann::json::exception& error) {
        throw inputError("'{}' is broken: {}", file.string(), error.what());
    } catch (const std::logic_error&) { // stoul
        throw inputError("'{}' is broken: a CRC-32 is not a hexadecimal number", file.string());
    }
}

} // namespace tandem::codegen

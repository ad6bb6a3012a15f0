// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/npz.h"

#include "core/base/error.h"
#include "core/data/bytes.h"
#include "core/data/npy.h"

#include <zip.h>

#include <memory>
#include <string_view>

namespace tandem::data {

namespace {

constexpr std::string_view kEnding = ".npy";
/// Deflate packs at most 1032 : 1; what promises more is damaged or hostile.
constexpr std::uint64_t kMostPacking = 1100;

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using Entry = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

Archive openArchive(const std::filesystem::path& path) {
    int code = 0;
    Archive archive(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code), zip_discard);
    if (!archive) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const std::string reason = zip_error_strerror(&error);
        zip_error_fini(&error);
        throw inputError("{}: not a whole .npz archive ({})", path.string(), reason);
    }
    return archive;
}

std::vector<std::uint8_t> readEntry(zip_t* archive, const zip_stat_t& entry,
                                    const std::filesystem::path& name) {
    const Entry file(zip_fopen_index(archive, entry.index, 0), zip_fclose);
    if (!file || entry.size / kMostPacking > entry.comp_size) {
        throw inputError("{}: the archive's entry cannot be unpacked", name.string());
    }
    std::vector<std::uint8_t> bytes(entry.size);
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const zip_int64_t read = zip_fread(file.get(), bytes.data() + filled, bytes.size() - filled);
        if (read <= 0) {
            throw inputError("{}: the archive's entry is damaged or cut short", name.string());
        }
        filled += static_cast<std::size_t>(read);
    }
    std::uint8_t more = 0; // reading to the end checks the CRC
    if (zip_fread(file.get(), &more, 1) != 0) {
        throw inputError("{}: the archive's entry is damaged", name.string());
    }
    return bytes;
}

} // namespace

std::map<std::string, nn::Tensor> readNpz(const std::filesystem::path& path) {
    const Archive archive = openArchive(path);
    std::map<std::string, nn::Tensor> arrays;
    const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
    for (zip_int64_t i = 0; i < count; ++i) {
        zip_stat_t entry;
        zip_stat_init(&entry);
        constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
        if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(i), 0, &entry) != 0 ||
            (entry.valid & kNeeded) != kNeeded) {
            throw inputError("{}: the archive's list of entries is damaged", path.string());
        }
        const std::string name = entry.name;
        if (name.ends_with(kEnding)) {
            const std::filesystem::path shown = path.string() + ":" + name;
            arrays.emplace(name.substr(0, name.size() - kEnding.size()),
                           parseNpy(readEntry(archive.get(), entry, shown), shown));
        }
    }
    return arrays;
}

} // namespace tandem::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/file_lock.h"

#include "core/base/error.h"

#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <fstream>

namespace tandem::store {

namespace {

constexpr std::int64_t kSeenSeconds = 180;

std::string hostName() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string("unknown");
}

/// When the process started, in a form that tells it from a later one of the same number; empty when unknown.
std::string startOf(std::int64_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string stat((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    // The second field, the name in brackets, may hold anything; the start is the 20th after it.
    std::size_t at = stat.rfind(')');
    for (int field = 0; field < 20 && at != std::string::npos; ++field) {
        at = stat.find(' ', at + 1);
    }
    return at == std::string::npos ? std::string() : stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

bool isAlive(std::int64_t process, const std::string& started) {
    if (kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH) {
        return false;
    }
    const std::string now = startOf(process);
    return now.empty() || started.empty() || now == started;
}

} // namespace

FileLock::FileLock(Database& database) : database_(database) {
    database.execute("BEGIN IMMEDIATE");
    try {
        Statement holder(database, "SELECT host, process, started, seen FROM lock");
        if (holder.step()) {
            const std::string host = holder.text(0);
            const std::int64_t process = holder.integer(1);
            const bool here = host == hostName();
            if (here ? isAlive(process, holder.text(2))
                     : std::time(nullptr) - holder.integer(3) < kSeenSeconds) {
                throw inputError("{}: the study is open in {} (process {} on {}); close it there first",
                                 database.file().string(),
                                 here && process == getpid() ? "this program" : "another Tandem", process,
                                 host);
            }
            wasAbandoned_ = true;
        }
        const std::string host = hostName();
        const std::string started = startOf(getpid());
        Statement(database,
                  "INSERT OR REPLACE INTO lock (id, host, process, started, seen) VALUES (1, ?, ?, ?, ?)")
            .bindText(1, host)
            .bind(2, static_cast<std::int64_t>(getpid()))
            .bindText(3, started)
            .bind(4, static_cast<std::int64_t>(std::time(nullptr)))
            .run();
    } catch (const Error&) {
        database.rollBack();
        throw;
    }
    database.execute("COMMIT");
}

void FileLock::renew() {
    Statement(database_, "UPDATE lock SET seen = ?")
        .bind(1, static_cast<std::int64_t>(std::time(nullptr)))
        .run();
}

void FileLock::release() {
    database_.execute("DELETE FROM lock");
}

bool isOnNetwork(const std::filesystem::path& file) {
    // NFS, SMB, CIFS, SMB2, 9P, AFS, Ceph and FUSE (sshfs and its like), from linux/magic.h.
    constexpr std::array<std::uint64_t, 8> kNetworks = {0x6969,     0x517B,     0xFF534D42, 0xFE534D42,
                                                        0x01021997, 0x5346414F, 0x00C36400, 0x65735546};
    struct statfs status {};
    if (statfs(file.c_str(), &status) != 0) {
        return false;
    }
    const auto kind = static_cast<std::uint64_t>(status.f_type) & 0xFFFFFFFFU;
    return std::ranges::find(kNetworks, kind) != kNetworks.end();
}

} // namespace tandem::store

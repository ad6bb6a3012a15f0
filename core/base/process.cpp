// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process.h"

#include "core/base/error.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>

namespace tandem {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Reads the pipe until it closes or the time is up; true when the time was up.
bool drain(int descriptor, std::string& output, Clock::time_point start, double timeoutSeconds) {
    std::array<char, 65536> buffer{};
    while (true) {
        const double left = timeoutSeconds - secondsSince(start);
        if (left <= 0.0) {
            return true;
        }
        pollfd waiting{descriptor, POLLIN, 0};
        const int ready = poll(&waiting, 1, static_cast<int>(std::min(left * 1000.0 + 1.0, 1.0e6)));
        if (ready < 0 && errno != EINTR) {
            return false;
        }
        if (ready > 0) {
            const ssize_t got = read(descriptor, buffer.data(), buffer.size());
            if (got == 0) {
                return false;
            }
            if (got > 0) {
                output.append(buffer.data(), static_cast<std::size_t>(got));
            }
        }
    }
}

} // namespace

std::filesystem::path findProgram(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "/usr/bin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::filesystem::path candidate = std::filesystem::path(folder) / program;
        if (access(candidate.c_str(), X_OK) == 0 && !std::filesystem::is_directory(candidate)) {
            return candidate;
        }
    }
    return {};
}

ProcessResult runProcess(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
                         double timeoutSeconds) {
    const std::filesystem::path program =
        arguments.at(0).find('/') == std::string::npos ? findProgram(arguments[0]) : std::filesystem::path(arguments[0]);
    if (program.empty()) {
        throw workError("the program '{}' is not on PATH; install it and try again", arguments[0]);
    }
    std::array<int, 2> pipeEnds{};
    if (pipe2(pipeEnds.data(), O_CLOEXEC) != 0) {
        throw workError("cannot start '{}': {}", arguments[0], std::strerror(errno));
    }
    std::vector<char*> argv;
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    const std::string folder = directory.empty() ? "." : directory.string();
    const std::string file = program.string();

    const Clock::time_point start = Clock::now();
    const pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        const int nothing = open("/dev/null", O_RDONLY);
        dup2(nothing, STDIN_FILENO);
        dup2(pipeEnds[1], STDOUT_FILENO);
        dup2(pipeEnds[1], STDERR_FILENO);
        if (chdir(folder.c_str()) == 0) {
            execv(file.c_str(), argv.data());
        }
        _exit(127);
    }
    close(pipeEnds[1]);
    if (child < 0) {
        close(pipeEnds[0]);
        throw workError("cannot start '{}': {}", arguments[0], std::strerror(errno));
    }
    ProcessResult result;
    result.timedOut = drain(pipeEnds[0], result.output, start, timeoutSeconds);
    close(pipeEnds[0]);
    if (result.timedOut) {
        kill(-child, SIGKILL);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.seconds = secondsSince(start);
    result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

} // namespace tandem

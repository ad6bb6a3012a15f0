// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process.h"

#include "core/base/error.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <utility>

namespace tandem {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A file descriptor that is closed at the end.
class Descriptor {
  public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    ~Descriptor() { shut(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int get() const { return descriptor_; }
    void shut() {
        if (descriptor_ >= 0) {
            close(std::exchange(descriptor_, -1));
        }
    }

  private:
    int descriptor_;
};

/// Keeps the last bytes of what comes in.
class Output {
  public:
    explicit Output(std::size_t most) : most_(std::max<std::size_t>(most, 2)) {}

    void append(const char* bytes, std::size_t count) {
        text_.append(bytes, count);
        if (text_.size() > most_) {
            const std::size_t dropped = text_.size() - most_ / 2;
            text_.erase(0, dropped);
            dropped_ += dropped;
        }
    }
    std::string take() {
        return dropped_ == 0 ? std::move(text_)
                             : fmt::format("({} bytes before this are left out)\n{}", dropped_, text_);
    }

  private:
    std::size_t most_;
    std::size_t dropped_ = 0;
    std::string text_;
};

/// Reads the pipe until it closes and the child has ended, the time is up or something can be read from
/// `cancelled`.
void drain(int pipe, int cancelled, int child, double timeoutSeconds, Clock::time_point start, Output& output,
           ProcessResult& result) {
    std::array<char, 65536> buffer{};
    bool isOpen = true;
    while (isOpen || child >= 0) {
        const double left = timeoutSeconds - secondsSince(start);
        if (left <= 0.0) {
            result.timedOut = true;
            return;
        }
        // First all that is written, then the end.
        std::array<pollfd, 2> waiting{pollfd{cancelled, POLLIN, 0}, pollfd{isOpen ? pipe : child, POLLIN, 0}};
        const int ready =
            poll(waiting.data(), waiting.size(), static_cast<int>(std::min(left * 1000.0 + 1.0, 1.0e6)));
        if (ready < 0 && errno != EINTR) {
            return;
        }
        if (ready <= 0) {
            continue;
        }
        if (waiting[0].revents != 0) {
            result.wasCancelled = true;
            return;
        }
        if (!isOpen) {
            return;
        }
        const ssize_t got = read(pipe, buffer.data(), buffer.size());
        isOpen = got != 0;
        if (got > 0) {
            output.append(buffer.data(), static_cast<std::size_t>(got));
        }
    }
}

/// In the child: becomes the program, in a process group of its own.
[[noreturn]] void becomeProgram(const char* file, const std::vector<char*>& arguments, const char* folder,
                                int output) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL); // it does not outlive a program that dies
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    if (chdir(folder) == 0) {
        execv(file, arguments.data());
    }
    _exit(127);
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
    ProcessLimits limits;
    limits.seconds = timeoutSeconds;
    return runProcess(arguments, directory, limits);
}

ProcessResult runProcess(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
                         const ProcessLimits& limits) {
    const bool isPath = arguments.at(0).find('/') != std::string::npos;
    const std::string file =
        (isPath ? std::filesystem::path(arguments[0]) : findProgram(arguments[0])).string();
    if (file.empty()) {
        throw workError("the program '{}' is not on PATH; install it and try again", arguments[0]);
    }
    std::array<int, 2> pipeEnds{};
    if (pipe2(pipeEnds.data(), O_CLOEXEC) != 0) {
        throw workError("cannot start '{}': {}", arguments[0], std::strerror(errno));
    }
    const Descriptor readEnd(pipeEnds[0]);
    Descriptor writeEnd(pipeEnds[1]);
    const Descriptor cancelled(eventfd(0, EFD_CLOEXEC));
    std::vector<char*> argv;
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    const std::string folder = directory.empty() ? "." : directory.string();

    const Clock::time_point start = Clock::now();
    const pid_t child = fork();
    if (child == 0) {
        becomeProgram(file.c_str(), argv, folder.c_str(), writeEnd.get());
    }
    if (child < 0) {
        throw workError("cannot start '{}': {}", arguments[0], std::strerror(errno));
    }
    setpgid(child, child); // whoever comes first, parent or child: the group is there before it is killed
    writeEnd.shut();
    const Descriptor ended(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
    ProcessResult result;
    Output output(limits.outputBytes);
    {
        const std::stop_callback wake(limits.cancel, [&] { eventfd_write(cancelled.get(), 1); });
        drain(readEnd.get(), cancelled.get(), ended.get(), limits.seconds, start, output, result);
    }
    if (result.timedOut || result.wasCancelled) {
        kill(-child, SIGKILL);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.output = output.take();
    result.seconds = secondsSince(start);
    result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

} // namespace tandem

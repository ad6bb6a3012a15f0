// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/session/open_study.h"

#include "core/base/error.h"
#include "core/engine/study/unkept_study.h"

#include <chrono>

namespace tandem::widgets {

namespace {

constexpr std::chrono::milliseconds kLook{20}; ///< between looks at whether to stop waiting

bool isOver(const std::shared_future<void>& use) {
    return use.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

/// One turn: over when nobody holds it any more.
struct Use {
    std::promise<void> over;

    Use() = default;
    ~Use() { over.set_value(); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
};

} // namespace

FileTurns::Turn FileTurns::Ticket::wait(const std::stop_token& stop) const {
    for (const std::shared_future<void>& former : former_) {
        while (former.wait_for(kLook) != std::future_status::ready) {
            if (stop.stop_requested()) {
                throw workError("the study's file is still in use");
            }
        }
    }
    return turn_;
}

FileTurns::Ticket FileTurns::draw(const std::filesystem::path& file) {
    Ticket ticket;
    if (file.empty()) {
        return ticket;
    }
    std::vector<std::shared_future<void>>& given = given_[file.lexically_normal()];
    std::erase_if(given, isOver);
    ticket.former_ = given;
    auto use = std::make_shared<Use>();
    given.push_back(use->over.get_future().share());
    ticket.turn_ = std::move(use);
    return ticket;
}

OpenStudy::OpenStudy(std::unique_ptr<engine::Session> session, std::filesystem::path file, bool isNew,
                     FileTurns::Turn turn)
    : turn_(std::move(turn)), file_(std::move(file)), isNew_(isNew), session_(std::move(session)) {}

OpenStudy::~OpenStudy() {
    session_.reset();
    if (isNew_) {
        engine::removeStudy(file_);
    }
}

} // namespace tandem::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QObject>
#include <QString>
#include <QThreadPool>

#include <exception>
#include <memory>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <variant>

/// Work that the screen does not wait for. What comes back is always one of two: a result, or the sentence
/// that says why there is none.
namespace tandem::widgets {

/// One sentence for a person about any exception. tandem::Error speaks for itself.
QString sentenceOf(const std::exception_ptr& failure);

/// What work gave, or the sentence that says why it failed.
template <typename Result>
using Outcome = std::variant<QString, Result>;

/// Does the work here and now. Never throws.
template <typename Work>
auto attempt(Work&& work) -> Outcome<std::invoke_result_t<Work>> {
    using Result = Outcome<std::invoke_result_t<Work>>;
    try {
        return Result(std::in_place_index<1>, std::forward<Work>(work)());
    } catch (...) {
        return Result(std::in_place_index<0>, sentenceOf(std::current_exception()));
    }
}

/// Starts work on a thread of `pool`; `done` is called with an `Outcome&` on the thread of `receiver`, which
/// must outlive the pool's work. What the work holds on to is let go before that.
template <typename Work, typename Done>
void startWork(QThreadPool& pool, QObject* receiver, Work work, Done done) {
    pool.start([receiver, work = std::move(work), done = std::move(done)]() mutable {
        auto outcome = [&] {
            const Work once = std::move(work);
            return std::make_shared<Outcome<std::invoke_result_t<const Work&>>>(attempt(once));
        }();
        QMetaObject::invokeMethod(
            receiver, [outcome = std::move(outcome), done = std::move(done)] { done(*outcome); },
            Qt::QueuedConnection);
    });
}

/// A line of background work: one piece after the other, and no other line waits for it. `done` is called
/// with a `const Outcome&` on the thread of `receiver`, which must own the line.
class Lane {
  public:
    explicit Lane(QObject* receiver) : receiver_(receiver) { pool_.setMaxThreadCount(1); }
    /// Waits for what was begun.
    ~Lane() { pool_.waitForDone(); }
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    template <typename Work, typename Done>
    void run(Work work, Done done) {
        startWork(pool_, receiver_, std::move(work),
                  [done = std::move(done)](auto& outcome) { done(std::as_const(outcome)); });
    }
    void wait() { pool_.waitForDone(); }
    /// Forgets what was not begun.
    void clear() { pool_.clear(); }

  private:
    QObject* receiver_;
    QThreadPool pool_;
};

/// Answers the newest question only: one that is overtaken or cancelled is told to stop, and its answer is
/// dropped. `work` takes a std::stop_token.
class Newest {
  public:
    explicit Newest(QObject* receiver) : lane_(receiver) {}
    ~Newest() { cancel(); }

    template <typename Work, typename Done>
    void ask(Work work, Done done) {
        cancel();
        stop_ = std::stop_source();
        const std::stop_token overtaken = stop_.get_token();
        lane_.run([work = std::move(work), overtaken] { return work(overtaken); },
                  [done = std::move(done), overtaken](const auto& outcome) {
                      if (!overtaken.stop_requested()) {
                          done(outcome);
                      }
                  });
    }
    void cancel() {
        stop_.request_stop();
        lane_.clear();
    }
    /// Until nothing is at work; answers that are on their way still come.
    void wait() { lane_.wait(); }

  private:
    std::stop_source stop_;
    Lane lane_;
};

} // namespace tandem::widgets

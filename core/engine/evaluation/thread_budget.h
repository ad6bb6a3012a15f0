// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

namespace tandem::engine {

/// The threads that search, ladder and trainings share. Whoever works holds a claim for the while, and asks
/// it before each piece of work how many threads that may take: never fewer than one, and together no more
/// than there are (where there are more claims than threads, one each). From any thread.
class ThreadBudget {
    struct Shared;

  public:
    /// As many threads as the machine has where `total` is 0.
    explicit ThreadBudget(int total = 0);

    class Claim {
      public:
        ~Claim();
        Claim(Claim&& other) noexcept;
        Claim& operator=(Claim&& other) noexcept;

        /// What it may use at the moment: its even share, and what others leave of theirs.
        int threads() const;
        /// Other wishes; 0: all.
        void want(int threads);
        /// Leaves its share to the others until it wants threads again; one may still be used.
        void rest();

      private:
        friend class ThreadBudget;
        Claim(std::shared_ptr<Shared> shared, int id);
        void giveBack();

        std::shared_ptr<Shared> shared_; // null: given back
        int id_ = 0;
    };

    /// Claims up to `wanted` threads; 0: all.
    Claim claim(int wanted);
    int total() const;

  private:
    std::shared_ptr<Shared> shared_;
};

} // namespace tandem::engine

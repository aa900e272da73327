// What each thread that checks tokens keeps of a guard, so that threads share nothing that is written to.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "guard/knowledge.h"
#include "guard/token_cache.h"

namespace signet::guard {

/// Reader is one thread's view of one guard: the snapshot that it goes by, and the tokens that it knows.
class Reader {
 public:
  Reader(CacheBudget& budget, std::uint64_t seed) : cache_(budget, seed) {}

  /// catch_up returns what the board shows; takes a lock only when that has changed. Valid until the next call.
  [[nodiscard]] const Knowledge& catch_up(const Noticeboard& board) {
    const std::uint64_t edition = board.edition();
    if (edition != edition_) [[unlikely]] {
      known_ = board.newest();
      edition_ = edition;
    }
    return *known_;
  }

  [[nodiscard]] TokenCache& cache() noexcept { return cache_; }

  /// rest lets go of the snapshot, when no thread uses the reader for now.
  void rest() noexcept {
    known_ = nullptr;
    edition_ = 0;
  }

 private:
  std::uint64_t edition_ = 0;
  std::shared_ptr<const Knowledge> known_;
  TokenCache cache_;
};

/// Readers are those of one guard. A thread takes one at its first check and gives it back when it ends; the next new
/// thread gets it, its tokens still warm.
class Readers {
 public:
  explicit Readers(std::size_t cache_bytes);

  /// mine returns this thread's reader of `readers`. Null when there is no memory, or the thread is so far gone that it has
  /// no place to remember it. Valid while the caller holds on to `readers`, on this thread alone.
  [[nodiscard]] static Reader* mine(const std::shared_ptr<Readers>& readers) noexcept;

  [[nodiscard]] const CacheBudget& budget() const noexcept { return budget_; }

 private:
  friend class Seats;
  [[nodiscard]] Reader* take();
  void give_back(Reader* reader) noexcept;

  const std::uint64_t id_;  // no other guard of this process has it, ever
  const std::uint64_t seed_;
  CacheBudget budget_;
  std::mutex mutex_;  // guards the rest
  std::vector<std::unique_ptr<Reader>> all_;
  std::vector<Reader*> idle_;  // capacity for all of them
};

}  // namespace signet::guard

// The tokens that one thread has verified lately. One thread's own: no lock, no line that two cores write to.
//
// It answers only for the very same bytes, under the same key set, within the time for which the token was judged
// good. Whatever else it is asked about it does not know, and then the token is verified in full: so it can make a check
// cheaper, never change its outcome.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "signet/revocation.h"
#include "signet/time.h"
#include "signet/token.h"

namespace signet::guard {

/// CacheBudget is what the caches of one guard may take together, in bytes. Written to when tokens come and go, not when
/// they are found.
struct CacheBudget {
  explicit CacheBudget(std::size_t bytes) : limit(bytes) {}

  const std::size_t limit;
  std::atomic<std::size_t> used = 0;
  std::atomic<std::size_t> sharers = 0;  // threads that check; each may take as much as the next one
  std::atomic<std::size_t> tokens = 0;
};

class TokenCache {
 public:
  /// Lifetime is when a token's judgement holds: from when it was made, so that a clock that was set back brings no
  /// token to life before its `nbf`, until just before `exp`, leeway included.
  struct Lifetime {
    std::uint64_t key_generation;
    Time from;
    Time until;
  };

  /// Remembered is a token, and where its revocation would stand, for guards that follow revocations.
  struct Remembered {
    VerifiedToken verified;
    RevocationSet::Slot slot;
  };

  /// `budget` must outlive it; `seed` is a random number.
  TokenCache(CacheBudget& budget, std::uint64_t seed);
  ~TokenCache();
  TokenCache(const TokenCache&) = delete;
  TokenCache& operator=(const TokenCache&) = delete;

  /// find returns the token if it is known and good now; else null. Borrows until the next insert.
  [[nodiscard]] const Remembered* find(std::string_view token, std::uint64_t key_generation,
                                       Time now) noexcept;

  /// insert remembers a token that has just been verified; does nothing when there is no room for it.
  void insert(std::string_view token, const Remembered& remembered, const Lifetime& lifetime) noexcept;

 private:
  struct Entry;
  struct Slot {
    Entry* entry = nullptr;
    const void* claims = nullptr;  // the entry's, so that both can be on their way from memory at once
    std::uint32_t tag = 0;         // its upper bits are the slot where the search for it starts
    std::uint16_t size = 0;        // the token's, in bytes
    bool was_found = false;        // since the hand last passed: then it stays for another round
  };

  [[nodiscard]] std::uint32_t tag(std::string_view token) const noexcept;
  [[nodiscard]] std::size_t home(std::uint32_t tag) const noexcept { return tag >> shift_; }
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept { return (at + 1) & (slots_.size() - 1); }
  [[nodiscard]] Slot* locate(std::string_view token) noexcept;
  [[nodiscard]] bool make_room(std::size_t bytes) noexcept;
  [[nodiscard]] bool has_free_slot() noexcept;
  void place(const Slot& slot) noexcept;
  void remove(std::size_t at) noexcept;
  void sweep(const Lifetime& newest) noexcept;
  void evict() noexcept;
  void account(std::ptrdiff_t bytes) noexcept;

  CacheBudget& budget_;
  const std::uint64_t seed_;
  std::vector<Slot> slots_;  // a power of two of them; none until the first token
  unsigned shift_ = 32;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;  // tokens and slots
  std::size_t hand_ = 0;   // where the search for one to give up goes on
};

}  // namespace signet::guard

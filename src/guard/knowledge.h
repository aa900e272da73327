// What a check needs to know beside the token: one immutable snapshot, swapped whole.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "signet/key.h"
#include "signet/revocation.h"
#include "signet/time.h"

namespace signet::guard {

struct Knowledge {
  std::shared_ptr<const KeySet> keys;
  std::uint64_t key_generation =
      0;  // counts the sets that were in force: what one verified says nothing for another

  std::shared_ptr<const RevocationSet> revocations;  // null: they are not followed
  // Before the first, this clock is far behind the one that `revocations` were signed by; after the second, they are too old.
  // Either way they are nothing to go by.
  Time trusted_from = Time::min();
  Time trusted_until = Time::max();
  [[nodiscard]] bool is_stale(Time now) const noexcept { return now < trusted_from || now > trusted_until; }
};

/// Noticeboard shows the newest Knowledge. The threads that check tokens look at its edition each time, a number that
/// seldom changes and so rests in every core's cache, and take the new snapshot when it has.
class Noticeboard {
 public:
  /// edition grows with every change; what it counts is on the board by then.
  [[nodiscard]] std::uint64_t edition() const noexcept { return edition_.load(std::memory_order_acquire); }

  /// newest never returns null.
  [[nodiscard]] std::shared_ptr<const Knowledge> newest() const {
    const std::lock_guard lock(mutex_);
    return newest_;
  }

  /// put_keys puts another key set in force.
  void put_keys(KeySet keys) {
    change([&](Knowledge& next) {
      next.keys = std::make_shared<const KeySet>(std::move(keys));
      ++next.key_generation;
    });
  }

  /// put_revocations replaces what is known of them, and when that is to be gone by.
  void put_revocations(const std::shared_ptr<const RevocationSet>& revocations, Time trusted_from,
                       Time trusted_until) {
    change([&](Knowledge& next) {
      next.revocations = revocations;
      next.trusted_from = trusted_from;
      next.trusted_until = trusted_until;
    });
  }

 private:
  template <class Change>
  void change(Change&& make) {
    const std::lock_guard lock(mutex_);
    auto next = std::make_shared<Knowledge>(*newest_);
    make(*next);
    newest_ = std::move(next);
    edition_.fetch_add(1, std::memory_order_release);
  }

  // On a line of its own: what lies beside it is written to by the threads that refresh.
  alignas(64) std::atomic<std::uint64_t> edition_ = 1;
  alignas(64) mutable std::mutex mutex_;
  std::shared_ptr<const Knowledge> newest_ = std::make_shared<const Knowledge>();
};

}  // namespace signet::guard

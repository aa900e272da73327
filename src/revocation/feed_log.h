// The issuer's side of the feed: what to answer to whom. Pure: whoever holds it tells it what has been made durable, in the
// order of the commits, signs its answers, and does the waiting.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "revocation/batch.h"

namespace signet::revocation {

/// Revocation is one event: session `index` of `list` was ended.
struct Revocation {
  std::uint64_t seq;
  std::uint64_t list;
  std::uint32_t index;
};

class FeedLog {
 public:
  /// kMaxBehind is how many events a verifier may be behind: one that is further behind reloads the lists.
  static constexpr std::uint64_t kMaxBehind = 100'000;

  /// Feed is where the feed stands, as the store has it.
  struct Feed {
    Position position;
    ListRange lists;
    std::uint64_t keys = 0;
  };

  /// `kept` are all revocations after `kept_after`, up to where the feed stands, by rising seq; numbers that are missing among
  /// them were events of other kinds.
  FeedLog(Feed now, std::uint64_t kept_after, const std::vector<Revocation>& kept);

  // Each adds the event with the next number, once it is durable. kInvalidArgument: `seq` is not the next number, and
  // nothing is changed; somebody has then left an event out, and the log must be made anew from the store.
  [[nodiscard]] Result<void> revoked(const Revocation& event);
  /// A list was opened, some were dropped, or everyone was revoked.
  [[nodiscard]] Result<void> lists_changed(std::uint64_t seq, ListRange lists);
  /// `keys` counts the changes of the key set.
  [[nodiscard]] Result<void> keys_changed(std::uint64_t seq, std::uint64_t keys);

  [[nodiscard]] const Feed& now() const noexcept { return now_; }

  /// has_news tells whether somebody who stands at `asked` is to be answered at once, instead of with a heartbeat after a
  /// wait.
  [[nodiscard]] bool has_news(const Position& asked) const noexcept { return asked != now_.position; }

  /// answer is what to sign for somebody who stands at `asked`, or who starts from cold. More than `most` revocations are cut
  /// there, and the batch says so.
  [[nodiscard]] Batch answer(const std::optional<Position>& asked, Time now,
                             std::size_t most = kMaxIndices) const;

 private:
  [[nodiscard]] Result<void> step(std::uint64_t seq);

  Feed now_;
  std::uint64_t kept_after_;  // whoever has everything up to here can follow
  std::deque<Revocation> kept_;
};

}  // namespace signet::revocation

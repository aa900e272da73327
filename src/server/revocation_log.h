// The issuer's memory of what is revoked: the feed's newest events, and a bitmap for each live list. The store is the
// truth; this follows it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "base/operator_error.h"
#include "revocation/feed_log.h"
#include "revocation/status_list.h"
#include "storage/store.h"

namespace signet::server {

/// ListState is a copy of a list: every revocation up to `seq` is in its bits.
struct ListState {
  revocation::Position position;
  std::uint64_t changed = 0;  // the newest event that changed it
  revocation::List bits;
};

/// RevocationLog is safe to use from many threads.
class RevocationLog {
 public:
  using Feed = revocation::FeedLog::Feed;

  /// open reads the whole feed. Fails with a sentence for the operator. The store must outlive it.
  [[nodiscard]] static OrExplain<std::unique_ptr<RevocationLog>> open(storage::Store& store);

  /// catch_up takes in what the store has more. When it returns, everything is there that had been acknowledged before it
  /// was called. `keys_change` is called first when the published keys have changed. Fails like
  /// Store::revocations_since, and with what was read before taken in.
  [[nodiscard]] Result<void> catch_up(const std::function<void()>& keys_change);

  [[nodiscard]] Feed now() const;
  [[nodiscard]] bool has_news(const revocation::Position& asked) const;
  [[nodiscard]] revocation::Batch answer(const std::optional<revocation::Position>& asked, Time now) const;

  /// changed tells which event changed the list last. Nothing: it is not live.
  [[nodiscard]] std::optional<std::uint64_t> changed(std::uint64_t list) const;
  [[nodiscard]] std::optional<ListState> list(std::uint64_t number) const;

 private:
  struct Marks {
    revocation::Bits bits{};
    std::uint64_t changed = 0;
  };

  explicit RevocationLog(storage::Store& store);
  [[nodiscard]] Result<void> load();
  [[nodiscard]] Result<void> apply(const storage::FeedReading& reading, std::uint64_t head);
  void mark(const storage::Revocation& event);

  storage::Store& store_;
  std::mutex catching_up_;    // one at a time: an older reading must not come after a newer one
  mutable std::mutex mutex_;  // guards what follows
  revocation::FeedLog log_;
  std::map<std::uint64_t, std::unique_ptr<Marks>> marks_;  // of the live lists in which something is revoked
};

}  // namespace signet::server

// RemoteKeys keeps the key set of an issuer fresh: in the background, ahead of need, at a bounded rate.
// Readers never wait: they get the last good set.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "guard/http_client.h"
#include "guard/key_copy.h"
#include "signet/guard.h"
#include "signet/key.h"

namespace signet::guard {

/// kCoolDown is the least time between two fetches, whatever tokens arrive.
inline constexpr std::chrono::seconds kCoolDown{5};

class RemoteKeys {
 public:
  struct Options {
    std::string url;
    std::filesystem::path cache_dir;
    std::chrono::seconds refresh_every;  // taken as 5 s at least and a day at most
    std::optional<Algorithm> algorithm{};
  };

  /// `fetcher` and `clock` must outlive it.
  RemoteKeys(const Options& options, Fetcher& fetcher, const Clock& clock);
  ~RemoteKeys();

  /// start fetches once, or else takes the copy on disk, and starts the background thread. Fails when there is neither,
  /// and with kUnavailable when the system has no thread left.
  [[nodiscard]] Result<void> start();

  /// current is the last good set; valid as long as this object. No lock, no count.
  [[nodiscard]] const KeySet& current() const noexcept { return *current_.load(std::memory_order_acquire); }

  /// want_refresh asks the background thread to look for new keys as soon as the cool-down allows; cheap to call often.
  void want_refresh() noexcept;

  /// refresh fetches now, on this thread.
  [[nodiscard]] Result<void> refresh();

  [[nodiscard]] GuardStatus status() const;

 private:
  /// Fetched is a good answer.
  struct Fetched {
    std::string jwks;
    KeySet keys;
    std::chrono::seconds max_age;  // what its Cache-Control said; 0 when nothing
  };

  [[nodiscard]] Result<Fetched> fetch();
  [[nodiscard]] Result<KeySet> read(std::string_view jwks) const;
  void put_in_force(KeySet keys);
  void save_copy(const std::string& jwks);
  void note_success(std::chrono::seconds max_age);
  void note_failure(const char* what);
  [[nodiscard]] std::chrono::milliseconds pause() const;
  void run(const std::stop_token& stop);

  const std::string url_;
  const std::chrono::seconds refresh_every_;
  const std::optional<Algorithm> algorithm_;
  const KeyCopy copy_;
  Fetcher& fetcher_;
  const Clock& clock_;

  std::atomic<const KeySet*> current_ = nullptr;
  std::atomic<bool> wanted_ = false;

  std::mutex fetching_;  // one fetch at a time; guards the next three
  std::string saved_jwks_;
  Time saved_at_{};
  // An issuer changes its keys a few times a year, so old sets are kept until the end: readers need no count of them.
  std::vector<std::unique_ptr<const KeySet>> sets_;

  mutable std::mutex mutex_;  // guards the next three, and the sleep of the thread
  GuardStatus status_;
  unsigned failures_in_a_row_ = 0;
  std::chrono::seconds max_age_{0};
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it stops before the rest goes
};

}  // namespace signet::guard

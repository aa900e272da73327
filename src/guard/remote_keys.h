// RemoteKeys keeps the key set of an issuer fresh: in the background, ahead of need, at a bounded rate.
// What is on the board is the last good set, whatever the issuer answers.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "guard/http_client.h"
#include "guard/key_copy.h"
#include "guard/knowledge.h"
#include "guard/missing_keys.h"
#include "signet/guard.h"
#include "signet/key.h"

namespace signet::guard {

class RemoteKeys {
 public:
  struct Options {
    std::string url;
    std::filesystem::path cache_dir;
    std::chrono::seconds refresh_every;  // taken as 5 s at least and a day at most
    std::optional<Algorithm> algorithm{};
  };

  /// `fetcher`, `clock` and `board`, where the keys go, must outlive it.
  RemoteKeys(const Options& options, Fetcher& fetcher, const Clock& clock, Noticeboard& board);
  ~RemoteKeys();

  /// start fetches once, or else takes the copy on disk, and starts the background thread. Fails when there is neither,
  /// and with kUnavailable when the system has no thread left.
  [[nodiscard]] Result<void> start();

  /// look_for_key_of makes the background thread look for the key of a token that names none of the set's, as soon as the
  /// cool-down allows; cheap to call often.
  void look_for_key_of(std::string_view token) noexcept;

  /// refresh fetches now, on this thread.
  [[nodiscard]] Result<void> refresh();

  /// follow fetches now, on this thread, unless the set in force is the issuer's `version` of it or a later one; and again in no
  /// less than the cool-down when that was in vain. Returns whether it is by then.
  [[nodiscard]] bool follow(std::uint64_t version, const std::stop_token& stop);

  /// find_new fetches now, on this thread and past caches, since the issuer has signed with a key that the set lacks; and
  /// again in no less than the cool-down when that was in vain. What strangers make it ask for does not count.
  void find_new(const std::stop_token& stop);

  /// request_stop ends the background thread, and what it is asking for, without waiting for it.
  void request_stop() noexcept { thread_.request_stop(); }
  /// stop waits for that; the keys stay as they are.
  void stop() noexcept {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] GuardStatus status() const;

 private:
  /// Fetched is a good answer.
  struct Fetched {
    std::string jwks;
    KeySet keys;
    std::chrono::seconds max_age;  // what its Cache-Control said; 0 when nothing
  };

  /// Whether the set in force is another one now.
  [[nodiscard]] Result<bool> refresh_by(HttpRequest request);
  [[nodiscard]] Result<Fetched> fetch(HttpRequest request);
  [[nodiscard]] std::string newest_url() const;
  [[nodiscard]] HttpRequest past_caches(const std::stop_token& stop) const;
  [[nodiscard]] Result<void> take_copy();
  [[nodiscard]] Result<KeySet> read(std::string_view jwks) const;
  [[nodiscard]] Result<bool> put_in_force(KeySet keys, std::string_view jwks);
  void save_copy(const std::string& jwks);
  void note_success(std::vector<KeySet::Skipped> skipped, std::chrono::seconds max_age);
  void note_failure(const char* what) noexcept;
  /// Rest is how long the thread sleeps after a fetch: until `longest`, or from `shortest` on when a key is missing.
  struct Rest {
    std::chrono::milliseconds shortest;
    std::chrono::milliseconds longest;
  };
  [[nodiscard]] Rest rest() const;
  void run(const std::stop_token& stop);

  const std::string url_;
  const std::chrono::seconds refresh_every_;
  const std::optional<Algorithm> algorithm_;
  const KeyCopy copy_;
  Fetcher& fetcher_;
  const Clock& clock_;

  Noticeboard& board_;
  MissingKeys missing_;

  std::mutex fetching_;                // one fetch at a time; guards what follows
  std::vector<std::string> in_force_;  // the keys on the board, sorted
  std::string saved_jwks_;
  Time saved_at_{};
  std::optional<std::int64_t>
      version_;  // of the set in force, as it says itself; none that is older comes after it
  std::optional<std::int64_t> followed_;  // the last one that was fetched for
  std::chrono::steady_clock::time_point followed_at_{};
  std::chrono::steady_clock::time_point found_nothing_at_{};

  mutable std::mutex mutex_;  // guards the next four, and the sleep of the thread
  GuardStatus status_;
  const char* last_error_ = "";  // status_'s, as a literal: to note it takes no memory
  unsigned failures_in_a_row_ = 0;
  std::chrono::seconds max_age_{0};
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it stops before the rest goes
};

}  // namespace signet::guard

// RemoteRevocations follows an issuer's revocation feed (docs/revocation-feed.md) in the background. What to ask for and
// what to believe is revocation/follower.h's part; here are the network, the thread, the clock and the disk.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "guard/copy_file.h"
#include "guard/http_client.h"
#include "guard/knowledge.h"
#include "guard/remote_keys.h"
#include "revocation/follower.h"
#include "signet/guard.h"

namespace signet::guard {

class RemoteRevocations {
 public:
  struct Options {
    std::string issuer;
    std::string base_url;  // the feed is at /revocations below it, the lists at /status/N
    std::string audience;  // whose secret the statements are to be signed with; empty: the issuer's own key
    std::string verifier_key;  // empty: none
    std::chrono::seconds max_staleness;
    bool any_age = false;  // then they are gone by however old they are
    std::filesystem::path cache_dir;
  };

  /// All must outlive it. `keys` is null when the keys were given ahead.
  RemoteRevocations(Options options, Fetcher& fetcher, const Clock& clock, Noticeboard& board,
                    RemoteKeys* keys);
  ~RemoteRevocations();

  /// start takes the copy on disk, then asks the issuer; puts what it knows on the board and starts the thread. kNotFound: this
  /// issuer has no feed; kInvalidArgument: it does not know the verifier key; kUnavailable, ...: it does not answer as it
  /// should, and there is no copy.
  [[nodiscard]] Result<void> start();

  /// stop ends the background thread and waits for it; what is known stays as it is, and grows stale.
  void stop() noexcept {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] RevocationStatus status() const;

 private:
  [[nodiscard]] Result<void> catch_up();
  [[nodiscard]] Result<void> step(std::chrono::seconds wait, const std::stop_token& stop);
  [[nodiscard]] Result<std::string> fetch(const revocation::Request& request, std::chrono::seconds wait,
                                          const std::stop_token& stop) const;
  [[nodiscard]] Result<void> take(const revocation::Request& request, std::string_view statement);
  void settle(const std::stop_token& stop, bool is_key_missing);
  void see_to_keys(const std::stop_token& stop, bool is_key_missing);
  void load_copy();
  void publish();
  [[nodiscard]] bool save_copy();
  void note(const Result<void>& outcome);
  void note_memory() noexcept;
  void run(const std::stop_token& stop);

  const Options options_;
  const std::string instance_;  // tells the verifiers of one service apart
  const CopyFile copy_;
  Fetcher& fetcher_;
  const Clock& clock_;
  Noticeboard& board_;
  RemoteKeys* const keys_;

  // Of the thread that starts it, and then of its own.
  revocation::Follower follower_;
  std::shared_ptr<const RevocationSet> published_;
  Time published_fresh_at_{};
  revocation::Position saved_;
  Time saved_fresh_at_{};
  bool is_settled_ = false;       // what is known has been seen to, as far as that goes
  bool may_acknowledge_ = false;  // and all of it is in force, and kept if it is to be
  bool has_new_keys_ = false;     // since the last answer
  bool are_keys_behind_ = false;  // those that the feed tells of could not be had yet

  mutable std::mutex mutex_;  // guards the status, and the sleep of the thread
  RevocationStatus status_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it stops before the rest goes
};

}  // namespace signet::guard

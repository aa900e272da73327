// Those who wait for news of the feed: any number of requests, one thread. All who stand at the same place get the
// same statement, signed once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "http/responder.h"
#include "server/revocation_log.h"
#include "server/statement_keys.h"
#include "server/verifiers.h"

namespace signet::server {

/// PollRequest is one who asks for the feed.
struct PollRequest {
  std::optional<revocation::Position> asked;  // none: starts from cold
  std::chrono::seconds wait{30};
  std::string audience;
  std::optional<Contact> verifier;  // when it said who it is
};

class FeedPolls {
 public:
  /// All are borrowed, and `issuer` is read from the first request on. At most `most` wait at once; half of these places are for
  /// verifiers that say who they are. `every_second` is called by the thread that answers, about once a second.
  FeedPolls(const RevocationLog& log, const StatementKeys& keys, Verifiers& verifiers, const Clock& clock,
            const std::string& issuer, std::size_t most, std::function<void()> every_second);
  ~FeedPolls();
  FeedPolls(const FeedPolls&) = delete;
  FeedPolls& operator=(const FeedPolls&) = delete;

  /// add answers when there is news, or after the wait; at once with 503 when too many wait.
  void add(PollRequest request, const http::Responder& responder);

  /// wake says that the log has grown.
  void wake();

  [[nodiscard]] std::size_t waiting() const;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Poll {
    PollRequest request;
    http::Responder responder;
    SteadyTime deadline;
  };
  using Statement = std::shared_ptr<const std::string>;
  using Place = std::pair<std::string, std::optional<std::uint64_t>>;  // audience, where its batch begins

  void loop(const std::stop_token& stop);
  void await_work(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  [[nodiscard]] std::vector<Poll> take_due();
  void answer(const std::vector<Poll>& due);
  [[nodiscard]] Statement statement(const Place& place, const revocation::Position& head, Time now);
  [[nodiscard]] std::optional<std::uint64_t> shared_place(const std::optional<revocation::Position>& asked,
                                                          const revocation::Position& head);
  void send(const Poll& poll, const Statement& statement, Time now);
  void forget(std::uint64_t id);

  const RevocationLog& log_;
  const StatementKeys& keys_;
  Verifiers& verifiers_;
  const Clock& clock_;
  const std::string& issuer_;
  const std::size_t most_;
  const std::function<void()> every_second_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable_any woken_;
  bool news_ = false;
  std::uint64_t next_id_ = 0;
  std::size_t anonymous_ = 0;
  std::map<std::uint64_t, Poll> polls_;

  // For the thread alone.
  std::deque<std::uint64_t> told_;         // the newest `seq` that statements ended with
  std::map<Place, Statement> statements_;  // of this second and this state of the log
  revocation::Position statements_head_;
  Time statements_at_{};
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace signet::server

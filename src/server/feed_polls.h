// Those who wait for news of the feed: any number of requests, one thread. All who stand at the same place get the
// same statement, signed once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "http/responder.h"
#include "server/poll_queue.h"
#include "server/revocation_log.h"
#include "server/statement_keys.h"
#include "server/verifiers.h"

namespace signet::server {

class FeedPolls {
 public:
  /// All are borrowed, and `issuer` is read from the first request on. `most` is PollQueue's.
  /// `every_second` is called by the thread that answers, about once a second.
  FeedPolls(const RevocationLog& log, const StatementKeys& keys, Verifiers& verifiers, const Clock& clock,
            const std::string& issuer, std::size_t most, std::function<void()> every_second);
  ~FeedPolls();
  FeedPolls(const FeedPolls&) = delete;
  FeedPolls& operator=(const FeedPolls&) = delete;

  /// add answers when there is news, or after the wait; at once with 503 when too many wait.
  void add(PollRequest request, const http::Responder& responder);

  /// wake says that the log has grown.
  void wake();

 private:
  using Group = PollQueue::Group;
  using Place = PollQueue::Place;
  using Poll = PollQueue::Poll;
  using Statement = std::shared_ptr<const std::string>;

  void loop(const std::stop_token& stop);
  void await_work(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  void answer_due();
  void answer(const std::vector<Group>& groups, const revocation::Position& head);
  [[nodiscard]] Statement statement(const Place& place, const revocation::Position& head, Time now);
  [[nodiscard]] Statement make_statement(const Place& place, const revocation::Position& head, Time now);
  void send(const Poll& poll, const Statement& statement, Time now);
  void forget(std::uint64_t id);

  const RevocationLog& log_;
  const StatementKeys& keys_;
  Verifiers& verifiers_;
  const Clock& clock_;
  const std::string& issuer_;
  const std::function<void()> every_second_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any woken_;
  bool news_ = false;
  PollQueue queue_;

  // For the thread alone.
  std::map<Place, Statement> statements_;  // of this second and this state of the log; some of them
  revocation::Position statements_head_;
  Time statements_at_{};
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace signet::server

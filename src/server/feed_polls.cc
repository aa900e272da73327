#include "server/feed_polls.h"

#include <spdlog/spdlog.h>

#include "server/answers.h"
#include "token/jws.h"

namespace signet::server {
namespace {

using http::Response;
using revocation::Position;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{100};    // how late a heartbeat may be
constexpr milliseconds kBetween{10};  // two rounds of news: what happens meanwhile is told together
constexpr std::size_t kKept = 128;    // statements; one can be of 100 KB

Response statement_answer(std::shared_ptr<const std::string> statement) {
  Response answer{.status = 200, .content_type = "application/revocations+jwt", .body = {}, .headers = {}};
  answer.shared_body = std::move(statement);
  return answer;
}

}  // namespace

FeedPolls::FeedPolls(const RevocationLog& log, const StatementKeys& keys, Verifiers& verifiers,
                     const Clock& clock, const std::string& issuer, std::size_t most,
                     std::function<void()> every_second)
    : log_(log),
      keys_(keys),
      verifiers_(verifiers),
      clock_(clock),
      issuer_(issuer),
      every_second_(std::move(every_second)),
      queue_(most),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

FeedPolls::~FeedPolls() {
  thread_.request_stop();
  thread_.join();
}

void FeedPolls::add(PollRequest request, const http::Responder& responder) {
  auto& verifier = request.verifier;
  if (verifier && !verifiers_.heard(*verifier, clock_.now())) verifier.reset();
  std::unique_lock lock(mutex_);
  if (!queue_.has_room_for(request)) {
    lock.unlock();
    if (verifier) verifiers_.gone(*verifier);
    responder.send(unavailable());
    return;
  }
  // Under the lock: news that come after this look are told to wake(), which waits for it.
  const bool at_once = !request.asked || request.wait.count() == 0 || log_.has_news(*request.asked);
  const auto deadline = steady_clock::now() + request.wait;
  const std::uint64_t id = queue_.add({std::move(request), responder, deadline});
  news_ |= at_once;
  lock.unlock();
  if (at_once) woken_.notify_one();
  responder.on_cancel([this, id] { forget(id); });
}

/// forget lets go of one who has gone, or whom the stopping server wants to be done with.
void FeedPolls::forget(std::uint64_t id) {
  std::unique_lock lock(mutex_);
  const auto poll = queue_.take(id);
  lock.unlock();
  if (poll) send(*poll, nullptr, clock_.now());
}

void FeedPolls::wake() {
  {
    const std::lock_guard lock(mutex_);
    news_ = true;
  }
  woken_.notify_one();
}

void FeedPolls::await_work(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  woken_.wait_for(lock, stop, kTick, [this] { return news_; });
  news_ = false;
}

void FeedPolls::loop(const std::stop_token& stop) {
  auto second = steady_clock::now();
  while (!stop.stop_requested()) {
    const auto started = steady_clock::now();
    try {
      answer_due();
      if (started >= second) {
        second = started + std::chrono::seconds(1);
        every_second_();
      }
    } catch (const std::exception& error) {
      spdlog::error("the feed of revocations stumbled: {}", error.what());
    }
    std::unique_lock lock(mutex_);
    woken_.wait_until(lock, stop, started + kBetween, [] { return false; });
    await_work(lock, stop);
  }
}

void FeedPolls::answer_due() {
  const Position head = log_.now().position;
  PollQueue::Turn turn;
  {
    const std::lock_guard lock(mutex_);
    turn = queue_.take_due(head, steady_clock::now());
    news_ |= turn.more;
  }
  if (!turn.groups.empty()) answer(turn.groups, head);
}

void FeedPolls::answer(const std::vector<Group>& groups, const Position& head) {
  const Time now = clock_.now();
  if (now != statements_at_ || head != statements_head_) statements_.clear();
  statements_at_ = now;
  statements_head_ = head;
  for (const auto& [place, polls] : groups) {
    const Statement text = statement(place, head, now);
    for (const Poll& poll : polls) send(poll, text, now);
  }
}

/// Null: it cannot be made just now. Who waits for it is told to come again.
FeedPolls::Statement FeedPolls::statement(const Place& place, const Position& head, Time now) {
  try {
    const auto known = statements_.find(place);
    if (known != statements_.end()) return known->second;
    Statement fresh = make_statement(place, head, now);
    if (statements_.size() >= kKept) statements_.clear();
    if (fresh) statements_.emplace(place, fresh);
    return fresh;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

FeedPolls::Statement FeedPolls::make_statement(const Place& place, const Position& head, Time now) {
  const auto key = keys_.key_for(place.audience);
  if (!key) return nullptr;
  const auto asked =
      place.after ? std::optional(Position{.epoch = head.epoch, .seq = *place.after}) : std::nullopt;
  const revocation::Batch batch = log_.answer(asked, now);
  auto text = token::sign_statement(*key, revocation::kBatchType, revocation::write_batch(batch, issuer_));
  if (!text) return nullptr;
  if (batch.seq >= head.seq) {  // and not one that was cut: whoever likes can ask for those
    const std::lock_guard lock(mutex_);
    queue_.told(batch.seq);
  }
  return std::make_shared<const std::string>(std::move(*text));
}

void FeedPolls::send(const Poll& poll, const Statement& statement, Time now) {
  const auto& verifier = poll.request.verifier;
  if (!statement) {
    if (verifier) verifiers_.gone(*verifier);
    poll.responder.send(unavailable());
    return;
  }
  if (verifier) verifiers_.told(*verifier, now);
  poll.responder.send(statement_answer(statement));
}

}  // namespace signet::server

#include "server/feed_polls.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/try.h"
#include "server/answers.h"
#include "token/jws.h"

namespace signet::server {
namespace {

using http::Response;
using revocation::Position;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{100};       // how late a heartbeat may be
constexpr milliseconds kBetween{10};     // two rounds of news: what happens meanwhile is told together
constexpr std::size_t kTold = 64;        // places where many are likely to stand
constexpr std::uint64_t kStride = 1024;  // other places are rounded down to a multiple of it

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
      most_(most),
      every_second_(std::move(every_second)),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

FeedPolls::~FeedPolls() {
  thread_.request_stop();
  thread_.join();
}

void FeedPolls::add(PollRequest request, const http::Responder& responder) {
  if (request.verifier && !verifiers_.heard(*request.verifier, clock_.now())) request.verifier.reset();
  const bool anonymous = !request.verifier;
  std::unique_lock lock(mutex_);
  if (polls_.size() >= most_ || (anonymous && anonymous_ >= most_ / 2)) {
    lock.unlock();
    if (!anonymous) verifiers_.gone(*request.verifier);
    responder.send(unavailable());
    return;
  }
  const std::uint64_t id = next_id_++;
  anonymous_ += anonymous;
  const auto deadline = steady_clock::now() + request.wait;
  const Poll& poll = polls_.emplace(id, Poll{std::move(request), responder, deadline}).first->second;
  // Under the lock: news that come after this look are told to wake(), which waits for it.
  const auto& asked = poll.request.asked;
  const bool at_once = !asked || poll.request.wait.count() == 0 || log_.has_news(*asked);
  news_ |= at_once;
  lock.unlock();
  if (at_once) woken_.notify_one();
  responder.on_cancel([this, id] { forget(id); });
}

/// forget lets go of one who has gone, or whom the stopping server wants to be done with.
void FeedPolls::forget(std::uint64_t id) {
  std::unique_lock lock(mutex_);
  const auto found = polls_.find(id);
  if (found == polls_.end()) return;
  const Poll poll = std::move(found->second);
  polls_.erase(found);
  anonymous_ -= !poll.request.verifier;
  lock.unlock();
  if (poll.request.verifier) verifiers_.gone(*poll.request.verifier);
  poll.responder.send(unavailable());
}

void FeedPolls::wake() {
  {
    const std::lock_guard lock(mutex_);
    news_ = true;
  }
  woken_.notify_one();
}

std::size_t FeedPolls::waiting() const {
  const std::lock_guard lock(mutex_);
  return polls_.size();
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
      answer(take_due());
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

/// take_due returns those whom there is something to tell, or who have waited for long enough.
std::vector<FeedPolls::Poll> FeedPolls::take_due() {
  const auto now = steady_clock::now();
  const Position head = log_.now().position;
  std::vector<Poll> due;
  const std::lock_guard lock(mutex_);
  for (auto it = polls_.begin(); it != polls_.end();) {
    const auto& asked = it->second.request.asked;
    if (asked && *asked == head && now < it->second.deadline) {
      ++it;
      continue;
    }
    anonymous_ -= !it->second.request.verifier;
    due.push_back(std::move(it->second));
    it = polls_.erase(it);
  }
  return due;
}

/// shared_place returns where the batch for somebody who stands at `asked` is to begin: there, if many may stand there;
/// else somewhat before it, which does no harm. So nobody can have us sign a batch for each number that there is.
/// Nothing: a heartbeat, which is also the answer to those who cannot follow any more.
std::optional<std::uint64_t> FeedPolls::shared_place(const std::optional<Position>& asked,
                                                     const Position& head) {
  const auto can_follow = [&](std::uint64_t seq) {
    return seq < head.seq && head.seq - seq <= revocation::FeedLog::kMaxBehind;
  };
  if (!asked || asked->epoch != head.epoch || !can_follow(asked->seq)) return std::nullopt;
  if (std::ranges::find(told_, asked->seq) != told_.end()) return asked->seq;
  const std::uint64_t before = asked->seq / kStride * kStride;
  return can_follow(before) ? std::optional(before) : std::nullopt;
}

FeedPolls::Statement FeedPolls::statement(const Place& place, const Position& head, Time now) {
  const auto& [audience, after] = place;
  Statement& known = statements_[place];
  if (known) return known;
  const auto key = keys_.key_for(audience);
  if (!key) return nullptr;
  const auto asked = after ? std::optional(Position{.epoch = head.epoch, .seq = *after}) : std::nullopt;
  const revocation::Batch batch = log_.answer(asked, now);
  auto text = token::sign_statement(*key, revocation::kBatchType, revocation::write_batch(batch, issuer_));
  if (!text) return nullptr;
  if (told_.empty() || told_.back() != batch.seq) told_.push_back(batch.seq);
  if (told_.size() > kTold) told_.pop_front();
  known = std::make_shared<const std::string>(std::move(*text));
  return known;
}

void FeedPolls::answer(const std::vector<Poll>& due) {
  if (due.empty()) return;
  const Time now = clock_.now();
  const Position head = log_.now().position;
  if (now != statements_at_ || head != statements_head_) statements_.clear();
  statements_at_ = now;
  statements_head_ = head;
  std::map<Place, std::vector<const Poll*>> groups;
  for (const Poll& poll : due) {
    groups[{poll.request.audience, shared_place(poll.request.asked, head)}].push_back(&poll);
  }
  // The many first: whoever asks for something odd waits until they have been told.
  std::vector<std::pair<Place, std::vector<const Poll*>>> by_size(groups.begin(), groups.end());
  std::ranges::sort(by_size, std::greater(), [](const auto& group) { return group.second.size(); });
  for (const auto& [place, polls] : by_size) {
    const Statement text = statement(place, head, now);
    for (const Poll* poll : polls) send(*poll, text, now);
  }
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

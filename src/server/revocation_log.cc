#include "server/revocation_log.h"

#include <vector>

#include "base/try.h"
#include "server/or_explain.h"

namespace signet::server {
namespace {

using revocation::FeedLog;
using revocation::kListSize;
static_assert(storage::kStatusListSize == kListSize && storage::kLastStatusList == revocation::kMaxList);

constexpr int kPage = 10'000;

std::uint64_t number(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

FeedLog::Feed feed_of(const storage::Feed& feed) {
  return {.position = {.epoch = feed.epoch, .seq = number(feed.seq)},
          .lists = {.first = number(feed.first_list), .last = number(feed.last_list)},
          .keys = number(feed.keys)};
}

revocation::Revocation event_of(const storage::Revocation& event) {
  const std::uint64_t index = number(event.status_index);
  return {.seq = number(event.seq),
          .list = index / kListSize,
          .index = static_cast<std::uint32_t>(index % kListSize)};
}

}  // namespace

RevocationLog::RevocationLog(storage::Store& store) : store_(store), log_({}, 0, {}) {}

OrExplain<std::unique_ptr<RevocationLog>> RevocationLog::open(storage::Store& store) {
  std::unique_ptr<RevocationLog> log(new RevocationLog(store));
  TRY_DO(or_explain(log->load(), "reading what is revoked"));
  return log;
}

/// load marks what is revoked in the live lists, and keeps the newest events for those who follow the feed.
Result<void> RevocationLog::load() {
  std::vector<revocation::Revocation> events;
  std::int64_t seq = 0;
  storage::FeedReading page;
  do {
    TRY(read, store_.revocations_since(seq, kPage));
    page = std::move(read);
    for (const storage::Revocation& event : page.revoked) {
      mark(event);
      events.push_back(event_of(event));
      seq = event.seq;
    }
    if (events.size() > 2 * FeedLog::kMaxBehind)
      events.erase(events.begin(), events.end() - FeedLog::kMaxBehind);
  } while (page.revoked.size() == kPage);
  const FeedLog::Feed now = feed_of(page.now);
  const std::uint64_t head = now.position.seq;
  const std::uint64_t kept_after = head > FeedLog::kMaxBehind ? head - FeedLog::kMaxBehind : 0;
  std::erase_if(events, [&](const auto& event) { return event.seq <= kept_after; });
  log_ = FeedLog(now, kept_after, events);
  marks_.erase(marks_.begin(), marks_.lower_bound(now.lists.first));
  return {};
}

Result<void> RevocationLog::catch_up(const std::function<void()>& keys_change) {
  const std::lock_guard one_at_a_time(catching_up_);
  for (;;) {
    const Feed known = now();
    const std::uint64_t seen = known.position.seq;
    TRY(reading, store_.revocations_since(static_cast<std::int64_t>(seen), kPage));
    const bool more = reading.revoked.size() == kPage;
    const std::uint64_t head = number(more ? reading.revoked.back().seq : reading.now.seq);
    if (number(reading.now.keys) != known.keys) keys_change();
    if (head > seen) TRY_DO(apply(reading, head));
    if (!more) return {};
  }
}

/// Numbers that are missing among the revocations were events of the other kinds; what they led to is in the reading.
Result<void> RevocationLog::apply(const storage::FeedReading& reading, std::uint64_t head) {
  const std::lock_guard lock(mutex_);
  const FeedLog::Feed then = feed_of(reading.now);
  auto event = reading.revoked.begin();
  for (std::uint64_t seq = log_.now().position.seq + 1; seq <= head; ++seq) {
    if (event != reading.revoked.end() && number(event->seq) == seq) {
      // In this order, since there may be no memory for either: what is not in the log yet is tried again, and a mark that
      // is there already stays as it is.
      mark(*event);
      TRY_DO(log_.revoked(event_of(*event)));
      ++event;
    } else if (log_.now().lists != then.lists) {
      TRY_DO(log_.lists_changed(seq, then.lists));
    } else {
      TRY_DO(log_.keys_changed(seq, then.keys));
    }
  }
  marks_.erase(marks_.begin(), marks_.lower_bound(then.lists.first));
  return {};
}

void RevocationLog::mark(const storage::Revocation& stored) {
  const revocation::Revocation event = event_of(stored);
  auto& marks = marks_[event.list];
  if (!marks) marks = std::make_unique<Marks>();
  marks->bits[event.index / 8] |= static_cast<std::uint8_t>(1U << event.index % 8);
  marks->changed = event.seq;
}

RevocationLog::Feed RevocationLog::now() const {
  const std::lock_guard lock(mutex_);
  return log_.now();
}

bool RevocationLog::has_news(const revocation::Position& asked) const {
  const std::lock_guard lock(mutex_);
  return log_.has_news(asked);
}

revocation::Batch RevocationLog::answer(const std::optional<revocation::Position>& asked, Time now) const {
  const std::lock_guard lock(mutex_);
  return log_.answer(asked, now);
}

std::optional<std::uint64_t> RevocationLog::changed(std::uint64_t list) const {
  const std::lock_guard lock(mutex_);
  const auto& lists = log_.now().lists;
  if (list < lists.first || list > lists.last) return std::nullopt;
  const auto marks = marks_.find(list);
  return marks == marks_.end() ? 0 : marks->second->changed;
}

std::optional<ListState> RevocationLog::list(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const auto& now = log_.now();
  if (number < now.lists.first || number > now.lists.last) return std::nullopt;
  const auto marks = marks_.find(number);
  if (marks == marks_.end()) return ListState{now.position, 0, revocation::no_revocations()};
  return ListState{now.position, marks->second->changed,
                   std::make_shared<revocation::Bits>(marks->second->bits)};
}

}  // namespace signet::server

#include "revocation/feed_log.h"

#include <algorithm>

#include "base/try.h"

namespace signet::revocation {

FeedLog::FeedLog(Feed now, std::uint64_t kept_after, const std::vector<Revocation>& kept)
    : now_(std::move(now)), kept_after_(kept_after), kept_(kept.begin(), kept.end()) {}

Result<void> FeedLog::step(std::uint64_t seq) {
  if (seq != now_.position.seq + 1) return fail(Errc::kInvalidArgument, "not the next event of the feed");
  now_.position.seq = seq;
  if (seq - kept_after_ > kMaxBehind) kept_after_ = seq - kMaxBehind;
  while (!kept_.empty() && kept_.front().seq <= kept_after_) kept_.pop_front();
  return {};
}

Result<void> FeedLog::revoked(const Revocation& event) {
  kept_.push_back(event);  // first, since there may be no memory for it: nothing has changed then
  const auto stepped = step(event.seq);
  if (!stepped) kept_.pop_back();
  return stepped;
}

Result<void> FeedLog::lists_changed(std::uint64_t seq, ListRange lists) {
  TRY_DO(step(seq));
  now_.lists = lists;
  return {};
}

Result<void> FeedLog::keys_changed(std::uint64_t seq, std::uint64_t keys) {
  TRY_DO(step(seq));
  now_.keys = keys;
  return {};
}

Batch FeedLog::answer(const std::optional<Position>& asked, Time now, std::size_t most) const {
  const std::uint64_t head = now_.position.seq;
  Batch batch{.issued_at = now,
              .epoch = now_.position.epoch,
              .after = head,
              .seq = head,
              .revoked = {},
              .lists = now_.lists,
              .keys = now_.keys};
  const bool can_follow =
      asked && asked->epoch == batch.epoch && asked->seq >= kept_after_ && asked->seq <= head;
  if (!can_follow) return batch;

  batch.after = asked->seq;
  auto event = std::ranges::upper_bound(kept_, asked->seq, {}, &Revocation::seq);
  for (std::size_t count = 0; event != kept_.end(); ++event, ++count) {
    if (count == most) {
      batch.seq = std::prev(event)->seq;
      batch.more = true;
      break;
    }
    // One of a list that has been dropped since is revoked without its bit.
    if (event->list >= batch.lists.first) batch.revoked[event->list].push_back(event->index);
  }
  return batch;
}

}  // namespace signet::revocation

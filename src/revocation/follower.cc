#include "revocation/follower.h"

#include <algorithm>

#include "base/try.h"

namespace signet::revocation {
namespace {

void set_bits(Bits& bits, const std::vector<std::uint32_t>& indices) noexcept {
  for (const std::uint32_t index : indices) bits[index / 8] |= static_cast<std::uint8_t>(1U << index % 8);
}

/// Bits only ever go from 0 to 1 within an epoch: whatever either of two lists says is so.
List united(const List& a, const List& b) {
  if (a == b || b == no_revocations()) return a;
  if (a == no_revocations()) return b;
  auto both = std::make_shared<Bits>(*a);
  std::ranges::transform(*both, *b, both->begin(),
                         [](std::uint8_t x, std::uint8_t y) { return static_cast<std::uint8_t>(x | y); });
  return both;
}

/// The lists of `range`; those that `set` does not hold begin without a revocation.
std::vector<List> lists_of(const RevocationSet* set, ListRange range) {
  std::vector<List> lists;
  lists.reserve(range.last - range.first + 1);
  for (std::uint64_t list = range.first; list <= range.last; ++list) {
    const bool known = set != nullptr && list >= set->first() && list <= set->last();
    lists.push_back(known ? set->lists()[list - set->first()] : no_revocations());
  }
  return lists;
}

/// Within an epoch lists are only ever opened and closed: what is known of that, a statement signed a moment earlier
/// does not take back.
ListRange latest(const RevocationSet& set, ListRange told) {
  return {std::max(told.first, set.first()), std::max(told.last, set.last())};
}

std::chrono::milliseconds backoff(unsigned failures) {
  using namespace std::chrono_literals;
  if (failures == 0) return 0ms;
  return std::min<std::chrono::milliseconds>(30s, 250ms * (1U << std::min(failures - 1, 10U)));
}

bool is_ahead(Time issued_at, Time now) {
  return issued_at > now + Follower::kMaxAhead;
}

}  // namespace

Follower::Follower(std::string issuer) : issuer_(std::move(issuer)) {}

std::chrono::milliseconds Follower::delay() const noexcept {
  // Lists that lead to the next gap at once are no help, however well they verify.
  const unsigned in_vain = !loading_ && reloads_ > 1 ? reloads_ - 1 : 0;
  return backoff(failures_ + in_vain);
}

Request Follower::next() const {
  Request request{.past_caches = past_caches_, .delay = delay()};
  if (!loading_) {
    if (set_) request.after = position_;
    request.may_wait = is_current_;
    return request;
  }
  request.kind = Request::Kind::kList;
  request.list = loading_->anchor.lists.first;
  while (loading_->lists.contains(request.list)) ++request.list;
  return request;
}

Result<void> Follower::refuse(Errc code, const char* what) {
  ++failures_;
  past_caches_ = true;
  return fail(code, what);
}

void Follower::fail_request(Errc code) {
  ++failures_;
  past_caches_ = true;
  // A list that is gone was dropped while others were loaded: ask anew which there are.
  if (code == Errc::kNotFound) loading_.reset();
}

Result<void> Follower::take(const Batch& batch, Time now) {
  if (is_ahead(batch.issued_at, now))
    return refuse(Errc::kNotYetValid, "a batch from the future: compare the clocks");
  if (is_ahead(std::max(fresh_, newest_iat_), now)) forget_times(now);
  const bool same_epoch = batch.epoch == position_.epoch;
  if (loading_ && batch.epoch == loading_->anchor.epoch)
    return refuse(Errc::kConflict, "lists are being loaded");
  const bool continues = same_epoch && batch.after <= position_.seq && batch.seq >= position_.seq;
  if (set_ && !loading_ && continues) return follow(batch, now);

  // A cut one says nothing of where the issuer stands.
  if (set_ && same_epoch && batch.more && batch.seq < position_.seq)
    return refuse(Errc::kConflict, "an old batch");
  // Anything else means a reload, and a statement that somebody replays is no reason for one: what was signed before the
  // newest that is known would lead back in time. Times are whole seconds: within one, only what surely leads forward.
  const bool forward = set_ ? same_epoch && batch.after > position_.seq : batch.epoch == newest_epoch_;
  if (batch.issued_at < newest_iat_ || (batch.issued_at == newest_iat_ && !forward)) {
    return refuse(Errc::kConflict, "an old batch");
  }
  load(batch);
  return {};
}

/// This clock, and the issuer's, were ahead and have been put right: how old what is known is, nobody can say until the issuer
/// is heard again. What it signs from now on is no replay.
void Follower::forget_times(Time now) {
  fresh_ = {};
  fresh_at_ = {};
  newest_iat_ = std::min(newest_iat_, now);
}

/// A batch that continues what is known, if only by telling that nothing happened.
Result<void> Follower::follow(const Batch& batch, Time now) {
  const bool refreshes = !batch.more && batch.issued_at > fresh_;
  // Times are whole seconds: what was loaded and what confirms it may be of the same one.
  const bool confirms = !batch.more && batch.issued_at == fresh_ && !is_current_;
  if (batch.seq == position_.seq && !refreshes && !confirms) {
    return refuse(Errc::kConflict, "a heartbeat that has been heard before");
  }
  apply(batch);
  if (refreshes) {
    fresh_ = batch.issued_at;
    fresh_at_ = std::max(fresh_at_, std::min(fresh_, now));
  }
  is_current_ = !batch.more;
  newest_iat_ = std::max(newest_iat_, batch.issued_at);
  failures_ = 0;
  reloads_ = 0;
  past_caches_ = false;
  return {};
}

/// All or nothing: what needs memory comes before what changes the state.
void Follower::apply(const Batch& batch) {
  const ListRange range = latest(*set_, batch.lists);
  if (!batch.revoked.empty() || range != ListRange{set_->first(), set_->last()}) {
    std::vector<List> lists = lists_of(set_.get(), range);
    for (const auto& [list, indices] : batch.revoked) {
      if (list < range.first) continue;
      auto changed = std::make_shared<Bits>(*lists[list - range.first]);
      set_bits(*changed, indices);
      lists[list - range.first] = std::move(changed);
    }
    set_ = std::make_shared<const RevocationSet>(issuer_, range.first, std::move(lists));
  }
  position_.seq = batch.seq;
  keys_ = std::max(keys_, batch.keys);
}

void Follower::load(const Batch& anchor) {
  Loading loading{anchor, {}};
  std::string epoch = anchor.epoch;
  past_caches_ = set_ != nullptr || loading_ || failures_ > 0;
  failures_ = 0;
  ++reloads_;
  is_current_ = false;
  newest_iat_ = anchor.issued_at;
  newest_epoch_ = std::move(epoch);
  // At once, since the lists may be signed with a new key already.
  keys_ = anchor.epoch == position_.epoch ? std::max(keys_, anchor.keys) : anchor.keys;
  loading_ = std::move(loading);
}

Result<void> Follower::take(const SignedList& list, Time now) {
  if (!loading_) return refuse(Errc::kConflict, "no list is wanted");
  const Batch& anchor = loading_->anchor;
  if (is_ahead(list.issued_at, now))
    return refuse(Errc::kNotYetValid, "a list from the future: compare the clocks");
  const std::uint64_t wanted = next().list;
  // Token Status List §5.1-2, Token Status List §8.3-2: `sub` "MUST be equal to the uri claim".
  if (list.uri != list_uri(issuer_, wanted))
    return refuse(Errc::kConflict, "another list than the one that is wanted");
  if (list.epoch != anchor.epoch) {
    fail_request(Errc::kNotFound);  // one of the two is old: ask anew
    return fail(Errc::kConflict, "a list of another epoch than the feed's");
  }
  failures_ = 0;
  loading_->lists.emplace(wanted, list);
  if (wanted == anchor.lists.last) finish_loading(now);
  return {};
}

void Follower::finish_loading(Time now) {
  const Batch& anchor = loading_->anchor;
  const bool same_epoch = set_ && anchor.epoch == position_.epoch;
  const RevocationSet* const before = same_epoch ? set_.get() : nullptr;
  const ListRange range = before ? latest(*before, anchor.lists) : anchor.lists;
  std::vector<List> lists = lists_of(before, range);

  // Up to the oldest of all these statements nothing is missing; the batch that named the lists is one of them, or a
  // list that was opened after it would be taken for empty although something may have been revoked in it since.
  std::uint64_t seq = anchor.seq;
  Time as_of = anchor.issued_at;
  for (const auto& [number, list] : loading_->lists) {
    if (number >= range.first) {
      List& known = lists[number - range.first];
      known = united(known, list.bits);
    }
    seq = std::min(seq, list.seq);
    as_of = std::min(as_of, list.issued_at);
  }
  if (same_epoch && anchor.seq >= position_.seq) {
    seq = std::max(seq, position_.seq);
    as_of = std::max(as_of, fresh_);
  }
  Position position{anchor.epoch, seq};
  set_ = std::make_shared<const RevocationSet>(issuer_, range.first, std::move(lists));
  position_ = std::move(position);  // from here on nothing needs memory
  fresh_ = as_of;
  fresh_at_ = std::min(as_of, now);
  keys_ = same_epoch ? std::max(keys_, anchor.keys) : anchor.keys;
  loading_.reset();
}

}  // namespace signet::revocation

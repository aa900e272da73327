#include "world.h"

#include <algorithm>

namespace signet::simulation {
namespace {

constexpr Millis kCalm = 150'000;  // how long the world is left in peace before all must agree
constexpr Millis kLongPoll = 30'000;
constexpr Millis kTimeout = 40'000;  // after which a verifier asks again

std::string about(const Position& position) {
  return position.epoch + " " + std::to_string(position.seq);
}

}  // namespace

World::World(std::uint64_t seed) : random_(seed), issuer_(random_) {
  const bool is_crowded = seed % 200 == 199;
  const std::size_t count = is_crowded ? 1000 + below(random_, 1000) : 1 + below(random_, 8);
  loss_ = is_crowded ? 0.05 : static_cast<double>(below(random_, 40)) / 100;
  replay_ = static_cast<double>(below(random_, 40)) / 100;
  most_ = chance(random_, 0.5) ? 1 + below(random_, 3) : kMaxIndices;
  restarts_ = static_cast<double>(below(random_, 10)) / 100;
  for (std::size_t i = 0; i < count; ++i) {
    verifiers_.emplace_back(Follower{std::string(kIssuer)});
    verifiers_.back().clock_error = std::chrono::seconds(static_cast<std::int64_t>(below(random_, 11)) - 5);
    at(static_cast<Millis>(below(random_, 3000)), [this, i] { ask(i); });
  }
  trouble(is_crowded ? 20'000 : 60'000 + static_cast<Millis>(below(random_, 200'000)));
}

void World::at(Millis when, std::function<void()> what) {
  events_.push({when, order_++, std::move(what)});
}

void World::trouble(Millis until) {
  for (int i = 0; i < 5; ++i) issuer_.open_session();
  const Millis pace = 200 + static_cast<Millis>(below(random_, 4000));
  for (Millis when = 0; when < until;
       when += 1 + static_cast<Millis>(below(random_, static_cast<std::uint64_t>(pace)))) {
    at(when, [this] { meddle(); });
  }
  at(until, [this] {
    is_calm_ = true;
    if (!issuer_.is_up()) issuer_.recover();
  });
}

void World::run() {
  Millis end = -1;
  while (!events_.empty() && (end < 0 || now_ < end)) {
    const Event event = events_.top();
    events_.pop();
    now_ = event.when;
    event.what();
    if (is_calm_ && end < 0) end = now_ + kCalm;
  }
  must_have_converged();
}

void World::meddle() {
  if (!issuer_.is_up()) {
    if (chance(random_, 0.3)) issuer_.recover();
    return;
  }
  const std::uint64_t dice = below(random_, 1000);
  if (dice < 400)
    issuer_.revoke_some_session(now_);
  else if (dice < 750)
    issuer_.open_session();
  else if (dice < 800)
    issuer_.open_list(now_);
  else if (dice < 830)
    issuer_.drop_list(now_);
  else if (dice < 840)
    issuer_.revoke_everyone(now_);
  else if (dice < 870)
    issuer_.change_keys();
  else if (dice < 900)
    issuer_.crash();
  else if (dice < 915)
    issuer_.back_up();
  else if (dice < 925)
    issuer_.restore_backup(now_, chance(random_, 0.3));
  else if (dice < 960) {  // a bus or a mirror brings something that nobody asked for
    if (old_batches_.empty()) return;
    take(verifiers_[below(random_, verifiers_.size())], old_batches_[below(random_, old_batches_.size())]);
  } else {
    const std::size_t verifier = below(random_, verifiers_.size());
    if (chance(random_, restarts_ * 10)) restart(verifier);
  }
}

void World::ask(std::size_t index) {
  Verifier& verifier = verifiers_[index];
  const Request asked = verifier.follower.next();
  // What it asks with, it acknowledges; and what it acknowledges, it must know for ever.
  verifier.on_disk = verifier.follower;
  if (asked.after) verifier.acknowledged = asked.after;
  must_hold(verifier);
  const std::uint64_t request = ++verifier.request;
  at(now_ + kTimeout, [this, index, request] {
    if (verifiers_[index].request != request) return;
    verifiers_[index].follower.fail_request(Errc::kUnavailable);
    ask(index);
  });
  if (!is_calm_ && chance(random_, loss_)) return;
  const Millis there = now_ + asked.delay.count() + static_cast<Millis>(below(random_, is_calm_ ? 20 : 2000));
  at(there, [this, index, request, asked] { wait_at_issuer(index, request, asked, now_ + kLongPoll); });
}

/// The long poll: looks every second whether there is an answer, so that a crash in between ends it.
void World::wait_at_issuer(std::size_t index, std::uint64_t request, const Request& asked, Millis until) {
  if (!issuer_.is_up()) return answer(index, request, Errc::kUnavailable);
  if (asked.kind == Request::Kind::kList) {
    const ListRange live = issuer_.feed().lists;
    const bool exists = asked.list >= live.first && asked.list <= live.last;
    return answer(index, request,
                  from_cache(asked, exists ? Answer(issuer_.list(asked.list, now_)) : Errc::kNotFound));
  }
  if (asked.after && asked.may_wait && !issuer_.log().has_news(*asked.after) && now_ < until) {
    at(std::min(until, now_ + 1000), [=, this] { wait_at_issuer(index, request, asked, until); });
    return;
  }
  answer(index, request, from_cache(asked, issuer_.log().answer(asked.after, time_at(now_), most_)));
}

World::Answer World::from_cache(const Request& asked, const Answer& fresh) {
  if (const auto* batch = std::get_if<Batch>(&fresh)) old_batches_.push_back(*batch);
  if (const auto* list = std::get_if<SignedList>(&fresh)) old_lists_.push_back(*list);
  // Some caches do not do as they are told, either.
  if (is_calm_ || !chance(random_, asked.past_caches ? replay_ / 5 : replay_)) return fresh;
  if (asked.kind == Request::Kind::kFeed && !old_batches_.empty()) {
    return old_batches_[below(random_, old_batches_.size())];
  }
  std::vector<const SignedList*> same;
  for (const SignedList& list : old_lists_) {
    if (list.uri == list_uri(kIssuer, asked.list) || chance(random_, 0.02)) same.push_back(&list);
  }
  if (same.empty()) return fresh;
  return *same[below(random_, same.size())];
}

void World::answer(std::size_t index, std::uint64_t request, const Answer& answer) {
  if (!is_calm_ && chance(random_, loss_)) return;
  const int copies = !is_calm_ && chance(random_, 0.1) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    const Millis longest = is_calm_ ? 20 : chance(random_, 0.1) ? 60'000 : 1500;
    at(now_ + static_cast<Millis>(below(random_, static_cast<std::uint64_t>(longest))),
       [=, this] { deliver(index, request, answer); });
  }
}

void World::deliver(std::size_t index, std::uint64_t request, const Answer& answer) {
  Verifier& verifier = verifiers_[index];
  const bool is_awaited = verifier.request == request;
  // An answer that comes after its time is thrown away by most, and taken by some.
  if (is_awaited || !std::holds_alternative<Errc>(answer)) take(verifier, answer);
  if (is_awaited) ask(index);
}

void World::take(Verifier& verifier, const Answer& answer) {
  const Time now = clock_of(verifier);
  if (const auto* code = std::get_if<Errc>(&answer)) {
    verifier.follower.fail_request(*code);
  } else if (const auto* batch = std::get_if<Batch>(&answer)) {
    static_cast<void>(verifier.follower.take(*batch, now));
  } else {
    static_cast<void>(verifier.follower.take(std::get<SignedList>(answer), now));
  }
  must_hold(verifier);
}

void World::restart(std::size_t index) {
  Verifier& verifier = verifiers_[index];
  if (verifier.on_disk.set()) {
    auto restored = Follower::restore(verifier.on_disk.snapshot(), std::string(kIssuer));
    if (!restored) throw Broken("its own snapshot is refused");
    verifier.follower = std::move(*restored);
  } else {
    verifier.follower = Follower{std::string(kIssuer)};
  }
  verifier.refused.clear();  // what came unasked since then it may have forgotten; never what it acknowledged
  ask(index);
}

void World::must_hold(Verifier& verifier) {
  const Follower& follower = verifier.follower;
  if (!follower.set()) {
    if (verifier.acknowledged) throw Broken("it acknowledged something and knows nothing");
    return;
  }
  const Position& position = follower.position();
  if (const auto& known = verifier.acknowledged) {
    const std::size_t then = issuer_.generation(known->epoch), now = issuer_.generation(position.epoch);
    if (now < then || (now == then && position.seq < known->seq)) {
      throw Broken("it went back in time, from " + about(*known) + " to " + about(position));
    }
  }
  verifier.refused.resize(issuer_.sessions().size());
  for (std::size_t i = 0; i < issuer_.sessions().size(); ++i) {
    const Session& session = issuer_.sessions()[i];
    const RevocationSet::Slot slot{session.index};
    const auto good = follower.set()->check(slot);
    const bool is_known = session.ended_at >= 0 && verifier.acknowledged &&
                          session.ended_epoch == verifier.acknowledged->epoch &&
                          session.ended_seq <= verifier.acknowledged->seq;
    if (good && is_known) throw Broken("it accepts what it acknowledged as revoked, " + about(position));
    if (good && session.ended_at >= 0 &&
        unix_seconds(follower.fresh_at()) > unix_seconds(time_at(session.ended_at))) {
      throw Broken("it claims to be fresher than a revocation that it does not know, " + about(position));
    }
    if (good && verifier.refused[i]) throw Broken("it accepts what it refused before, " + about(position));
    if (!good && good.error().code == Errc::kRevoked) {
      if (session.ended_at < 0) throw Broken("it refuses what nobody revoked, " + about(position));
      verifier.refused[i] = true;
    }
  }
}

void World::must_have_converged() const {
  for (const Verifier& verifier : verifiers_) {
    const Follower& follower = verifier.follower;
    if (!follower.set() || follower.is_loading()) throw Broken("it is still loading");
    if (follower.position() != issuer_.feed().position) {
      throw Broken("it stands at " + about(follower.position()) + ", the issuer at " +
                   about(issuer_.feed().position));
    }
    if (follower.keys() != issuer_.feed().keys) throw Broken("it does not know of the last key set");
    if (time_at(now_) - follower.fresh_at() > std::chrono::seconds(60)) throw Broken("it is stale");
    for (const Session& session : issuer_.sessions()) {
      const bool good = follower.set()->check(RevocationSet::Slot{session.index}).has_value();
      if (good != (session.ended_at < 0)) throw Broken("it does not agree with the issuer");
    }
  }
}

}  // namespace signet::simulation

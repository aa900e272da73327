#include "server/verifiers.h"

#include <algorithm>

namespace signet::server {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kAcks = 32;
constexpr std::size_t kNoted = 1024;
constexpr std::chrono::hours kListed{1};  // after the last contact

bool is_listed(const VerifierState& state, Time now) {
  return state.asking || now < state.fresh_until || now < state.last_contact + kListed;
}

}  // namespace

/// make_room forgets those that were not heard of for long; and when there are too many, the one heard of longest ago.
void Verifiers::make_room(Time now) {
  if (known_.size() < kMost) return;
  std::erase_if(known_, [&](const auto& known) { return !is_listed(known.second.state, now); });
  if (known_.size() < kMost) return;
  known_.erase(std::ranges::min_element(known_, {}, [](const auto& k) { return k.second.state.last_contact; }));
}

void Verifiers::heard(const Contact& contact, Time now) {
  const std::lock_guard lock(mutex_);
  make_room(now);
  Known& known = known_[{contact.service, contact.instance}];
  const auto before = known.state.contact.applied;
  known.state.contact = contact;
  known.state.last_contact = now;
  known.state.asking = true;
  ++known.polls;
  if (!contact.applied || contact.applied == before) return;
  known.acks.push_back({*contact.applied, steady_clock::now()});
  if (known.acks.size() > kAcks) known.acks.pop_front();
}

void Verifiers::told(const std::string& service, const std::string& instance, Time now) {
  const std::lock_guard lock(mutex_);
  const auto known = known_.find({service, instance});
  if (known == known_.end()) return;
  VerifierState& state = known->second.state;
  if (known->second.polls > 0) --known->second.polls;
  state.asking = known->second.polls > 0;
  state.last_contact = std::max(state.last_contact, now);
  state.fresh_until = std::max(state.fresh_until, now + state.contact.max_staleness);
}

void Verifiers::gone(const std::string& service, const std::string& instance) {
  const std::lock_guard lock(mutex_);
  const auto known = known_.find({service, instance});
  if (known == known_.end()) return;
  if (known->second.polls > 0) --known->second.polls;
  known->second.state.asking = known->second.polls > 0;
}

void Verifiers::note_revocation(std::uint64_t seq, Time) {
  const std::lock_guard lock(mutex_);
  noted_.push_back({seq, steady_clock::now()});
  if (noted_.size() > kNoted) noted_.pop_front();
}

Progress Verifiers::progress(std::uint64_t seq, Time expired, Time now) const {
  const std::lock_guard lock(mutex_);
  const auto noted = std::ranges::find(noted_, seq, &Noted::seq);
  Progress progress;
  for (const auto& [name, known] : known_) {
    const auto& applied = known.state.contact.applied;
    if (applied && *applied >= seq) {
      ++progress.applied;
      const auto ack = std::ranges::find_if(known.acks, [&](const Ack& a) { return a.seq >= seq; });
      if (noted == noted_.end() || ack == known.acks.end() || ack->at < noted->at) continue;
      const auto took = std::chrono::ceil<std::chrono::milliseconds>(ack->at - noted->at);
      progress.took = std::max(progress.took, took);
    } else if (now < expired && now < known.state.fresh_until) {
      progress.waiting_for.push_back(known.state);
      VerifierState& waiting = progress.waiting_for.back();
      waiting.fresh_until = std::min(waiting.fresh_until, expired);
    }
  }
  return progress;
}

std::vector<VerifierState> Verifiers::list(Time now) const {
  const std::lock_guard lock(mutex_);
  std::vector<VerifierState> states;
  for (const auto& [name, known] : known_) {
    if (is_listed(known.state, now)) states.push_back(known.state);
  }
  return states;
}

}  // namespace signet::server

#include "server/verifiers.h"

#include <algorithm>
#include <tuple>

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

/// make_room makes room for one more of a service: it forgets one that accepts nothing any more, or else the one heard
/// of longest ago. Never one that asks: it would not be waited for, although it is there.
bool Verifiers::make_room(Group& group, Time now) {
  if (group.size() < kMostOfService) return true;
  const auto rank = [&](const auto& known) {
    const VerifierState& state = known.second.state;
    return std::tuple(state.asking, now < state.fresh_until, state.last_contact);
  };
  const auto first_to_go = std::ranges::min_element(group, {}, rank);
  if (first_to_go->second.state.asking) return false;
  group.erase(first_to_go);
  return true;
}

Verifiers::Known* Verifiers::find(const Contact& contact) {
  const auto group = services_.find(contact.service);
  if (group == services_.end()) return nullptr;
  const auto known = group->second.find({contact.key, contact.instance});
  return known == group->second.end() ? nullptr : &known->second;
}

bool Verifiers::heard(const Contact& contact, Time now) {
  const std::lock_guard lock(mutex_);
  Group& group = services_[contact.service];
  const Name name{contact.key, contact.instance};
  if (!group.contains(name) && !make_room(group, now)) return false;
  Known& known = group[name];
  VerifierState& state = known.state;
  const auto before = state.contact.applied;
  state.contact = contact;
  state.last_contact = now;
  // It may have been told at this very moment: by the process before this one, or by a cache on the way.
  state.fresh_until = std::max(state.fresh_until, now + contact.max_staleness);
  state.asking = true;
  ++known.polls;
  if (!contact.applied || contact.applied == before) return true;
  known.acks.push_back({*contact.applied, steady_clock::now()});
  if (known.acks.size() > kAcks) known.acks.pop_front();
  return true;
}

void Verifiers::told(const Contact& contact, Time now) {
  const std::lock_guard lock(mutex_);
  Known* const known = find(contact);
  if (!known) return;
  VerifierState& state = known->state;
  if (known->polls > 0) --known->polls;
  state.asking = known->polls > 0;
  state.last_contact = std::max(state.last_contact, now);
  state.fresh_until = std::max(state.fresh_until, now + state.contact.max_staleness);
}

void Verifiers::gone(const Contact& contact) {
  const std::lock_guard lock(mutex_);
  Known* const known = find(contact);
  if (!known) return;
  if (known->polls > 0) --known->polls;
  known->state.asking = known->polls > 0;
}

void Verifiers::keep_only(const std::set<std::string>& keys) {
  const std::lock_guard lock(mutex_);
  for (auto& [service, group] : services_) {
    std::erase_if(group, [&](const auto& known) { return !keys.contains(known.first.first); });
  }
  std::erase_if(services_, [](const auto& service) { return service.second.empty(); });
}

void Verifiers::note_revocation(std::uint64_t seq, Time) {
  const std::lock_guard lock(mutex_);
  noted_.push_back({seq, steady_clock::now()});
  if (noted_.size() > kNoted) noted_.pop_front();
}

/// time_taken returns how long after the commit of `seq` this one said that it has it, if that is known.
std::optional<std::chrono::milliseconds> Verifiers::time_taken(const Known& known, std::uint64_t seq) const {
  const auto noted = std::ranges::find(noted_, seq, &Noted::seq);
  const auto ack = std::ranges::find_if(known.acks, [&](const Ack& a) { return a.seq >= seq; });
  if (noted == noted_.end() || ack == known.acks.end() || ack->at < noted->at) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(ack->at - noted->at);
}

/// Whoever asks now is waited for however old what it knows is: its next answer makes it fresh.
Progress Verifiers::progress(std::uint64_t seq, Time expired, Time now) const {
  const std::lock_guard lock(mutex_);
  Progress progress;
  for (const auto& [service, group] : services_) {
    for (const auto& [name, known] : group) {
      const VerifierState& state = known.state;
      if (state.contact.applied && *state.contact.applied >= seq) {
        ++progress.applied;
        progress.took = std::max(progress.took, time_taken(known, seq).value_or(progress.took));
      } else if (now < expired && (state.asking || now < state.fresh_until)) {
        progress.waiting_for.push_back(state);
        VerifierState& waiting = progress.waiting_for.back();
        waiting.fresh_until = std::min(waiting.fresh_until, expired);
      }
    }
  }
  return progress;
}

std::vector<VerifierState> Verifiers::list(Time now) const {
  const std::lock_guard lock(mutex_);
  std::vector<VerifierState> states;
  for (const auto& [service, group] : services_) {
    for (const auto& [name, known] : group) {
      if (is_listed(known.state, now)) states.push_back(known.state);
    }
  }
  return states;
}

}  // namespace signet::server

#include "server/poll_queue.h"

#include <algorithm>
#include <utility>

#include "revocation/feed_log.h"

namespace signet::server {
namespace {

using revocation::Position;

constexpr std::size_t kTold = 64;        // places where many are likely to stand
constexpr std::uint64_t kStride = 1024;  // other places are rounded down to a multiple of it

}  // namespace

bool PollQueue::has_room_for(const PollRequest& request) const {
  return polls_.size() < most_ && (request.verifier || anonymous_ < most_ / 2);
}

std::uint64_t PollQueue::add(Poll poll) {
  const std::uint64_t id = next_id_++;
  const bool anonymous = !poll.request.verifier;
  polls_.emplace(id, std::move(poll));
  anonymous_ += anonymous;
  return id;
}

std::optional<PollQueue::Poll> PollQueue::take(std::uint64_t id) {
  auto found = polls_.find(id);
  if (found == polls_.end()) return std::nullopt;
  return take(found);
}

/// take leaves the iterator at the next one.
PollQueue::Poll PollQueue::take(Polls::iterator& poll) {
  Poll taken = std::move(poll->second);
  poll = polls_.erase(poll);
  anonymous_ -= !taken.request.verifier;
  return taken;
}

PollQueue::Turn PollQueue::take_due(const Position& head, SteadyTime now) {
  Turn turn;
  std::map<Place, std::vector<Poll>> followers;
  std::map<Place, std::size_t> catching_up;  // where in turn.groups
  for (auto it = polls_.begin(); it != polls_.end();) {
    const auto& [request, responder, deadline] = it->second;
    if (request.asked && *request.asked == head && now < deadline) {
      ++it;
      continue;
    }
    const Place place = place_of(request, head);
    if (is_follower(place)) {
      followers[place].push_back(take(it));
    } else if (catching_up.contains(place) || catching_up.size() < kCatchUps) {
      const auto [group, is_new] = catching_up.try_emplace(place, turn.groups.size());
      if (is_new) turn.groups.push_back({place, {}});
      turn.groups[group->second].polls.push_back(take(it));
    } else {
      turn.more = true;
      ++it;
    }
  }
  std::vector<Group> first;
  for (auto& [place, polls] : followers) first.push_back({place, std::move(polls)});
  std::ranges::sort(first, std::greater(), [](const Group& group) { return group.polls.size(); });
  turn.groups.insert(turn.groups.begin(), std::make_move_iterator(first.begin()),
                     std::make_move_iterator(first.end()));
  return turn;
}

void PollQueue::told(std::uint64_t seq) {
  if (!told_.empty() && told_.back() == seq) return;
  told_.push_back(seq);
  if (told_.size() > kTold) told_.pop_front();
}

bool PollQueue::is_told(std::uint64_t seq) const {
  return std::find(told_.rbegin(), told_.rend(), seq) != told_.rend();
}

bool PollQueue::is_follower(const Place& place) const {
  return !place.after || is_told(*place.after);
}

/// place_of is where somebody stands, if many may stand there; else somewhat before it, which does no harm. So nobody can
/// have us sign a statement for each number that there is.
PollQueue::Place PollQueue::place_of(const PollRequest& request, const Position& head) const {
  const auto can_follow = [&](std::uint64_t seq) {
    return seq < head.seq && head.seq - seq <= revocation::FeedLog::kMaxBehind;
  };
  const auto& asked = request.asked;
  if (!asked || asked->epoch != head.epoch || !can_follow(asked->seq))
    return {request.audience, std::nullopt};
  if (is_told(asked->seq)) return {request.audience, asked->seq};
  const std::uint64_t before = asked->seq / kStride * kStride;
  return {request.audience, can_follow(before) ? std::optional(before) : std::nullopt};
}

}  // namespace signet::server

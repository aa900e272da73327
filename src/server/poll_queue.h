// Those who wait for news of the feed, and who of them is answered next. Whoever follows comes first; whoever has to catch
// up takes turns. No threads, no signatures, no clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "http/responder.h"
#include "revocation/batch.h"
#include "server/verifiers.h"

namespace signet::server {

/// PollRequest is one who asks for the feed.
struct PollRequest {
  std::optional<revocation::Position> asked;  // none: starts from cold
  std::chrono::seconds wait{30};
  std::string audience;             // whose statements it gets: see StatementKeys::signed_for
  std::optional<Contact> verifier;  // when it said who it is
};

class PollQueue {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  struct Poll {
    PollRequest request;
    http::Responder responder;
    SteadyTime deadline;
  };

  /// Place is where a statement begins, and for whom it is signed. No number: a heartbeat, which is also the answer to
  /// those who cannot follow any more.
  struct Place {
    std::string audience;
    std::optional<std::uint64_t> after;
    auto operator<=>(const Place&) const = default;
  };

  /// Group is those who get the same statement.
  struct Group {
    Place place;
    std::vector<Poll> polls;
  };

  /// Turn is whom to answer now. `more`: others are due as well, and get the next turn.
  struct Turn {
    std::vector<Group> groups;
    bool more = false;
  };

  /// kCatchUps is for how many places, besides those where followers stand, a turn makes statements. Each can be of
  /// 10,000 revocations, and news wait until the turn is over.
  static constexpr std::size_t kCatchUps = 16;

  /// At most `most` wait at once; half of these places are for verifiers that say who they are.
  explicit PollQueue(std::size_t most) : most_(most) {}

  [[nodiscard]] bool has_room_for(const PollRequest& request) const;

  /// add returns a number to take the poll out by.
  std::uint64_t add(Poll poll);
  [[nodiscard]] std::optional<Poll> take(std::uint64_t id);

  /// take_due takes out those whom there is something to tell with the feed at `head`, or who have waited for long enough:
  /// first the followers, the most that stand at one place before others; then those who catch up, in the order in which
  /// they came.
  [[nodiscard]] Turn take_due(const revocation::Position& head, SteadyTime now);

  /// told says that statements that end at `seq`, where the feed stood, are on their way: many will stand there.
  void told(std::uint64_t seq);

 private:
  using Polls = std::map<std::uint64_t, Poll>;

  [[nodiscard]] bool is_told(std::uint64_t seq) const;
  [[nodiscard]] bool is_follower(const Place& place) const;
  [[nodiscard]] Place place_of(const PollRequest& request, const revocation::Position& head) const;
  Poll take(Polls::iterator& poll);

  const std::size_t most_;
  std::uint64_t next_id_ = 0;
  std::size_t anonymous_ = 0;
  Polls polls_;
  std::deque<std::uint64_t> told_;  // the newest of them
};

}  // namespace signet::server

#include "server/poll_queue.h"

#include <gtest/gtest.h>

#include "http/exchange.h"

namespace signet::server {
namespace {

using revocation::Position;
using std::chrono::seconds;

constexpr PollQueue::SteadyTime kNow{};
constexpr std::uint64_t kStride = 1024;
const Position kHead{.epoch = "e", .seq = 90 * kStride};

class PollQueueTest : public testing::Test {
 protected:
  ~PollQueueTest() override {
    for (const auto& responder : responders_) responder.send(http::Response::empty());
  }
  std::uint64_t ask(std::uint64_t after, std::string audience = "") {
    PollRequest request{.asked = Position{.epoch = "e", .seq = after},
                        .wait = seconds(30),
                        .audience = std::move(audience),
                        .verifier = std::nullopt};
    return queue_.add({std::move(request), responder(), kNow + seconds(30)});
  }
  http::Responder responder() {
    return responders_.emplace_back(std::make_shared<http::Exchange>(http::Request{}));
  }
  /// turn returns where the groups begin, and how many stand there; nothing is a heartbeat.
  using Groups = std::vector<std::pair<std::optional<std::uint64_t>, std::size_t>>;
  Groups turn(PollQueue::SteadyTime now = kNow) {
    const auto taken = queue_.take_due(kHead, now);
    more_ = taken.more;
    Groups groups;
    for (const auto& group : taken.groups) groups.emplace_back(group.place.after, group.polls.size());
    return groups;
  }

  std::vector<http::Responder> responders_;
  PollQueue queue_{1000};
  bool more_ = false;
};

TEST_F(PollQueueTest, NobodyIsDueWhoHasEverythingUntilTheWaitIsOver) {
  ask(kHead.seq);
  EXPECT_EQ(turn(), Groups());
  EXPECT_EQ(turn(kNow + seconds(30)), (Groups{{std::nullopt, 1}}));
  EXPECT_EQ(turn(kNow + seconds(30)), Groups());
}

TEST_F(PollQueueTest, WhoeverFollowsComesBeforeWhoeverHasToCatchUp) {
  queue_.told(kHead.seq - 1);
  for (int i = 0; i < 5; ++i) ask(3 * kStride + 7);
  ask(kHead.seq - 1);
  EXPECT_EQ(turn(), (Groups{{kHead.seq - 1, 1}, {3 * kStride, 5}}));
}

TEST_F(PollQueueTest, TheMostAtOnePlaceComeFirst) {
  queue_.told(kHead.seq - 2);
  queue_.told(kHead.seq - 1);
  ask(kHead.seq - 2);
  for (int i = 0; i < 3; ++i) ask(kHead.seq - 1);
  EXPECT_EQ(turn(), (Groups{{kHead.seq - 1, 3}, {kHead.seq - 2, 1}}));
}

TEST_F(PollQueueTest, WhoeverHasToCatchUpTakesTurnsInTheOrderOfComing) {
  constexpr std::size_t kPlaces = 2 * PollQueue::kCatchUps + 1;
  queue_.told(kHead.seq - 1);
  for (int round = 0; round < 2; ++round) {
    for (std::size_t place = kPlaces; place > 0; --place) ask(place * kStride);
  }
  std::uint64_t next = kPlaces;
  for (const std::size_t expected : {PollQueue::kCatchUps, PollQueue::kCatchUps, std::size_t{1}}) {
    ask(kHead.seq - 1);  // news do not wait for all of them
    const Groups groups = turn();
    ASSERT_EQ(groups.size(), 1 + expected);
    EXPECT_EQ(groups[0], Groups::value_type(kHead.seq - 1, 1));
    for (std::size_t i = 1; i < groups.size(); ++i)
      EXPECT_EQ(groups[i], Groups::value_type(kStride * next--, 2));
    EXPECT_EQ(more_, next > 0);
  }
  EXPECT_EQ(turn(), Groups());
}

TEST_F(PollQueueTest, EachSecretIsAPlaceOfItsOwn) {
  for (std::size_t i = 0; i < PollQueue::kCatchUps + 1; ++i) ask(kStride, std::to_string(i));
  EXPECT_EQ(turn().size(), PollQueue::kCatchUps);
  EXPECT_TRUE(more_);
}

TEST_F(PollQueueTest, WhoeverCannotFollowGetsAHeartbeat) {
  PollRequest cold;
  queue_.add({cold, responder(), kNow});
  cold.asked = Position{.epoch = "another", .seq = kHead.seq};
  queue_.add({cold, responder(), kNow + seconds(30)});
  ask(kHead.seq + 1);
  EXPECT_EQ(turn(), (Groups{{std::nullopt, 3}}));
}

TEST_F(PollQueueTest, WhoeverIsTakenOutIsNotAnswered) {
  const auto id = ask(kStride);
  EXPECT_TRUE(queue_.take(id));
  EXPECT_FALSE(queue_.take(id));
  EXPECT_EQ(turn(), Groups());
}

TEST_F(PollQueueTest, HalfOfThePlacesAreForVerifiersThatSayWhoTheyAre) {
  PollRequest named;
  named.verifier = Contact{};
  std::uint64_t last = 0;
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(queue_.has_room_for(PollRequest{}));
    last = ask(kHead.seq);
  }
  EXPECT_FALSE(queue_.has_room_for(PollRequest{}));
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(queue_.has_room_for(named));
    queue_.add({named, responder(), kNow});
  }
  EXPECT_FALSE(queue_.has_room_for(named));
  EXPECT_TRUE(queue_.take(last));
  EXPECT_TRUE(queue_.has_room_for(PollRequest{}));
}

}  // namespace
}  // namespace signet::server

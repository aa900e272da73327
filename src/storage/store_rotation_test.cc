// What becomes of refresh tokens that are presented, on every engine.
#include "storage/store_fixture.h"

namespace signet::storage {
namespace {

using Outcome = Rotation::Outcome;

class StoreRotationTest : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Engines, StoreRotationTest, testing::ValuesIn(kEngines), engine_name);

TEST_P(StoreRotationTest, RotatesTheGoodRefreshToken) {
  const User user = add_user("alice");
  Session session = add_session(user, "s1");
  session.refresh_counter = 1;
  session.rotated_at = kNow + seconds(7);
  const Rotation rotation = rotate("s1", 0, kNow + seconds(7));
  EXPECT_EQ(rotation.outcome, Outcome::kRotated);
  expect_same(rotation.granted.session, session);
  expect_same(rotation.granted.user, user);
  expect_same(store_->find_session("s1")->session, session);
}

TEST_P(StoreRotationTest, RepeatsARotationWithinTheGrace) {
  add_session(add_user("alice"), "s1");
  rotate("s1", 0);
  const auto before = store_->find_session("s1")->session;
  for (const auto later : {seconds(-1), seconds(0), seconds(10)}) {
    const Rotation again = rotate("s1", 0, kNow + later);
    EXPECT_EQ(again.outcome, Outcome::kRepeated) << later.count();
    expect_same(again.granted.session, before);
    EXPECT_EQ(again.granted.user.username, "alice");
  }
  expect_same(store_->find_session("s1")->session, before);
}

TEST_P(StoreRotationTest, EndsTheSessionWhoseRefreshTokenIsReused) {
  const User user = add_user("alice");
  struct Case {
    const char* id;
    std::int64_t rotations, counter;
    seconds later;
  };
  for (const Case& reuse : {Case{"past the grace", 1, 0, seconds(11)}, Case{"two back", 2, 0, seconds(0)}}) {
    add_session(user, reuse.id);
    for (std::int64_t i = 0; i < reuse.rotations; ++i) rotate(reuse.id, i);
    const Rotation reused = rotate(reuse.id, reuse.counter, kNow + reuse.later);
    EXPECT_EQ(reused.outcome, Outcome::kReused) << reuse.id;
    EXPECT_EQ(reused.granted.session.id, "") << "nothing is granted";
    EXPECT_EQ(store_->find_session(reuse.id)->session.ended_at, kNow + reuse.later) << reuse.id;
    EXPECT_EQ(rotate(reuse.id, reuse.rotations).outcome, Outcome::kRefused) << "not even the good one";
  }
}

TEST_P(StoreRotationTest, RefusesToRotate) {
  const User user = add_user("alice");
  add_session(user, "s1");
  Session cookie = session_of(user, "cookie");
  cookie.cookie = true;
  ASSERT_TRUE(store_->open_session(cookie, user.password_hash));
  add_session(user, "ended");
  ASSERT_TRUE(store_->end_session("ended", kNow));

  EXPECT_EQ(rotate("unknown", 0).outcome, Outcome::kRefused);
  EXPECT_EQ(rotate("s1", 1).outcome, Outcome::kRefused) << "never handed out";
  EXPECT_EQ(rotate("s1", -1).outcome, Outcome::kRefused) << "never handed out";
  EXPECT_EQ(rotate("s1", INT64_MIN).outcome, Outcome::kRefused);
  EXPECT_EQ(rotate("s1", INT64_MAX).outcome, Outcome::kRefused);
  EXPECT_EQ(rotate("s1", 0, kNow + seconds(1000)).outcome, Outcome::kRefused) << "expired";
  EXPECT_EQ(rotate("cookie", 0).outcome, Outcome::kRefused);
  EXPECT_EQ(rotate("ended", 0).outcome, Outcome::kRefused);
  EXPECT_EQ(rotate("s1", 0, kNow + seconds(999)).outcome, Outcome::kRotated) << "refusals changed nothing";
  ASSERT_TRUE(store_->change_user(user.id, {.disabled = true}, kNow));
  EXPECT_EQ(rotate("s1", 1).outcome, Outcome::kRefused);
}

}  // namespace
}  // namespace signet::storage

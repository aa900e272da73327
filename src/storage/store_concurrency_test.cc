// What every Store promises when many call it at once, on every engine.
#include <algorithm>
#include <atomic>
#include <set>

#include "storage/store_fixture.h"

namespace signet::storage {
namespace {

using Outcome = Rotation::Outcome;

class StoreUnderLoad : public StoreTest {};

INSTANTIATE_TEST_SUITE_P(Engines, StoreUnderLoad, testing::ValuesIn(kEngines), engine_name);

constexpr int kThreads = 12;
constexpr int kRounds = 25;

TEST_P(StoreUnderLoad, OneRefreshTokenHasOneWinnerAndOneSuccessor) {
  add_session(add_user("alice"), "s1");
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<int> rotated = 0, repeated = 0;
    at_once(kThreads, [&](int) {
      const Rotation rotation = rotate("s1", round);
      rotated += rotation.outcome == Outcome::kRotated;
      repeated += rotation.outcome == Outcome::kRepeated;
      EXPECT_EQ(rotation.granted.session.refresh_counter, round + 1);
    });
    EXPECT_EQ(rotated, 1);
    EXPECT_EQ(repeated, kThreads - 1);
  }
}

TEST_P(StoreUnderLoad, OneNameHasOneOwner) {
  for (int round = 0; round < kRounds; ++round) {
    const std::string name = "user" + std::to_string(round);
    std::atomic<int> created = 0, refused = 0;
    at_once(kThreads, [&](int i) {
      User user = user_named(name);
      user.id += std::to_string(i);
      const auto result = store_->create_user(user);
      created += result.has_value();
      refused += !result && result.error().code == Errc::kConflict;
    });
    EXPECT_EQ(created, 1);
    EXPECT_EQ(refused, kThreads - 1);
  }
  EXPECT_EQ(store_->count_users().value(), kRounds);
}

TEST_P(StoreUnderLoad, NoSessionOutlivesTheDisablingOfItsUser) {
  for (int round = 0; round < kRounds; ++round) {
    const User user = add_user("user" + std::to_string(round));
    at_once(kThreads, [&](int i) {
      if (i == kThreads / 2) {
        EXPECT_TRUE(store_->change_user(user.id, {.disabled = true}, kNow));
        return;
      }
      const auto opened =
          store_->open_session(session_of(user, user.id + "." + std::to_string(i)), user.password_hash);
      EXPECT_TRUE(opened || opened.error().code == Errc::kNotFound);
    });
    EXPECT_TRUE(store_->change_user(user.id, {.disabled = false}, kNow));  // so that what there is shows
    EXPECT_EQ(store_->list_sessions(user.id, user.password_hash, kNow)->size(), 0U);
  }
}

TEST_P(StoreUnderLoad, EveryNodeStartsWithTheSameKeyAndSetting) {
  std::string kids[kThreads], values[kThreads];
  at_once(kThreads, [&](int i) {
    const auto n = static_cast<std::size_t>(i);
    const std::string mine = std::to_string(i);
    kids[n] = store_->ensure_active_key(key_named(mine, SigningKey::State::kActive))->kid;
    values[n] = store_->ensure_setting("issuer_id", mine).value();
  });
  EXPECT_EQ(std::set(std::begin(kids), std::end(kids)).size(), 1U);
  EXPECT_EQ(std::set(std::begin(values), std::end(values)).size(), 1U);
  EXPECT_EQ(store_->signing_keys()->keys.size(), 1U);
}

TEST_P(StoreUnderLoad, ManyRotationsOfTheKeyLeaveOneActive) {
  at_once(kThreads, [&](int i) {
    EXPECT_TRUE(store_->add_signing_key(key_named(std::to_string(i), SigningKey::State::kActive)));
  });
  const auto keys = store_->signing_keys()->keys;
  EXPECT_EQ(keys.size(), static_cast<std::size_t>(kThreads));
  EXPECT_EQ(std::ranges::count(keys, SigningKey::State::kActive, &SigningKey::state), 1);
}

// Failures among the successes, committed together: each caller hears of its own, and of what is really
// there.
TEST_P(StoreUnderLoad, AFailureUndoesOnlyItself) {
  const User user = add_user("alice");
  add_session(user, "taken");
  at_once(kThreads, [&](int i) {
    for (int round = 0; round < kRounds; ++round) {
      const std::string id = std::to_string(i) + "." + std::to_string(round);
      switch (i % 3) {
        case 0:
          EXPECT_TRUE(store_->open_session(session_of(user, id), user.password_hash));
          break;
        case 1:
          expect_error(store_->open_session(session_of(user, "taken"), user.password_hash), Errc::kConflict);
          break;
        default:  // fails after it has changed something: the kid is empty, and the active key was retired
          expect_error(store_->add_signing_key(key_named("", SigningKey::State::kActive)),
                       Errc::kInvalidArgument);
          EXPECT_TRUE(store_->ensure_active_key(key_named("first", SigningKey::State::kActive)));
      }
    }
  });
  EXPECT_EQ(store_->list_sessions(user.id, user.password_hash, kNow)->size(), kThreads / 3 * kRounds + 1U);
  const auto keys = store_->signing_keys()->keys;
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].state, SigningKey::State::kActive);
}

TEST_P(StoreUnderLoad, AReaderSeesWhatWasAcknowledged) {
  const User user = add_user("alice");
  at_once(kThreads, [&](int i) {
    for (int round = 0; round < kRounds; ++round) {
      const std::string id = std::to_string(i) + "." + std::to_string(round);
      ASSERT_TRUE(store_->open_session(session_of(user, id), user.password_hash));
      ASSERT_TRUE(store_->find_session(id));
      ASSERT_TRUE(store_->end_session(id, kNow));
      EXPECT_EQ(store_->find_session(id)->session.ended_at, kNow);
    }
  });
}

TEST_P(StoreUnderLoad, AllThatWasAcknowledgedIsThereWhenReopened) {
  const User user = add_user("alice");
  at_once(kThreads, [&](int i) {
    for (int round = 0; round < kRounds; ++round) {
      EXPECT_TRUE(store_->open_session(session_of(user, std::to_string(i) + "." + std::to_string(round)),
                                       user.password_hash));
    }
  });
  reopen();
  EXPECT_EQ(store_->list_sessions(user.id, user.password_hash, kNow)->size(),
            static_cast<std::size_t>(kThreads * kRounds));
}

}  // namespace
}  // namespace signet::storage

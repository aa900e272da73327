// What every Store promises of revocation: whatever ends a session is in the feed, in order, without a gap.
#include <algorithm>
#include <set>

#include "storage/store_fixture.h"

namespace signet::storage {
namespace {

class RevocationStore : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    alice_ = add_user("alice");
    start_ = feed().seq;
  }

  Feed feed() { return store_->revocations_since(0, 0).value().now; }

  /// The indices that were revoked since the test began, in the feed's order.
  std::vector<std::int64_t> revoked() {
    const auto reading = store_->revocations_since(start_, 1'000'000).value();
    std::vector<std::int64_t> indices;
    std::int64_t last = start_;
    for (const Revocation& event : reading.revoked) {
      EXPECT_GT(event.seq, last);
      last = event.seq;
      indices.push_back(event.status_index);
    }
    EXPECT_LE(last, reading.now.seq);
    return indices;
  }

  std::vector<std::int64_t> sorted_revoked() {
    auto indices = revoked();
    std::ranges::sort(indices);
    return indices;
  }

  User alice_;
  std::int64_t start_ = 0;
};

using Indices = std::vector<std::int64_t>;

INSTANTIATE_TEST_SUITE_P(Engines, RevocationStore, testing::ValuesIn(kEngines), engine_name);

TEST_P(RevocationStore, GivesEachStatusIndexOnce) {
  std::set<std::int64_t> given;
  std::mutex mutex;
  at_once(8, [&](int) {
    for (int round = 0; round < 20; ++round) {
      const auto block = store_->reserve_status_indices(7).value();
      const std::lock_guard lock(mutex);
      for (std::int64_t i = 0; i < block.count; ++i) EXPECT_TRUE(given.insert(block.first + i).second);
    }
  });
  reopen();
  const auto later = store_->reserve_status_indices(1).value();
  EXPECT_GT(later.first, *given.rbegin());
  expect_error(store_->reserve_status_indices(0), Errc::kInvalidArgument);
  expect_error(store_->reserve_status_indices(kStatusListSize), Errc::kInvalidArgument);
}

TEST_P(RevocationStore, AnnouncesAListBeforeItsFirstIndexIsGivenOut) {
  std::int64_t next = kTestIndices;
  EXPECT_EQ(feed().last_list, 0);
  while (next < kStatusListSize + kStatusListSize / 2) {
    const auto before = feed();
    const auto block = store_->reserve_status_indices(100'000).value();
    ASSERT_EQ(block.first, next);
    next += block.count;
    EXPECT_LE((next - 1) / kStatusListSize, before.last_list);
    EXPECT_EQ(feed().last_list, (next + kStatusListSize / 8) / kStatusListSize);
    EXPECT_EQ(feed().seq - before.seq, feed().last_list - before.last_list);
  }
}

TEST_P(RevocationStore, OpensASessionOnlyWithAnIndexThatWasGivenOut) {
  Session session = session_of(alice_, "s1");
  session.status_index = kTestIndices;
  expect_error(store_->open_session(session, alice_.password_hash), Errc::kConflict);
  session.status_index = 5;
  ASSERT_TRUE(store_->open_session(session, alice_.password_hash));
  EXPECT_EQ(store_->find_session("s1")->session.status_index, 5);
  session.id = "s2";
  expect_error(store_->open_session(session, alice_.password_hash), Errc::kConflict);
}

TEST_P(RevocationStore, WhateverEndsASessionRevokesIt) {
  const Session ended = add_session(alice_, "ended"), reused = add_session(alice_, "reused");
  const Session revoked_one = add_session(alice_, "revoked");
  ASSERT_TRUE(store_->end_session("ended", kNow));
  EXPECT_EQ(revoked(), Indices({ended.status_index}));
  EXPECT_EQ(rotate("reused", 0).outcome, Rotation::Outcome::kRotated);
  EXPECT_EQ(rotate("reused", 0, kNow + seconds(60)).outcome, Rotation::Outcome::kReused);
  const auto one = store_->revoke_session("revoked", kNow + seconds(3)).value();
  EXPECT_EQ(one.sessions, 1);
  EXPECT_EQ(one.seq, start_ + 3);
  EXPECT_EQ(store_->find_session("revoked")->session.ended_at, kNow + seconds(3));
  EXPECT_EQ(revoked(), Indices({ended.status_index, reused.status_index, revoked_one.status_index}));
  EXPECT_EQ(feed().seq, start_ + 3);
}

TEST_P(RevocationStore, WhateverEndsAUsersSessionsRevokesThem) {
  const User bob = add_user("bob");
  add_session(bob, "other");
  Indices expected;
  const auto end_them = [&](const User& user, const std::function<bool()>& work) {
    for (int i = 0; i < 2; ++i) {
      expected.push_back(add_session(user, user.id + std::to_string(expected.size())).status_index);
    }
    EXPECT_TRUE(work());
    EXPECT_EQ(sorted_revoked(), expected);
  };
  end_them(alice_, [&] { return store_->change_user(alice_.id, {.disabled = true}, kNow).has_value(); });
  ASSERT_TRUE(store_->change_user(alice_.id, {.disabled = false}, kNow));
  end_them(alice_, [&] { return store_->revoke_user(alice_.id, kNow)->sessions == 2; });
  end_them(alice_, [&] { return store_->delete_user(alice_.id).has_value(); });
  const User carol = add_user("carol");
  end_them(carol, [&] { return store_->change_user(carol.id, {.password_hash = "new"}, kNow).has_value(); });
  EXPECT_FALSE(store_->find_session("other")->session.ended_at);
  expect_error(store_->revoke_user("nobody", kNow), Errc::kNotFound);
}

TEST_P(RevocationStore, WhatHasEndedIsNotRevokedAgain) {
  const Session session = add_session(alice_, "s1");
  ASSERT_TRUE(store_->end_session("s1", kNow));
  ASSERT_TRUE(store_->end_session("s1", kNow));
  EXPECT_EQ(store_->revoke_session("s1", kNow)->sessions, 0);
  EXPECT_EQ(store_->revoke_user(alice_.id, kNow)->sessions, 0);
  EXPECT_EQ(revoked(), Indices({session.status_index}));
  EXPECT_EQ(feed().seq, start_ + 1);
  expect_error(store_->revoke_session("none", kNow), Errc::kNotFound);
}

TEST_P(RevocationStore, ReadsTheFeedInPages) {
  for (int i = 0; i < 5; ++i) {
    add_session(alice_, std::to_string(i));
    ASSERT_TRUE(store_->end_session(std::to_string(i), kNow));
  }
  const auto page = store_->revocations_since(start_ + 1, 2).value();
  ASSERT_EQ(page.revoked.size(), 2U);
  EXPECT_EQ(page.revoked[0].seq, start_ + 2);
  EXPECT_EQ(page.revoked[1].seq, start_ + 3);
  EXPECT_EQ(page.now.seq, start_ + 5);
  EXPECT_EQ(store_->revocations_since(start_ + 5, 9)->revoked.size(), 0U);
}

TEST_P(RevocationStore, RevokingEveryoneIsOneEventThatEndsAllSessions) {
  const User bob = add_user("bob");
  add_session(alice_, "a");
  add_session(bob, "b");
  ASSERT_TRUE(store_->end_session("a", kNow));
  const Feed before = feed();
  const auto everyone = store_->revoke_everyone(kNow + seconds(9)).value();
  EXPECT_EQ(everyone.sessions, 1);
  EXPECT_EQ(everyone.seq, before.seq + 1);
  EXPECT_EQ(feed().seq, before.seq + 1);
  EXPECT_EQ(feed().first_list, before.last_list + 1);
  EXPECT_EQ(feed().last_list, before.last_list + 1);
  EXPECT_EQ(store_->find_session("a")->session.ended_at, kNow);
  EXPECT_EQ(store_->find_session("b")->session.ended_at, kNow + seconds(9));
  EXPECT_EQ(store_->list_sessions(bob.id, bob.password_hash, kNow)->size(), 0U);
  EXPECT_EQ(rotate("b", 0).outcome, Rotation::Outcome::kRefused);
  EXPECT_EQ(store_->revoke_user(bob.id, kNow)->sessions, 0) << "their list is gone: there is no bit to set";
  expect_error(store_->open_session(session_of(bob, "late"), bob.password_hash), Errc::kConflict);

  Session fresh = session_of(bob, "fresh");
  fresh.status_index = store_->reserve_status_indices(1)->first;
  EXPECT_EQ(fresh.status_index, (before.last_list + 1) * kStatusListSize);
  ASSERT_TRUE(store_->open_session(fresh, bob.password_hash));
  EXPECT_EQ(rotate("fresh", 0).outcome, Rotation::Outcome::kRotated);
}

TEST_P(RevocationStore, DropsListsWhoseSessionsAreAllOver) {
  add_session(alice_, "old");
  add_session(alice_, "ended");
  ASSERT_TRUE(store_->end_session("ended", kNow));
  EXPECT_EQ(store_->drop_finished_lists(kNow + seconds(1000)).value(), 0) << "it is not full yet";
  for (std::int64_t next = 0; next < kStatusListSize;) {
    const auto block = store_->reserve_status_indices(100'000).value();
    next = block.first + block.count;
  }
  EXPECT_EQ(store_->drop_finished_lists(kNow).value(), 0) << "'old' is alive";
  const Feed before = feed();
  EXPECT_EQ(store_->drop_finished_lists(kNow + seconds(1000)).value(), 1);
  EXPECT_EQ(feed().first_list, 1);
  EXPECT_EQ(feed().seq, before.seq + 1);
  EXPECT_EQ(revoked(), Indices()) << "what is revoked in it is forgotten with it";
  EXPECT_EQ(store_->drop_finished_lists(kNow + seconds(1000)).value(), 0);
}

TEST_P(RevocationStore, AChangeOfThePublishedKeysIsAnEvent) {
  const Feed before = feed();
  ASSERT_TRUE(store_->ensure_active_key(key_named("k1", SigningKey::State::kActive)));
  EXPECT_EQ(feed().seq, before.seq + 1);
  EXPECT_EQ(feed().keys, store_->signing_keys()->version);
  ASSERT_TRUE(store_->ensure_active_key(key_named("k2", SigningKey::State::kActive)));
  EXPECT_EQ(feed().seq, before.seq + 1);
}

TEST_P(RevocationStore, KeepsItsEpochUntilABackupIsRestored) {
  EXPECT_EQ(store_->ensure_epoch("e1").value(), "e1");
  EXPECT_EQ(store_->ensure_epoch("e2").value(), "e1");
  reopen();
  EXPECT_EQ(feed().epoch, "e1");
  add_session(alice_, "kept");
  ASSERT_TRUE(store_->start_epoch({.name = "e3", .now = kNow, .keep_sessions = true}));
  EXPECT_EQ(feed().epoch, "e3");
  EXPECT_FALSE(store_->find_session("kept")->session.ended_at);
  ASSERT_TRUE(store_->start_epoch({.name = "e4", .now = kNow}));
  EXPECT_EQ(store_->find_session("kept")->session.ended_at, kNow);
  EXPECT_EQ(feed().first_list, feed().last_list);
}

TEST_P(RevocationStore, TellsOfEveryTransactionThatMayAddToTheFeed) {
  std::int64_t told = 0;
  store_->on_feed_change([&] { told = feed().seq; });
  add_session(alice_, "s1");
  add_session(alice_, "s2");
  ASSERT_TRUE(store_->end_session("s1", kNow));
  EXPECT_EQ(told, start_ + 1);
  ASSERT_TRUE(store_->change_user(alice_.id, {.disabled = true}, kNow));
  EXPECT_EQ(told, start_ + 2);
  ASSERT_TRUE(store_->revoke_everyone(kNow));
  EXPECT_EQ(told, start_ + 3);
}

TEST_P(RevocationStore, ManyAtOnceLeaveNoGapAndNoDouble) {
  constexpr int kThreads = 8, kRounds = 20;
  Indices expected;
  for (int i = 0; i < kThreads * kRounds; ++i) {
    expected.push_back(add_session(alice_, std::to_string(i)).status_index);
  }
  std::set<std::int64_t> numbers;
  std::mutex mutex;
  at_once(kThreads, [&](int t) {
    for (int round = 0; round < kRounds; ++round) {
      const auto mine = store_->revoke_session(std::to_string(t * kRounds + round), kNow).value();
      // What was acknowledged is in the feed, under the number that was told.
      const auto event = store_->revocations_since(mine.seq - 1, 1).value().revoked.at(0);
      EXPECT_EQ(event.seq, mine.seq);
      EXPECT_EQ(event.status_index, expected[static_cast<std::size_t>(t * kRounds + round)]);
      const std::lock_guard lock(mutex);
      numbers.insert(mine.seq);
    }
  });
  EXPECT_EQ(numbers.size(), expected.size());
  EXPECT_EQ(*numbers.begin(), start_ + 1);
  EXPECT_EQ(*numbers.rbegin(), feed().seq);
  EXPECT_EQ(sorted_revoked(), expected);
  reopen();
  EXPECT_EQ(sorted_revoked(), expected);
}

TEST_P(RevocationStore, AReadingOfTheFeedIsOfOneMoment) {
  constexpr int kSessions = 300;
  for (int i = 0; i < kSessions; ++i) add_session(alice_, std::to_string(i));
  std::atomic<bool> is_done = false;
  at_once(2, [&](int t) {
    if (t == 0) {
      for (int i = 0; i < kSessions; ++i) EXPECT_TRUE(store_->end_session(std::to_string(i), kNow));
      is_done = true;
      return;
    }
    while (!is_done) {
      const auto reading = store_->revocations_since(start_, kSessions).value();
      EXPECT_EQ(reading.now.seq, start_ + static_cast<std::int64_t>(reading.revoked.size()));
    }
  });
}

TEST_P(RevocationStore, KeepsVerifierKeysOfAService) {
  ASSERT_TRUE(store_->create_service(service_named("orders")));
  const VerifierKey key{.id = "k1", .service = "orders", .hash = "h1", .created_at = kNow};
  ASSERT_TRUE(store_->add_verifier_key(key));
  expect_error(store_->add_verifier_key(key), Errc::kConflict);
  expect_error(store_->add_verifier_key({"k2", "none", "h2", kNow}), Errc::kNotFound);
  ASSERT_TRUE(store_->add_verifier_key({"k2", "orders", "h2", kNow}));
  const auto keys = store_->list_verifier_keys().value();
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].id, "k1");
  EXPECT_EQ(keys[0].hash, "h1");
  EXPECT_EQ(keys[0].service, "orders");
  EXPECT_EQ(keys[0].created_at, kNow);
  expect_error(store_->delete_verifier_key("billing", "k1"), Errc::kNotFound);
  ASSERT_TRUE(store_->delete_verifier_key("orders", "k1"));
  expect_error(store_->delete_verifier_key("orders", "k1"), Errc::kNotFound);
  ASSERT_TRUE(store_->delete_service("orders"));
  EXPECT_EQ(store_->list_verifier_keys()->size(), 0U);
}

}  // namespace
}  // namespace signet::storage

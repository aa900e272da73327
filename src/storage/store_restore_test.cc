// What every Store promises after a backup was restored: nothing that was revoked since comes back to life.
#include <set>

#include "storage/store_fixture.h"

namespace signet::storage {
namespace {

/// Restores here are those of one backup: the folder as it was after SetUp and what a test did before back_up().
class RestoredStore : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    alice_ = add_user("alice");
  }

  Feed feed() { return store_->revocations_since(0, 0).value().now; }

  void back_up() {
    store_.reset();
    std::filesystem::copy(folder_.path(), backup_.path(), std::filesystem::copy_options::recursive);
    open();
  }

  void restore(const EpochStart& start) {
    store_.reset();
    for (const auto& file : std::filesystem::directory_iterator(folder_.path()))
      std::filesystem::remove(file);
    std::filesystem::copy(backup_.path(), folder_.path(), std::filesystem::copy_options::recursive);
    open();
    ASSERT_TRUE(store_->start_epoch(start));
  }

  /// Opens a session where the store goes on, and returns its status index.
  std::int64_t log_in(const std::string& id) {
    Session session = session_of(alice_, id);
    session.status_index = store_->reserve_status_indices(1).value().first;
    EXPECT_TRUE(store_->open_session(session, alice_.password_hash));
    return session.status_index;
  }

  [[nodiscard]] bool is_live(std::int64_t index) {
    const Feed now = feed();
    return index >= now.first_list * kStatusListSize && index < (now.last_list + 1) * kStatusListSize;
  }

  User alice_;
  TempFolder backup_;
};

INSTANTIATE_TEST_SUITE_P(Engines, RestoredStore, testing::ValuesIn(kEngines), engine_name);

TEST_P(RestoredStore, TwoRestoresOfOneBackupShareNoList) {
  back_up();
  std::set<std::int64_t> lists;
  for (int second = 0; second < 3; ++second) {
    const Time now = kNow + seconds(second);
    restore({.name = "e" + std::to_string(second), .now = now});
    EXPECT_EQ(feed().epoch, "e" + std::to_string(second));
    for (int i = 0; i < 3; ++i) {
      lists.insert(log_in(std::to_string(i)) / kStatusListSize);
      EXPECT_EQ(store_->revoke_everyone(now)->sessions, 1);
    }
    // Also in the second of the next restore, a moment before it.
    lists.insert(log_in("3") / kStatusListSize);
    EXPECT_EQ(store_->revoke_everyone(now + seconds(1))->sessions, 1);
    lists.insert(log_in("4") / kStatusListSize);
    EXPECT_EQ(lists.size(), static_cast<std::size_t>(second + 1));
  }
}

TEST_P(RestoredStore, NoTwoKeySetsHaveOneVersion) {
  ASSERT_TRUE(store_->ensure_active_key(key_named("k0", SigningKey::State::kActive, kNow - seconds(60))));
  back_up();
  std::set<std::int64_t> versions;
  const auto change_keys = [&](Time now) {
    for (int i = 0; i < 3; ++i) {
      versions.insert(store_->signing_keys()->version);
      EXPECT_EQ(feed().keys, store_->signing_keys()->version);
      const std::string kid = "k" + std::to_string(versions.size());
      ASSERT_TRUE(store_->add_signing_key(key_named(kid, SigningKey::State::kActive, now)));
    }
  };
  change_keys(kNow);
  for (int second = 0; second < 3; ++second) {
    restore({.name = "e" + std::to_string(second), .now = kNow + seconds(second)});
    change_keys(kNow + seconds(second));
  }
  EXPECT_EQ(versions.size(), 12U);
  EXPECT_LE(*versions.rbegin(), std::int64_t{1} << 53) << "JSON keeps it exact";
}

TEST_P(RestoredStore, RevokesEveryoneHoweverOften) {
  ASSERT_TRUE(store_->start_epoch({.name = "e1", .now = kNow}));
  const Feed before = feed();
  std::vector<std::int64_t> ended;
  for (int i = 0; i < 3; ++i) {
    ended.push_back(log_in(std::to_string(i)));
    EXPECT_EQ(store_->revoke_everyone(kNow)->sessions, 1);
  }
  EXPECT_EQ(feed().last_list, before.last_list) << "its number is that of this second";
  EXPECT_EQ(feed().seq, before.seq + 3);
  const auto revoked = store_->revocations_since(before.seq, 9)->revoked;
  ASSERT_EQ(revoked.size(), ended.size());
  for (std::size_t i = 0; i < ended.size(); ++i) EXPECT_EQ(revoked[i].status_index, ended[i]);
  EXPECT_EQ(store_->list_sessions(alice_.id, alice_.password_hash, kNow)->size(), 0U);
  EXPECT_EQ(rotate("0", 0).outcome, Rotation::Outcome::kRefused);

  const std::int64_t last = log_in("last");
  const auto everyone = store_->revoke_everyone(kNow + seconds(2)).value();
  EXPECT_EQ(everyone.sessions, 1);
  EXPECT_EQ(everyone.seq, before.seq + 4);
  EXPECT_FALSE(is_live(last)) << "and later there is a next list";
}

TEST_P(RestoredStore, GoesOnPastAllListsThatWereOpenedSinceTheBackup) {
  back_up();
  for (int i = 0; i < 70; ++i) ASSERT_TRUE(store_->revoke_everyone(kNow));
  const std::int64_t last = feed().last_list;
  restore({.name = "e1", .now = kNow});
  EXPECT_GT(feed().first_list, last);
}

TEST_P(RestoredStore, WithTheClockBehindTheListsOfTheBackupItStillGoesForward) {
  ASSERT_TRUE(store_->start_epoch({.name = "e1", .now = kNow}));
  const std::int64_t last = feed().last_list;
  ASSERT_TRUE(store_->start_epoch({.name = "e2", .jump = 77, .now = kNow - seconds(1000)}));
  EXPECT_EQ(feed().first_list, last + 1 + 77);
}

TEST_P(RestoredStore, RefusesAClockThatIsCenturiesAhead) {
  const Feed before = feed();
  const Time late = from_unix(kLastStatusList + 1);
  expect_error(store_->start_epoch({.name = "e1", .now = late}), Errc::kInvalidArgument);
  EXPECT_EQ(feed().epoch, before.epoch);
  EXPECT_EQ(feed().last_list, before.last_list);
  ASSERT_TRUE(store_->start_epoch({.name = "e1", .now = late - seconds(1)}));
  EXPECT_EQ(feed().last_list, kLastStatusList);
}

TEST_P(RestoredStore, KeepsTheSessionsOfTheBackupAtNewIndices) {
  const Session kept = add_session(alice_, "kept"), also_kept = add_session(alice_, "also kept");
  add_session(alice_, "ended");
  ASSERT_TRUE(store_->end_session("ended", kNow));
  back_up();
  restore({.name = "e1", .now = kNow, .keep_sessions = true});

  EXPECT_EQ(store_->list_sessions(alice_.id, alice_.password_hash, kNow)->size(), 2U);
  EXPECT_EQ(rotate("kept", 0).outcome, Rotation::Outcome::kRotated);
  EXPECT_EQ(rotate("ended", 0).outcome, Rotation::Outcome::kRefused);
  EXPECT_FALSE(is_live(kept.status_index)) << "its tokens have to be refreshed";
  const std::int64_t first = feed().first_list * kStatusListSize;
  EXPECT_EQ(store_->find_session("kept")->session.status_index, first);
  EXPECT_EQ(store_->find_session("also kept")->session.status_index, first + 1);
  EXPECT_EQ(log_in("next"), first + 2);
  ASSERT_TRUE(store_->end_session("kept", kNow));
  const auto revoked = store_->revocations_since(0, 10)->revoked;
  ASSERT_EQ(revoked.size(), 1U);
  EXPECT_EQ(revoked[0].status_index, first);
}

/// The store knows nothing of such a session: only its place in the lists can tell that it has ended.
TEST_P(RestoredStore, ASessionFromAfterTheBackupIsRevokedAlsoWhenOthersAreKept) {
  add_session(alice_, "kept");
  back_up();
  const std::int64_t in_the_same_list = add_session(alice_, "later").status_index;
  ASSERT_TRUE(store_->end_session("later", kNow));
  ASSERT_TRUE(store_->revoke_everyone(kNow));
  const std::int64_t in_the_next = log_in("latest");
  restore({.name = "e1", .now = kNow, .keep_sessions = true});
  EXPECT_FALSE(is_live(in_the_same_list));
  EXPECT_FALSE(is_live(in_the_next));
}

TEST_P(RestoredStore, KeepsNoSessionThatWasOverInTheBackup) {
  add_session(alice_, "expired");
  add_session(alice_, "revoked with everyone");
  back_up();
  restore({.name = "e1", .now = kNow + seconds(1000), .keep_sessions = true});
  EXPECT_TRUE(store_->find_session("expired")->session.ended_at);

  ASSERT_TRUE(store_->revoke_everyone(kNow));
  ASSERT_TRUE(store_->start_epoch({.name = "e2", .now = kNow, .keep_sessions = true}));
  EXPECT_EQ(rotate("revoked with everyone", 0).outcome, Rotation::Outcome::kRefused);
}

}  // namespace
}  // namespace signet::storage

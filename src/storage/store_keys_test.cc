// What the store promises of signing keys beyond the first one, and of service accounts.
#include "storage/store_fixture.h"

namespace signet::storage {
namespace {

using enum SigningKey::State;

class StoreKeysTest : public StoreTest {
 protected:
  std::string kids() {
    std::string all;
    const auto stored = store_->signing_keys();
    for (const SigningKey& key : stored->keys)
      all += key.kid + (key.state == kNext ? "N " : key.state == kActive ? "A " : "R ");
    return all;
  }
  std::int64_t version() { return store_->signing_keys()->version; }

  static SigningKey next_key(const std::string& kid, Time signs_from) {
    SigningKey key = key_named(kid, kNext, kNow + seconds(1));
    key.signs_from = signs_from;
    return key;
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, StoreKeysTest, testing::ValuesIn(kEngines), engine_name);

TEST_P(StoreKeysTest, EveryChangeOfWhatIsPublishedIsAnotherVersionAndNothingElseIs) {
  const std::int64_t now = unix_seconds(kNow) << 20;
  EXPECT_EQ(version(), 0);
  ASSERT_TRUE(store_->ensure_active_key(key_named("k1", kActive)));
  ASSERT_TRUE(store_->ensure_active_key(key_named("k2", kActive)));
  EXPECT_EQ(version(), now);  // the time of the change, since another store may have had the lower ones
  ASSERT_TRUE(store_->schedule_next_key(next_key("k2", kNow + seconds(9))));
  ASSERT_TRUE(store_->schedule_next_key(next_key("k3", kNow + seconds(9))));
  const std::int64_t then = unix_seconds(kNow + seconds(1)) << 20;
  EXPECT_EQ(version(), then);
  EXPECT_FALSE(store_->promote_next_key(kNow + seconds(8)).value());
  EXPECT_EQ(version(), then);
  EXPECT_TRUE(store_->promote_next_key(kNow + seconds(9)).value());
  EXPECT_FALSE(store_->promote_next_key(kNow + seconds(9)).value());
  const std::int64_t later = unix_seconds(kNow + seconds(9)) << 20;
  EXPECT_EQ(version(), later);
  EXPECT_EQ(store_->forget_retired_keys(kNow + seconds(9)).value(), 0);
  EXPECT_EQ(version(), later);
  EXPECT_EQ(store_->forget_retired_keys(kNow + seconds(10)).value(), 1);
  EXPECT_GT(version(), later);
  const std::int64_t last = version();
  EXPECT_FALSE(store_->drop_signing_key("k9", key_named("k4", kActive), kNow));
  EXPECT_EQ(version(), last);
  EXPECT_EQ(kids(), "k2A ");
  reopen();
  EXPECT_EQ(version(), last);
  ASSERT_TRUE(store_->drop_signing_key("k2", key_named("k4", kActive), kNow - seconds(3600)));
  EXPECT_EQ(version(), last + 1);  // also when the clock is set back
}

TEST_P(StoreKeysTest, ANextKeyStaysAndSignsFromTheEarlierTime) {
  ASSERT_TRUE(store_->ensure_active_key(key_named("k1", kActive)));
  ASSERT_TRUE(store_->schedule_next_key(next_key("k2", kNow + seconds(9))));
  EXPECT_EQ(store_->schedule_next_key(next_key("k3", kNow + seconds(5)))->kid, "k2");
  EXPECT_EQ(store_->schedule_next_key(next_key("k3", kNow + seconds(7)))->signs_from, kNow + seconds(5));
  EXPECT_EQ(kids(), "k1A k2N ");
}

TEST_P(StoreKeysTest, ADroppedKeyIsFollowedByTheNextOneOrElseByItsReplacement) {
  ASSERT_TRUE(store_->ensure_active_key(key_named("k1", kActive)));
  ASSERT_TRUE(store_->schedule_next_key(next_key("k2", kNow + seconds(9))));
  ASSERT_TRUE(store_->drop_signing_key("k1", key_named("k3", kActive), kNow));
  EXPECT_EQ(kids(), "k2A ");
  ASSERT_TRUE(store_->drop_signing_key("k2", key_named("k3", kActive), kNow));
  EXPECT_EQ(kids(), "k3A ");
  ASSERT_TRUE(store_->schedule_next_key(next_key("k4", kNow + seconds(9))));
  ASSERT_TRUE(store_->drop_signing_key("k4", key_named("k5", kActive), kNow));
  EXPECT_EQ(kids(), "k3A ");
}

TEST_P(StoreKeysTest, AccountsAndPersonsShareNamesAndNothingElse) {
  User account = user_named("robot");
  account.kind = User::Kind::kAccount;
  account.description = "counts";
  account.access_seconds = 5;
  ASSERT_TRUE(store_->create_user(account));
  EXPECT_EQ(store_->create_user(user_named("robot")).error().code, Errc::kConflict);
  add_user("alice");
  EXPECT_FALSE(store_->find_user(account.id));
  EXPECT_FALSE(store_->find_user_by_name("robot"));
  EXPECT_FALSE(store_->find_account("alice"));
  EXPECT_EQ(store_->list_users("", 9)->size(), 1U);
  ASSERT_EQ(store_->list_accounts("", 9)->size(), 1U);
  EXPECT_EQ(store_->list_accounts("robot", 9)->size(), 0U);

  const auto changed = store_->change_user(account.id, {.description = "adds", .access_seconds = 6}, kNow);
  ASSERT_TRUE(changed);
  const User found = store_->find_account("robot").value();
  EXPECT_EQ(found.description, "adds");
  EXPECT_EQ(found.access_seconds, 6);
  ASSERT_TRUE(store_->open_session(session_of(account, "s1"), account.password_hash));
  EXPECT_EQ(store_->find_session("s1")->user.kind, User::Kind::kAccount);
}

}  // namespace
}  // namespace signet::storage

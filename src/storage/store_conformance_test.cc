// What every Store promises, on every engine, one caller at a time. Many at once: store_concurrency_test.cc.
#include <algorithm>

#include "storage/store_fixture.h"

namespace signet::storage {
namespace {

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, testing::ValuesIn(kEngines), engine_name);

void expect_same(const SigningKey& a, const SigningKey& b) {
  EXPECT_EQ(a.kid, b.kid);
  EXPECT_EQ(a.algorithm, b.algorithm);
  EXPECT_EQ(a.public_jwk, b.public_jwk);
  EXPECT_EQ(a.sealed_private_jwk, b.sealed_private_jwk);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.created_at, b.created_at);
  EXPECT_EQ(a.retired_at, b.retired_at);
}

template <class T, class Name>
std::string joined(const std::vector<T>& items, Name name) {
  std::string names;
  for (const T& item : items) names += (names.empty() ? "" : " ") + item.*name;
  return names;
}

TEST_P(StoreTest, FindsTheUserThatWasCreated) {
  User user = user_named("alice");
  user.disabled = true;
  ASSERT_TRUE(store_->create_user(user));
  expect_same(store_->find_user(user.id).value(), user);
  expect_same(store_->find_user_by_name("alice").value(), user);
  expect_error(store_->find_user("alice"), Errc::kNotFound);
  expect_error(store_->find_user_by_name("Alice"), Errc::kNotFound);
  expect_error(store_->find_user_by_name(""), Errc::kNotFound);
}

TEST_P(StoreTest, RefusesAUsernameThatIsTaken) {
  const User first = add_user("alice");
  User second = user_named("alice");
  second.id = "another";
  expect_error(store_->create_user(second), Errc::kConflict);
  expect_same(store_->find_user_by_name("alice").value(), first);
  EXPECT_EQ(store_->count_users().value(), 1);
}

TEST_P(StoreTest, RefusesAUserWithoutIdOrName) {
  User user = user_named("alice");
  user.id = "";
  expect_error(store_->create_user(user), Errc::kInvalidArgument);
  user = user_named("");
  expect_error(store_->create_user(user), Errc::kInvalidArgument);
  EXPECT_EQ(store_->count_users().value(), 0);
}

TEST_P(StoreTest, ListsUsersByNameInPages) {
  for (const char* name : {"carol", "Zoe", "alice", "bob", "\xc3\xa9milie"}) add_user(name);
  EXPECT_EQ(joined(store_->list_users("", 3).value(), &User::username), "Zoe alice bob");
  EXPECT_EQ(joined(store_->list_users("bob", 3).value(), &User::username), "carol \xc3\xa9milie");
  EXPECT_EQ(joined(store_->list_users("", 0).value(), &User::username), "");
  EXPECT_EQ(joined(store_->list_users("", -1).value(), &User::username), "");
  EXPECT_EQ(store_->count_users().value(), 5);
}

TEST_P(StoreTest, ChangesWhatIsNamedAndNothingElse) {
  User user = add_user("alice");
  add_session(user, "s1");
  add_user("bob");
  user.roles = "";
  user.claims = R"({"tenant":"b"})";
  expect_same(store_->change_user(user.id, {.roles = "", .claims = user.claims}, kNow).value(), user);
  expect_same(store_->find_user(user.id).value(), user);
  expect_same(store_->find_user_by_name("bob").value(), user_named("bob"));
  EXPECT_EQ(store_->find_session("s1")->session.ended_at, std::nullopt);
  expect_error(store_->change_user("nobody", {.roles = ""}, kNow), Errc::kNotFound);
}

TEST_P(StoreTest, EndsTheSessionsOfAUserWhoIsDisabledOrGetsANewPassword) {
  for (const UserChange& change : {UserChange{.password_hash = "new"}, UserChange{.disabled = true}}) {
    const std::string name = change.disabled ? "alice" : "bob";
    const User user = add_user(name);
    const User other = add_user("not" + name);
    add_session(user, name + "1");
    add_session(user, name + "2");
    add_session(other, name + "3");
    ASSERT_TRUE(store_->end_session(name + "1", kNow));
    ASSERT_TRUE(store_->change_user(user.id, change, kNow + seconds(5)));
    EXPECT_EQ(store_->find_session(name + "1")->session.ended_at, kNow) << "ended before: stays at its time";
    EXPECT_EQ(store_->find_session(name + "2")->session.ended_at, kNow + seconds(5));
    EXPECT_EQ(store_->find_session(name + "3")->session.ended_at, std::nullopt);
  }
}

TEST_P(StoreTest, DeletesAUserWithItsSessions) {
  const User user = add_user("alice");
  add_session(user, "s1");
  ASSERT_TRUE(store_->delete_user(user.id));
  expect_error(store_->find_user(user.id), Errc::kNotFound);
  expect_error(store_->find_session("s1"), Errc::kNotFound);
  expect_error(store_->delete_user(user.id), Errc::kNotFound);
  add_user("alice");  // the name is free again, and nothing of the old one's comes back with it
  expect_error(store_->find_session("s1"), Errc::kNotFound);
}

TEST_P(StoreTest, KeepsServices) {
  Service service{.name = "orders",
                  .description = "Orders",
                  .claims = R"({"region":"eu"})",
                  .access_seconds = 60,
                  .sealed_secret = "sealed",
                  .created_at = kNow};
  ASSERT_TRUE(store_->create_service(service));
  ASSERT_TRUE(store_->create_service(service_named("billing")));
  expect_error(store_->create_service(service), Errc::kConflict);
  EXPECT_EQ(joined(store_->list_services().value(), &Service::name), "billing orders");

  const auto changed = store_->change_service("orders", {.access_seconds = 0, .sealed_secret = ""}).value();
  EXPECT_EQ(changed.sealed_secret, "");
  const auto found = store_->find_service("orders").value();
  EXPECT_EQ(found.description, "Orders");
  EXPECT_EQ(found.claims, service.claims);
  EXPECT_EQ(found.access_seconds, 0);
  EXPECT_EQ(found.sealed_secret, "");
  EXPECT_EQ(found.created_at, kNow);

  ASSERT_TRUE(store_->delete_service("orders"));
  expect_error(store_->find_service("orders"), Errc::kNotFound);
  expect_error(store_->delete_service("orders"), Errc::kNotFound);
  expect_error(store_->change_service("orders", {}), Errc::kNotFound);
}

TEST_P(StoreTest, FindsASessionWithItsUser) {
  const User user = add_user("alice");
  Session session = session_of(user, "s1");
  session.cookie = true;
  session.refresh_counter = 1'000'000'000'000;
  ASSERT_TRUE(store_->open_session(session, user.password_hash));
  const auto found = store_->find_session("s1").value();
  expect_same(found.session, session);
  expect_same(found.user, user);
  expect_error(store_->find_session("s2"), Errc::kNotFound);
  expect_error(store_->open_session(session, user.password_hash), Errc::kConflict);
}

TEST_P(StoreTest, OpensNoSessionForAStrangerOrADisabledUser) {
  expect_error(
      store_->open_session(session_of(user_named("nobody"), "s1"), user_named("nobody").password_hash),
      Errc::kNotFound);
  const User user = add_user("alice");
  ASSERT_TRUE(store_->change_user(user.id, {.disabled = true}, kNow));
  expect_error(store_->open_session(session_of(user, "s1"), user.password_hash), Errc::kNotFound);
  expect_error(store_->find_session("s1"), Errc::kNotFound);
}

TEST_P(StoreTest, OpensNoSessionOnAPasswordThatWasChangedMeanwhile) {
  const User user = add_user("alice");
  ASSERT_TRUE(store_->change_user(user.id, {.password_hash = "new"}, kNow));
  expect_error(store_->open_session(session_of(user, "s1"), user.password_hash), Errc::kNotFound);
  EXPECT_TRUE(store_->open_session(session_of(user, "s1"), "new"));
}

TEST_P(StoreTest, RehashesAPasswordUnlessItChanged) {
  const User user = add_user("alice");
  add_session(user, "s1");
  ASSERT_TRUE(store_->rehash_password(user.id, user.password_hash, "same password, new hash"));
  EXPECT_EQ(store_->find_user(user.id)->password_hash, "same password, new hash");
  EXPECT_FALSE(store_->find_session("s1")->session.ended_at);  // unlike after a change of password
  expect_error(store_->rehash_password(user.id, user.password_hash, "too late"), Errc::kConflict);
  expect_error(store_->rehash_password("nobody", user.password_hash, "x"), Errc::kConflict);
  EXPECT_EQ(store_->find_user(user.id)->password_hash, "same password, new hash");
}

TEST_P(StoreTest, ADeletedServiceLeavesNoPermissionBehind) {
  const std::pair<const char*, const char*> users[] = {
      {"orders", ""},
      {"a orders b", "a b"},
      {"orders orders-new my.orders", "orders-new my.orders"},
      {"ordersX Xorders", "ordersX Xorders"},
      {"*", "*"},
      {"", ""}};
  ASSERT_TRUE(store_->create_service(Service{"orders", "", "{}", 0, "", kNow}));
  for (const auto& [before, after] : users) {
    User user = user_named(std::string("u") + before);
    user.services = before;
    ASSERT_TRUE(store_->create_user(user));
  }
  ASSERT_TRUE(store_->delete_service("orders"));
  for (const auto& [before, after] : users) {
    EXPECT_EQ(store_->find_user_by_name(std::string("u") + before)->services, after);
  }
}

TEST_P(StoreTest, ListsTheLiveSessionsOfAUserNewestFirst) {
  const User user = add_user("alice");
  const User other = add_user("bob");
  for (int i = 1; i <= 4; ++i) {
    Session session = session_of(user, "s" + std::to_string(i));
    session.created_at = kNow + seconds(i);
    session.expires_at = kNow + seconds(i == 3 ? 50 : 100);
    ASSERT_TRUE(store_->open_session(session, user.password_hash));
  }
  add_session(other, "s5");
  ASSERT_TRUE(store_->end_session("s2", kNow));
  EXPECT_EQ(
      joined(store_->list_sessions(user.id, user.password_hash, kNow + seconds(49)).value(), &Session::id),
      "s4 s3 s1");
  EXPECT_EQ(
      joined(store_->list_sessions(user.id, user.password_hash, kNow + seconds(50)).value(), &Session::id),
      "s4 s1");
  EXPECT_EQ(joined(store_->list_sessions("nobody", user.password_hash, kNow).value(), &Session::id), "");
}

TEST_P(StoreTest, ListsNoSessionsOnAPasswordThatIsNotTheUsersAnyMore) {
  const User old = add_user("alice");
  ASSERT_TRUE(store_->change_user(old.id, {.password_hash = "new"}, kNow));
  ASSERT_TRUE(store_->open_session(session_of(old, "s1"), "new"));
  EXPECT_EQ(joined(store_->list_sessions(old.id, "new", kNow).value(), &Session::id), "s1");
  EXPECT_EQ(joined(store_->list_sessions(old.id, old.password_hash, kNow).value(), &Session::id), "");
  ASSERT_TRUE(store_->change_user(old.id, {.disabled = true}, kNow));
  EXPECT_EQ(joined(store_->list_sessions(old.id, "new", kNow).value(), &Session::id), "");
}

TEST_P(StoreTest, EndsASessionOnce) {
  add_session(add_user("alice"), "s1");
  ASSERT_TRUE(store_->end_session("s1", kNow));
  ASSERT_TRUE(store_->end_session("s1", kNow + seconds(5)));
  EXPECT_EQ(store_->find_session("s1")->session.ended_at, kNow);
  expect_error(store_->end_session("s2", kNow), Errc::kNotFound);
}

TEST_P(StoreTest, PurgesWhatExpiredOrEndedBefore) {
  const User user = add_user("alice");
  for (int i = 1; i <= 3; ++i) {
    Session session = session_of(user, "s" + std::to_string(i));
    session.expires_at = kNow + seconds(i);
    ASSERT_TRUE(store_->open_session(session, user.password_hash));
  }
  add_session(user, "s4");
  ASSERT_TRUE(store_->end_session("s4", kNow + seconds(1)));
  EXPECT_EQ(store_->purge_sessions(kNow + seconds(1), 100).value(), 0);
  EXPECT_EQ(store_->purge_sessions(kNow + seconds(2), 100).value(), 2);
  expect_error(store_->find_session("s1"), Errc::kNotFound);
  expect_error(store_->find_session("s4"), Errc::kNotFound);
  EXPECT_TRUE(store_->find_session("s2"));
}

TEST_P(StoreTest, PurgesNoMoreAtOnceThanItIsTold) {
  const User user = add_user("alice");
  for (int i = 1; i <= 5; ++i) add_session(user, "s" + std::to_string(i));
  const Time later = kNow + seconds(2000);
  EXPECT_EQ(store_->purge_sessions(later, 0).value(), 0);
  EXPECT_EQ(store_->purge_sessions(later, 2).value(), 2);
  EXPECT_EQ(store_->purge_sessions(later, 2).value(), 2);
  EXPECT_EQ(store_->purge_sessions(later, 2).value(), 1);
  EXPECT_EQ(store_->purge_sessions(later, 2).value(), 0);
}

TEST_P(StoreTest, ListsEachCostOfPasswordsOnce) {
  EXPECT_TRUE(store_->list_password_costs().value().empty());
  const std::string rest = "$" + std::string(22, 's') + "$" + std::string(43, 'h');
  for (const char* name : {"alice", "bob", "carol"}) {
    User user = user_named(name);
    user.password_hash =
        (user.username == "bob" ? "$argon2id$v=19$m=8,t=1,p=1" : "$argon2id$v=19$m=16,t=3,p=1") + rest;
    ASSERT_TRUE(store_->create_user(user));
  }
  add_user("with-a-broken-hash");
  auto costs = store_->list_password_costs().value();
  std::ranges::sort(costs);
  EXPECT_EQ(costs, (std::vector<std::string>{"$argon2id$v=19$m=16,t=3,p=1", "$argon2id$v=19$m=8,t=1,p=1"}));
}

TEST_P(StoreTest, RetiresTheActiveKeyWhenTheNextOneComes) {
  using enum SigningKey::State;
  ASSERT_TRUE(store_->add_signing_key(key_named("k1", kActive)));
  ASSERT_TRUE(store_->add_signing_key(key_named("k2", kNext, kNow + seconds(1))));
  expect_same(store_->signing_keys()->keys.at(0), key_named("k1", kActive));
  ASSERT_TRUE(store_->add_signing_key(key_named("k0", kActive, kNow + seconds(2))));

  const auto keys = store_->signing_keys()->keys;
  ASSERT_EQ(joined(keys, &SigningKey::kid), "k1 k2 k0");
  EXPECT_EQ(keys[0].state, kRetired);
  EXPECT_EQ(keys[0].retired_at, kNow + seconds(2));
  expect_same(keys[1], key_named("k2", kNext, kNow + seconds(1)));
  expect_same(keys[2], key_named("k0", kActive, kNow + seconds(2)));
}

TEST_P(StoreTest, AKidThatIsKnownRetiresNothing) {
  using enum SigningKey::State;
  ASSERT_TRUE(store_->add_signing_key(key_named("k1", kActive)));
  ASSERT_TRUE(store_->add_signing_key(key_named("k2", kNext)));
  expect_error(store_->add_signing_key(key_named("k2", kActive)), Errc::kConflict);
  expect_same(store_->signing_keys()->keys.at(0), key_named("k1", kActive));
}

TEST_P(StoreTest, EnsuresOneActiveKey) {
  using enum SigningKey::State;
  ASSERT_TRUE(store_->add_signing_key(key_named("k0", kNext)));
  expect_same(store_->ensure_active_key(key_named("k1", kActive)).value(), key_named("k1", kActive));
  expect_same(store_->ensure_active_key(key_named("k2", kActive)).value(), key_named("k1", kActive));
  EXPECT_EQ(joined(store_->signing_keys()->keys, &SigningKey::kid), "k0 k1");
}

TEST_P(StoreTest, KeepsTheFirstValueOfASetting) {
  EXPECT_EQ(store_->setting("issuer_id").value(), std::nullopt);
  EXPECT_EQ(store_->ensure_setting("issuer_id", "a").value(), "a");
  EXPECT_EQ(store_->ensure_setting("issuer_id", "b").value(), "a");
  EXPECT_EQ(store_->setting("issuer_id").value(), "a");
  EXPECT_EQ(store_->ensure_setting("empty", "").value(), "");
  EXPECT_EQ(store_->setting("empty").value(), "");
}

TEST_P(StoreTest, SaysThatItCanWrite) {
  EXPECT_TRUE(store_->check_writable());
}

// Each one comes back as it went in, or is refused and leaves nothing: never cut, never mistaken for another.
TEST_P(StoreTest, KeepsOrRefusesAnyText) {
  using namespace std::string_literals;
  const std::string texts[] = {"'; drop table users; --",
                               ":id",
                               "?1",
                               "%s{}",
                               "a\0b"s,
                               "\0"s,
                               "\xff\xfe",
                               "\xed\xa0\x80",
                               "\xf0\x9f\xa6\x89",
                               "\n\r\t",
                               std::string(1 << 20, 'x')};
  add_user("a");
  std::int64_t kept = 1;
  for (const std::string& text : texts) {
    User user = user_named(text);
    user.scope = text;
    const auto created = store_->create_user(user);
    const auto found = store_->find_user_by_name(text);
    EXPECT_EQ(created.has_value(), found.has_value());
    if (!created) continue;
    ++kept;
    expect_same(*found, user);
    expect_same(store_->find_user(user.id).value(), user);
  }
  EXPECT_EQ(store_->count_users().value(), kept);
  expect_same(store_->find_user_by_name("a").value(), user_named("a"));
}

TEST_P(StoreTest, RemembersEverythingWhenReopened) {
  const User user = add_user("alice");
  const Session session = add_session(user, "s1");
  ASSERT_TRUE(store_->create_service(service_named("orders")));
  ASSERT_TRUE(store_->ensure_active_key(key_named("k1", SigningKey::State::kActive)));
  ASSERT_TRUE(store_->ensure_setting("issuer_id", "a"));
  reopen();
  expect_same(store_->find_user(user.id).value(), user);
  expect_same(store_->find_session("s1")->session, session);
  EXPECT_TRUE(store_->find_service("orders"));
  EXPECT_EQ(joined(store_->signing_keys()->keys, &SigningKey::kid), "k1");
  EXPECT_EQ(store_->setting("issuer_id").value(), "a");
}

}  // namespace
}  // namespace signet::storage

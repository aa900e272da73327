// What clients see when the store fails in the middle of their request. Each request is made to fail at its
// first question to the store, then at its second, and so on until it gets through.
#include <gtest/gtest.h>

#include "base/try.h"
#include "crypto/random.h"
#include "server/account_secret.h"
#include "server/app.h"
#include "server/first_start.h"
#include "server/passwords.h"
#include "server/test_issuer.h"

namespace signet::server {
namespace {

using test::Reply;

/// FailingStore answers `fuse` questions, and then no more.
class FailingStore final : public storage::Store {
 public:
  explicit FailingStore(storage::Store& real) : real_(real) {}
  void set_fuse(int fuse) { fuse_ = fuse; }
  std::function<void()> before_open_session = [] {};
  std::function<void()> before_list_sessions = [] {};

  Result<void> create_user(const storage::User& u) override {
    return blown() ? down() : real_.create_user(u);
  }
  Result<storage::User> find_user(std::string_view id) override {
    return blown() ? down() : real_.find_user(id);
  }
  Result<storage::User> find_user_by_name(std::string_view name) override {
    return blown() ? down() : real_.find_user_by_name(name);
  }
  Result<std::vector<storage::User>> list_users(std::string_view after, int limit) override {
    return blown() ? down() : real_.list_users(after, limit);
  }
  Result<storage::User> find_account(std::string_view name) override {
    return blown() ? down() : real_.find_account(name);
  }
  Result<std::vector<storage::User>> list_accounts(std::string_view after, int limit) override {
    return blown() ? down() : real_.list_accounts(after, limit);
  }
  Result<storage::User> change_user(std::string_view id, const storage::UserChange& c, Time now) override {
    return blown() ? down() : real_.change_user(id, c, now);
  }
  Result<void> rehash_password(std::string_view id, std::string_view o, std::string_view n) override {
    return blown() ? down() : real_.rehash_password(id, o, n);
  }
  Result<void> delete_user(std::string_view id) override { return blown() ? down() : real_.delete_user(id); }
  Result<std::int64_t> count_users() override { return blown() ? down() : real_.count_users(); }
  Result<std::vector<std::string>> list_password_costs() override {
    return blown() ? down() : real_.list_password_costs();
  }
  Result<void> create_service(const storage::Service& s) override {
    return blown() ? down() : real_.create_service(s);
  }
  Result<storage::Service> find_service(std::string_view n) override {
    return blown() ? down() : real_.find_service(n);
  }
  Result<std::vector<storage::Service>> list_services() override {
    return blown() ? down() : real_.list_services();
  }
  Result<storage::Service> change_service(std::string_view n, const storage::ServiceChange& c) override {
    return blown() ? down() : real_.change_service(n, c);
  }
  Result<void> delete_service(std::string_view n) override {
    return blown() ? down() : real_.delete_service(n);
  }
  Result<void> open_session(const storage::Session& s, std::string_view proved_hash) override {
    before_open_session();
    return blown() ? down() : real_.open_session(s, proved_hash);
  }
  Result<storage::SessionAndUser> find_session(std::string_view id) override {
    return blown() ? down() : real_.find_session(id);
  }
  Result<std::vector<storage::Session>> list_sessions(std::string_view user, std::string_view proved_hash,
                                                      Time now) override {
    before_list_sessions();
    return blown() ? down() : real_.list_sessions(user, proved_hash, now);
  }
  Result<storage::Rotation> rotate_refresh(std::string_view id, std::int64_t n, Time now,
                                           std::chrono::seconds grace) override {
    return blown() ? down() : real_.rotate_refresh(id, n, now, grace);
  }
  Result<void> end_session(std::string_view id, Time now) override {
    return blown() ? down() : real_.end_session(id, now);
  }
  Result<std::int64_t> purge_sessions(Time before, int limit) override {
    return blown() ? down() : real_.purge_sessions(before, limit);
  }
  Result<storage::StatusBlock> reserve_status_indices(std::int64_t count) override {
    return blown() ? down() : real_.reserve_status_indices(count);
  }
  Result<storage::Revoked> revoke_session(std::string_view id, Time now) override {
    return blown() ? down() : real_.revoke_session(id, now);
  }
  Result<storage::Revoked> revoke_user(std::string_view id, Time now) override {
    return blown() ? down() : real_.revoke_user(id, now);
  }
  Result<storage::Revoked> revoke_everyone(Time now) override {
    return blown() ? down() : real_.revoke_everyone(now);
  }
  // Read by a thread of its own, whenever it likes: it burns no fuse.
  Result<storage::FeedReading> revocations_since(std::int64_t seq, int limit) override {
    return real_.revocations_since(seq, limit);
  }
  Result<std::string> ensure_epoch(std::string_view e) override {
    return blown() ? down() : real_.ensure_epoch(e);
  }
  Result<std::int64_t> drop_finished_lists(Time now) override {
    return blown() ? down() : real_.drop_finished_lists(now);
  }
  Result<void> start_epoch(const storage::EpochStart& start) override {
    return blown() ? down() : real_.start_epoch(start);
  }
  void on_feed_change(std::function<void()> callback) override { real_.on_feed_change(std::move(callback)); }
  Result<void> add_verifier_key(const storage::VerifierKey& k) override {
    return blown() ? down() : real_.add_verifier_key(k);
  }
  Result<std::vector<storage::VerifierKey>> list_verifier_keys() override {
    return real_.list_verifier_keys();
  }
  Result<void> delete_verifier_key(std::string_view s, std::string_view id) override {
    return blown() ? down() : real_.delete_verifier_key(s, id);
  }
  Result<storage::SigningKeys> signing_keys() override { return blown() ? down() : real_.signing_keys(); }
  Result<void> add_signing_key(const storage::SigningKey& k) override {
    return blown() ? down() : real_.add_signing_key(k);
  }
  Result<storage::SigningKey> ensure_active_key(const storage::SigningKey& k) override {
    return blown() ? down() : real_.ensure_active_key(k);
  }
  Result<storage::SigningKey> schedule_next_key(const storage::SigningKey& k) override {
    return blown() ? down() : real_.schedule_next_key(k);
  }
  Result<bool> promote_next_key(Time now) override { return blown() ? down() : real_.promote_next_key(now); }
  Result<void> drop_signing_key(std::string_view kid, const storage::SigningKey& r, Time now) override {
    return blown() ? down() : real_.drop_signing_key(kid, r, now);
  }
  Result<std::int64_t> forget_retired_keys(Time before) override {
    return blown() ? down() : real_.forget_retired_keys(before);
  }
  Result<std::optional<std::string>> setting(std::string_view n) override {
    return blown() ? down() : real_.setting(n);
  }
  Result<std::string> ensure_setting(std::string_view n, std::string_view v) override {
    return blown() ? down() : real_.ensure_setting(n, v);
  }
  Result<void> check_writable() override { return blown() ? down() : real_.check_writable(); }

 private:
  bool blown() { return fuse_-- <= 0; }
  static std::unexpected<Error> down() { return fail(Errc::kUnavailable, "the database is down"); }

  storage::Store& real_;
  std::atomic<int> fuse_{1'000'000};
};

class OutageTest : public testing::Test {
 protected:
  OutageTest()
      : real_(std::move(*storage::open_sqlite(folder_.path() / "signet.db"))),
        store_(*real_),
        config_(test::cheap_config(folder_.path())),
        master_key_(*crypto::MasterKey::from(crypto::random_secret(32))),
        keys_(std::move(*KeyRing::open(config_, store_, master_key_, clock_.now()))),
        password_(**create_first_admin(store_, config_.passwords, clock_.now())),
        app_{.store = store_,
             .clock = clock_,
             .master_key = master_key_,
             .keys = *keys_,
             .issuer = "https://auth.example.com",
             .tokens = config_.tokens,
             .sessions = config_.sessions,
             .passwords = config_.passwords,
             .dummy_hashes = *make_dummy_hashes(store_, config_.passwords)},
        running_(make_router(app_)) {
    app_.feed = std::move(*RevocationFeed::open(store_, clock_, master_key_, *keys_, app_.issuer, 100));
    token_ = sign_in().at("access_token");
    store_.set_fuse(1'000'000);
  }

  Reply send(const std::string& method, const std::string& target, const std::string& body) {
    return Reply(running_.client().ask(
        method + " " + target + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token_ +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
        body));
  }
  Reply ask_for_token(const std::string& secret) {
    const std::string form = "grant_type=client_credentials&client_id=reports&client_secret=" + secret;
    return Reply(running_.client().ask(
        "POST /v1/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: " +
        std::to_string(form.size()) + "\r\n\r\n" + form));
  }
  Reply sign_in() { return send("POST", "/v1/login", login_body()); }
  [[nodiscard]] std::size_t sessions_of_admin() {
    const auto admin = *real_->find_user_by_name("admin");
    return real_->list_sessions(admin.id, admin.password_hash, clock_.now())->size();
  }
  [[nodiscard]] std::string login_body() const {
    return R"({"username":"admin","password":")" + password_ + R"(","audience":"signet"})";
  }

  /// fails_well expects 503 until the request gets through, and then `status`: a failure has left nothing
  /// behind.
  void fails_well(const std::string& method, const std::string& target, const std::string& body, int status) {
    for (int fuse = 0; fuse < 20; ++fuse) {
      store_.set_fuse(fuse);
      const Reply reply = send(method, target, body);
      store_.set_fuse(1'000'000);
      if (reply.status() == status) {
        EXPECT_GT(fuse, 0) << method << target << " never asks the store";
        return;
      }
      ASSERT_EQ(reply.status(), 503) << method << target << " fuse " << fuse << reply.body();
      EXPECT_EQ(reply.answer.header("Retry-After"), "2");
      EXPECT_EQ(reply.answer.header("Content-Type"), "application/problem+json");
    }
    ADD_FAILURE() << method << target << " never gets through";
  }

  test::Folder folder_;
  test::FakeClock clock_;
  std::unique_ptr<storage::Store> real_;
  FailingStore store_;
  Config config_;
  crypto::MasterKey master_key_;
  std::unique_ptr<KeyRing> keys_;
  std::string password_;
  App app_;
  http::test::Running running_;
  std::string token_;
};

// ATTACKS 43: "clear 503; nothing acknowledged is lost".
TEST_F(OutageTest, EveryEndpointAnswers503AndLeavesNothingHalfDone) {
  fails_well("GET", "/readyz", "", 200);
  fails_well("POST", "/v1/login", login_body(), 200);
  fails_well("GET", "/v1/session", "", 200);
  fails_well("POST", "/v1/admin/services", R"({"name":"orders"})", 201);
  fails_well("GET", "/v1/admin/services", "", 200);
  fails_well("GET", "/v1/admin/services/orders", "", 200);
  fails_well("PATCH", "/v1/admin/services/orders", R"({"description":"x"})", 200);
  fails_well("POST", "/v1/admin/users", R"({"username":"alice","services":["orders"]})", 201);
  fails_well("GET", "/v1/admin/users", "", 200);
  fails_well("GET", "/v1/admin/users?username=alice", "", 200);
  const std::string alice = "/v1/admin/users/" + real_->find_user_by_name("alice")->id;
  const std::string admin = "/v1/admin/users/" + real_->find_user_by_name("admin")->id;
  fails_well("GET", alice, "", 200);
  fails_well("PATCH", alice, R"({"roles":[],"services":["orders"]})", 200);
  fails_well("POST", "/v1/admin/services/orders/verifier-keys", "{}", 201);
  fails_well("GET", "/v1/admin/services/orders/verifier-keys", "", 200);
  const std::string alices = R"({"user":")" + real_->find_user_by_name("alice")->id + "\"}";
  fails_well("POST", "/v1/admin/revocations", alices, 200);
  fails_well("POST", "/v1/admin/revocations", R"({"session":"none"})", 404);
  fails_well("GET", "/v1/admin/verifiers", "", 200);
  fails_well("PATCH", admin, R"({"disabled":true})", 409);
  fails_well("DELETE", admin, "", 409);
  fails_well("DELETE", alice, "", 204);
  fails_well("DELETE", "/v1/admin/services/orders", "", 204);
}

TEST_F(OutageTest, ARefreshThatFailedHalfwayCanBeRepeated) {
  const Reply login = sign_in();
  const std::string body = R"({"refresh_token":")" + login.at("refresh_token") + "\"}";
  fails_well("POST", "/v1/refresh", body, 200);
  fails_well("POST", "/v1/logout", body, 204);
}

TEST_F(OutageTest, ARevocationThatFailedIsNotInTheFeedAndOneThatIsAnsweredIs) {
  const auto seq = [&] { return app_.feed->log().now().position.seq; };
  const auto session = sign_in().at("session.id");
  const std::string body = R"({"session":")" + session + "\"}";
  const auto before = seq();
  for (int fuse = 0; fuse < 20; ++fuse) {
    store_.set_fuse(fuse);
    const int status = send("POST", "/v1/admin/revocations", body).status();
    store_.set_fuse(1'000'000);
    EXPECT_EQ(seq(), before + (status == 200)) << "fuse " << fuse;
    EXPECT_EQ(real_->find_session(session)->session.ended_at.has_value(), status == 200) << "fuse " << fuse;
    if (status == 200) return;
  }
  ADD_FAILURE() << "it never gets through";
}

TEST_F(OutageTest, ASignInThatIsRefusedLeavesNoSession) {
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    storage::Service service;
    service.name = name;
    service.claims = "{\"" + service.name + "\":\"" + std::string(4000, 'x') + "\"}";
    ASSERT_TRUE(real_->create_service(service));
  }
  const auto before = sessions_of_admin();
  EXPECT_EQ(send("POST", "/v1/login", R"({"username":"admin","password":")" + password_ + "\"}").status(),
            400);
  EXPECT_EQ(sessions_of_admin(), before);
}

TEST_F(OutageTest, ASignInThatFailedLeavesNoSessionThatAnybodyHolds) {
  const auto before = sessions_of_admin();
  store_.set_fuse(2);  // the user and the services are read, the session is not stored
  EXPECT_EQ(sign_in().status(), 503);
  EXPECT_EQ(sessions_of_admin(), before);
}

TEST_F(OutageTest, AnOutageWhileAHashIsRenewedIsNotAWrongPassword) {
  store_.before_open_session = [&] {
    const auto admin = *real_->find_user_by_name("admin");
    const auto renewed = crypto::hash_password(password_, config_.passwords);
    ASSERT_TRUE(real_->rehash_password(admin.id, admin.password_hash, *renewed));
    store_.set_fuse(1);  // the session is refused for the old hash, and the new one cannot be read
  };
  EXPECT_EQ(sign_in().status(), 503);
}

TEST_F(OutageTest, WhoseSecretIsReplacedMeanwhileGetsNoTokenInTheSessionOfTheNewOne) {
  const auto hash = [&](std::string_view secret) { return hash_account_secret(master_key_, secret); };
  storage::Service orders;
  orders.name = "orders";
  ASSERT_TRUE(real_->create_service(orders));
  storage::User account;
  account.id = "robot";
  account.username = "reports";
  account.password_hash = hash("old");
  account.services = "*";
  account.kind = storage::User::Kind::kAccount;
  ASSERT_TRUE(real_->create_user(account));
  int others = 0;
  store_.before_list_sessions = [&] {
    if (others++ > 0) return;
    ASSERT_TRUE(real_->change_user(account.id, {.password_hash = hash("new")}, clock_.now()));
    EXPECT_EQ(ask_for_token("new").status(), 200);
  };
  EXPECT_EQ(ask_for_token("old").at("error"), "invalid_client");
  EXPECT_EQ(others, 2);
}

}  // namespace
}  // namespace signet::server

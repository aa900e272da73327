// Administrators at work while others keep the issuer busy.
#include <gtest/gtest.h>

#include <thread>

#include "crypto/random.h"
#include "server/app.h"
#include "server/log.h"
#include "server/names.h"
#include "server/passwords.h"
#include "server/test_issuer.h"

namespace signet::server {
namespace {

using test::Reply;
using test::TestIssuer;

class AdminFlood : public testing::Test {
 protected:
  AdminFlood() {
    start_log(config_.log);
    admin_.username = "root";
    admin_.id = "root-id";
    admin_.roles = "admin";
    admin_.services = "*";
    admin_.password_hash = *crypto::hash_password("correct horse", config_.passwords);
    if (!store_->create_user(admin_)) throw std::runtime_error("the administrator cannot be stored");
    const std::string body = R"({"username":"root","password":"correct horse","audience":"signet"})";
    app_.feed = std::move(*RevocationFeed::open(*store_, clock_, master_key_, *keys_, app_.issuer, 100));
    token_ = send("POST", "/v1/login", body).at("access_token");
  }

  Reply send(const std::string& method, const std::string& target, const std::string& body) {
    return Reply(running_.client().ask(
        method + " " + target + " HTTP/1.1\r\nHost: a\r\n" + TestIssuer::bearer(token_) +
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
        body));
  }

  test::Folder folder_;
  test::FakeClock clock_;
  Config config_ = test::cheap_config(folder_.path());
  std::unique_ptr<storage::Store> store_ = std::move(*storage::open_sqlite(folder_.path() / "signet.db"));
  crypto::MasterKey master_key_ = *crypto::MasterKey::from(crypto::random_secret(32));
  std::unique_ptr<KeyRing> keys_ = std::move(*KeyRing::open(config_, *store_, master_key_, clock_.now()));
  App app_{.store = *store_,
           .clock = clock_,
           .master_key = master_key_,
           .keys = *keys_,
           .issuer = "https://auth.example.com",
           .tokens = config_.tokens,
           .sessions = config_.sessions,
           .passwords = config_.passwords,
           .dummy_hashes = *make_dummy_hashes(*store_, config_.passwords)};
  http::test::Running running_{make_router(app_)};
  storage::User admin_;
  std::string token_;
};

TEST_F(AdminFlood, NoneOfTheirRequestsSharesALaneWithStrangersWhoSignIn) {
  const http::Router router = make_router(app_);
  const struct {
    const char* method;
    const char* path;
    http::Lane lane;
  } cases[] = {{"POST", "/v1/login", http::Lane::kPassword},
               {"POST", "/v1/admin/users", http::Lane::kBlocking},
               {"PATCH", "/v1/admin/users/x", http::Lane::kBlocking},
               {"DELETE", "/v1/admin/users/x", http::Lane::kBlocking}};
  for (const auto& c : cases) {
    http::Request request;
    request.method = c.method;
    request.path = c.path;
    const auto found = router.find(request);
    ASSERT_TRUE(found.route) << c.path;
    EXPECT_EQ(found.route->lane, c.lane) << c.method << c.path;
  }
}

TEST_F(AdminFlood, DisablingAUserWaitsForNoHash) {
  const Reply bob = send("POST", "/v1/admin/users", R"({"username":"bob","password":"correct horse"})");
  ASSERT_EQ(bob.status(), 201) << bob.body();
  const std::string path = "/v1/admin/users/" + bob.at("id");
  for (int i = 0; i < App::kAdminHashes; ++i) app_.admin_hashes.acquire();
  EXPECT_EQ(send("PATCH", path, R"({"disabled":true,"roles":[]})").status(), 200);
  EXPECT_EQ(send("DELETE", path, "").status(), 204);
  std::thread waiting(
      [&] { EXPECT_EQ(send("POST", "/v1/admin/users", R"({"username":"carol"})").status(), 201); });
  app_.admin_hashes.release(App::kAdminHashes);
  waiting.join();
  for (int i = 0; i < App::kAdminHashes; ++i) EXPECT_TRUE(app_.admin_hashes.try_acquire()) << "all came back";
}

TEST_F(AdminFlood, NobodyKeepsTheNameOfAServiceThatGoesAtThatMoment) {
  const std::string bob = send("POST", "/v1/admin/users", R"({"username":"bob"})").at("id");
  for (int round = 0; round < 30; ++round) {
    ASSERT_EQ(send("POST", "/v1/admin/services", R"({"name":"orders"})").status(), 201);
    std::thread giving(
        [&] { static_cast<void>(send("PATCH", "/v1/admin/users/" + bob, R"({"services":["orders"]})")); });
    EXPECT_EQ(send("DELETE", "/v1/admin/services/orders", "").status(), 204);
    giving.join();
    EXPECT_FALSE(has_word(store_->find_user(bob)->services, "orders")) << round;
  }
}

}  // namespace
}  // namespace signet::server

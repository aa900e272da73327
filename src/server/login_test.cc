#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <ctime>
#include <sstream>

#include "server/test_issuer.h"
#include "storage/store.h"

namespace signet::server {
namespace {

using test::kAlice;
using test::kAlicePassword;
using test::Reply;
using test::TestIssuer;

/// CapturedLog holds what is logged while it lives.
class CapturedLog {
 public:
  explicit CapturedLog(spdlog::level::level_enum level = spdlog::level::trace) {
    auto logger =
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_));
    logger->set_level(level);
    spdlog::set_default_logger(std::move(logger));
  }
  ~CapturedLog() { spdlog::set_default_logger(before_); }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;
  [[nodiscard]] std::string str() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
};

class LoginTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(issuer_.add_service(R"({"name":"orders"})").status(), 201);
    ASSERT_EQ(issuer_.add_service(R"({"name":"billing"})").status(), 201);
    const Reply alice = issuer_.add_user(kAlice);
    ASSERT_EQ(alice.status(), 201) << alice.body();
    alice_ = alice.at("id");
  }
  Reply alice(const std::string& more = {}) { return issuer_.login("alice", kAlicePassword, more); }
  Reply refresh(const std::string& token) {
    return issuer_.post("/v1/refresh", R"({"refresh_token":")" + token + "\"}");
  }

  TestIssuer issuer_;
  std::string alice_;
};

TEST_F(LoginTest, OneLoginServesAllServices) {
  const Reply reply = alice();
  ASSERT_EQ(reply.status(), 200) << reply.body();
  EXPECT_EQ(reply.at("token_type"), "Bearer");
  EXPECT_EQ(reply.at("expires_in"), "600");
  EXPECT_EQ(reply.at("session.expires_at"), "2026-01-31T00:00:00Z");
  EXPECT_EQ(reply.answer.header("Cache-Control"), "no-store");
  for (const char* service : {"orders", "billing"}) {
    const auto token = issuer_.verify(reply.at("access_token"), service);
    ASSERT_TRUE(token) << token.error().what;
    EXPECT_EQ(token->subject(), alice_);
    EXPECT_EQ(token->session_id(), reply.at("session.id"));
    EXPECT_EQ(token->token_id().size(), 22U);
  }
  EXPECT_EQ(issuer_.verify(reply.at("access_token"), "signet").error().code, Errc::kWrongAudience)
      << "an API must not be able to replay it at the issuer";
}

TEST_F(LoginTest, AudienceNarrows) {
  const Reply one = alice(R"(,"audience":"orders")");
  EXPECT_TRUE(issuer_.verify(one.at("access_token"), "orders"));
  EXPECT_FALSE(issuer_.verify(one.at("access_token"), "billing"));
  const Reply two = alice(R"(,"audience":["billing","orders"])");
  EXPECT_TRUE(issuer_.verify(two.at("access_token"), "billing"));
}

// ATTACKS 39.
TEST_F(LoginTest, WhoExistsCannotBeFoundOut) {
  const auto id = issuer_.add_user(R"({"username":"carol","password":"correct horse"})").at("id");
  ASSERT_EQ(
      issuer_
          .send("PATCH", "/v1/admin/users/" + id, R"({"disabled":true})", TestIssuer::bearer(issuer_.admin()))
          .status(),
      200);
  const Reply wrong = issuer_.login("alice", "wrong password");
  EXPECT_EQ(wrong.status(), 401);
  EXPECT_EQ(wrong.at("detail"), "invalid username or password");
  for (const Reply& other :
       {issuer_.login("nobody", "wrong password"), issuer_.login("carol", "correct horse"),
        issuer_.login("nobody", "wrong password", R"(,"audience":"nowhere")"),
        issuer_.login("carol", "correct horse", R"(,"audience":"nowhere")")}) {
    EXPECT_EQ(other.status(), wrong.status());
    EXPECT_EQ(other.body(), wrong.body());
    EXPECT_EQ(other.answer.header("WWW-Authenticate"), wrong.answer.header("WWW-Authenticate"));
  }
}

TEST_F(LoginTest, BadInputIsNamedAndLeavesNothing) {
  const std::string long_password(1025, 'x');
  const struct {
    std::string more, field;
    int status;
  } cases[] = {
      {R"("username":"alice")", "password", 400},
      {R"("username":7,"password":"p")", "username", 400},
      {R"("username":"a\u0000b","password":"p")", "username", 400},
      {"\"username\":\"\xd0\xb0lice\",\"password\":\"p\"", "username", 400},
      {"\"username\":\"" + std::string(129, 'a') + R"(","password":"p")", "username", 400},
      {R"("username":"alice","password":"a\u0000b")", "password", 400},
      {R"("username":"alice","password":")" + long_password + "\"", "password", 400},
      {R"("username":"alice","password":"p","coookie":true)", "coookie", 400},
      {R"("username":"alice","password":"p","cookie":1)", "cookie", 400},
      {R"("username":"alice","password":"p","audience":[])", "audience", 400},
      {R"("username":"alice","password":"p","audience":["a","a"])", "audience", 400},
      {R"("username":"alice","password":"p","audience":{})", "audience", 400},
      {R"("username":"alice","password":"correct horse","audience":"nowhere")", "audience", 403},
      {R"("username":"alice","password":"correct horse","audience":["orders","signet"])", "audience", 400},
  };
  for (const auto& c : cases) {
    const Reply reply = issuer_.post("/v1/login", "{" + c.more + "}");
    EXPECT_EQ(reply.status(), c.status) << c.more << reply.body();
    EXPECT_EQ(reply.at("field"), c.field) << c.more << reply.body();
  }
  EXPECT_EQ(issuer_.post("/v1/login", R"({"username":"alice","username":"bob","password":"p"})").status(),
            400);
  EXPECT_EQ(issuer_.post("/v1/login", "{\"password\":\"" + std::string(1024 * 1024, 'x') + "\"}").status(),
            413);
  EXPECT_EQ(issuer_.send("POST", "/v1/login", "a=b", "Content-Type: application/x-www-form-urlencoded\r\n")
                .status(),
            415);
}

TEST_F(LoginTest, NamesAreNormalized) {
  EXPECT_EQ(issuer_.login("ALICE", kAlicePassword).status(), 200);
}

TEST_F(LoginTest, ServicesThatTheUserMayNotUseAreRefused) {
  ASSERT_EQ(
      issuer_.add_user(R"({"username":"bob","password":"correct horse","services":["orders"]})").status(),
      201);
  const Reply all = issuer_.login("bob", kAlicePassword);
  EXPECT_TRUE(issuer_.verify(all.at("access_token"), "orders"));
  EXPECT_FALSE(issuer_.verify(all.at("access_token"), "billing"));
  const Reply refused = issuer_.login("bob", kAlicePassword, R"(,"audience":"billing")");
  EXPECT_EQ(refused.status(), 403);
  EXPECT_EQ(refused.body(), [&] {
    auto unknown = issuer_.login("bob", kAlicePassword, R"(,"audience":"nowhere")").body();
    return unknown.replace(unknown.find("nowhere"), 7, "billing");
  }()) << "whether a service exists is not told either";
}

TEST_F(LoginTest, ClaimsAreMergedAndTheUsersOwnWin) {
  ASSERT_EQ(issuer_.add_service(R"({"name":"c","claims":{"plan":"free","region":"eu"},"access_seconds":60})")
                .status(),
            201);
  ASSERT_EQ(
      issuer_
          .add_user(R"({"username":"bob","password":"correct horse","scope":"read write","roles":["ops"],)"
                    R"("claims":{"plan":"gold","limits":{"rps":[1,2]}}})")
          .status(),
      201);
  const Reply reply = issuer_.login("bob", kAlicePassword, R"(,"audience":["orders","c"])");
  EXPECT_EQ(reply.at("expires_in"), "60") << "the strictest service decides";
  const auto token = issuer_.verify(reply.at("access_token"), "c");
  ASSERT_TRUE(token) << token.error().what;
  EXPECT_EQ(token->claim("plan")->as_string(), "gold");
  EXPECT_EQ(token->claim("region")->as_string(), "eu");
  EXPECT_EQ(token->claim("limits")->text(), R"({"rps":[1,2]})");
  EXPECT_TRUE(token->has_scope("write"));
  EXPECT_TRUE(token->has_role("ops"));
  EXPECT_FALSE(token->claim("username"));
}

TEST_F(LoginTest, AServiceWithItsOwnSecretGetsTokensThatOnlyThatSecretVerifies) {
  const Reply made = issuer_.add_service(R"({"name":"legacy","shared_secret":true})");
  ASSERT_EQ(made.status(), 201) << made.body();
  const auto key = Key::from_jwk(made.at("secret"));
  ASSERT_TRUE(key) << key.error().what;
  const Reply reply = alice(R"(,"audience":"legacy")");
  const auto policy = Policy::create({.issuer = issuer_.url(), .audience = "legacy"});
  EXPECT_TRUE(Verifier(*policy).verify(reply.at("access_token"), *KeySet::of({*key}), issuer_.clock.now()));
  EXPECT_FALSE(issuer_.verify(reply.at("access_token"), "legacy"));
  EXPECT_FALSE(issuer_.verify(alice().at("access_token"), "legacy")) << "not among all services";
  const Reply both = alice(R"(,"audience":["orders","legacy"])");
  EXPECT_EQ(both.status(), 400);
  EXPECT_EQ(both.at("field"), "audience");
  const Reply next = refresh(reply.at("refresh_token"));
  EXPECT_TRUE(Verifier(*policy).verify(next.at("access_token"), *KeySet::of({*key}), issuer_.clock.now()));
}

TEST_F(LoginTest, ATokenTooLongForVerifiersIsNotMade) {
  std::string names;
  for (const char* name : {"s1", "s2", "s3", "s4"}) {
    const std::string claims = "\"" + std::string(name) + "\":\"" + std::string(4000, 'x') + "\"";
    ASSERT_EQ(
        issuer_.add_service(R"({"name":")" + std::string(name) + R"(","claims":{)" + claims + "}}").status(),
        201);
  }
  const Reply reply = alice();
  EXPECT_EQ(reply.status(), 400) << reply.body();
  EXPECT_EQ(reply.at("field"), "audience");
  EXPECT_EQ(alice(R"(,"audience":"s1")").status(), 200);
}

TEST_F(LoginTest, RefreshRotates) {
  const Reply first = alice();
  issuer_.clock.advance(std::chrono::minutes(9));
  const Reply second = refresh(first.at("refresh_token"));
  ASSERT_EQ(second.status(), 200) << second.body();
  EXPECT_NE(second.at("refresh_token"), first.at("refresh_token"));
  EXPECT_EQ(second.at("session.id"), first.at("session.id"));
  EXPECT_TRUE(issuer_.verify(second.at("access_token"), "orders"));
  EXPECT_EQ(refresh(second.at("refresh_token")).status(), 200);
}

// ATTACKS 40.
TEST_F(LoginTest, ALostAnswerMayBeAskedForAgainWithinTheGrace) {
  const Reply first = alice();
  const Reply lost = refresh(first.at("refresh_token"));
  issuer_.clock.advance(std::chrono::seconds(10));
  const Reply again = refresh(first.at("refresh_token"));
  ASSERT_EQ(again.status(), 200) << again.body();
  EXPECT_EQ(again.at("refresh_token"), lost.at("refresh_token"));
}

TEST_F(LoginTest, AnOldRefreshTokenEndsTheSession) {
  const Reply first = alice();
  const Reply second = refresh(first.at("refresh_token"));
  issuer_.clock.advance(std::chrono::seconds(11));
  const Reply stolen = refresh(first.at("refresh_token"));
  EXPECT_EQ(stolen.status(), 401);
  const Reply victim = refresh(second.at("refresh_token"));
  EXPECT_EQ(victim.status(), 401);
  EXPECT_EQ(victim.body(), stolen.body());
  EXPECT_EQ(victim.body(), refresh("garbage").body()) << "the same words for everything";
}

TEST_F(LoginTest, RefreshEndsWithTheSessionTheUserAndTheRight) {
  const Reply expiring = alice();
  issuer_.clock.advance(std::chrono::days(30));
  EXPECT_EQ(refresh(expiring.at("refresh_token")).status(), 401);

  const std::string admin = TestIssuer::bearer(issuer_.admin());
  const Reply narrowed = alice(R"(,"audience":"billing")");
  ASSERT_EQ(issuer_.send("PATCH", "/v1/admin/users/" + alice_, R"({"services":["orders"]})", admin).status(),
            200);
  EXPECT_EQ(refresh(narrowed.at("refresh_token")).status(), 401);

  const Reply disabled = alice();
  ASSERT_EQ(issuer_.send("PATCH", "/v1/admin/users/" + alice_, R"({"disabled":true})", admin).status(), 200);
  EXPECT_EQ(refresh(disabled.at("refresh_token")).status(), 401);
}

TEST_F(LoginTest, ARefusedRefreshDoesNotUseTheTokenUp) {
  const std::string admin = TestIssuer::bearer(issuer_.admin());
  const auto may_use = [&](const char* services) {
    const std::string body = R"({"services":)" + std::string(services) + "}";
    ASSERT_EQ(issuer_.send("PATCH", "/v1/admin/users/" + alice_, body, admin).status(), 200);
  };
  const auto claims_of_all = [&](const std::string& value) {
    for (const std::string name : {"s1", "s2", "s3", "s4"}) {
      const std::string body = R"({"claims":{")" + name + "\":\"" + value + "\"}}";
      ASSERT_EQ(issuer_.send("PATCH", "/v1/admin/services/" + name, body, admin).status(), 200);
    }
  };
  for (const std::string name : {"s1", "s2", "s3", "s4"}) {
    ASSERT_EQ(issuer_.add_service(R"({"name":")" + name + "\"}").status(), 201);
  }
  const Reply login = alice(R"(,"audience":["s1","s2","s3","s4"])");
  ASSERT_EQ(login.status(), 200) << login.body();

  may_use(R"(["orders"])");
  EXPECT_EQ(refresh(login.at("refresh_token")).status(), 401);
  may_use("\"*\"");
  claims_of_all(std::string(4000, 'x'));
  EXPECT_EQ(refresh(login.at("refresh_token")).status(), 400) << "too long a token";
  claims_of_all("short");

  issuer_.clock.advance(std::chrono::minutes(1));  // past the grace: had it been used up, this were a theft
  EXPECT_EQ(refresh(login.at("refresh_token")).status(), 200);
}

TEST_F(LoginTest, RefreshReadsItsBodyStrictly) {
  EXPECT_EQ(issuer_.post("/v1/refresh", "{}").at("field"), "refresh_token");
  EXPECT_EQ(issuer_.post("/v1/refresh", R"({"refresh_token":1})").at("field"), "refresh_token");
  EXPECT_EQ(issuer_.post("/v1/refresh", R"({"refresh_token":"a","x":1})").at("field"), "x");
  EXPECT_EQ(issuer_.post("/v1/refresh", "{").status(), 400);
  EXPECT_EQ(refresh(std::string(1025, 'x')).at("field"), "refresh_token");
}

TEST_F(LoginTest, ASessionEndsItsLastTokenToo) {
  const Reply first = alice();
  issuer_.clock.advance(std::chrono::days(30) - std::chrono::seconds(5));
  EXPECT_EQ(refresh(first.at("refresh_token")).at("expires_in"), "5");
}

TEST_F(LoginTest, AChangedCostRenewsTheHashAtTheNextSignIn) {
  const Reply before = alice();
  issuer_.stop();
  issuer_.config().passwords = {.memory_kib = 16, .passes = 1};
  issuer_.start();
  const Reply reply = alice();
  ASSERT_EQ(reply.status(), 200);
  EXPECT_EQ(refresh(before.at("refresh_token")).status(), 200)
      << "it is the same password: nobody is signed out";
  EXPECT_EQ(refresh(reply.at("refresh_token")).status(), 200) << "its own session lives";
  issuer_.stop();
  {
    const auto store = storage::open_sqlite(issuer_.config().data / "signet.db");
    ASSERT_TRUE(store) << store.error().what;
    EXPECT_NE((*store)->find_user(alice_)->password_hash.find("m=16,t=1"), std::string::npos);
  }
  issuer_.start();
  EXPECT_EQ(alice().status(), 200);
}

// After a change of the cost, hashes of both costs are in the store. Whoever is guessed at, a refusal takes
// as long; the bounds are wide, since the costs are far apart.
TEST_F(LoginTest, AChangedCostDoesNotTellWhoExists) {
  // The processor's work, which is the same however busy the machine is.
  const auto refusal_work = [&](const std::string& name) {
    const std::clock_t start = std::clock();
    EXPECT_EQ(issuer_.login(name, "wrong password").status(), 401);
    return std::clock() - start;
  };
  issuer_.stop();
  issuer_.config().passwords = {.memory_kib = 65536, .passes = 2};  // alice's hash stays at 8 KiB
  issuer_.start();
  EXPECT_GT(refusal_work("alice"), refusal_work("nobody") / 4);
  ASSERT_EQ(issuer_.add_user(R"({"username":"bob","password":"correct horse"})").status(), 201);

  issuer_.stop();
  issuer_.config().passwords = {.memory_kib = 8, .passes = 1};  // bob's hash stays at 64 MiB
  issuer_.start();
  const auto bob = refusal_work("bob");
  EXPECT_GT(refusal_work("nobody"), bob / 4);
  EXPECT_GT(refusal_work("alice"), bob / 4);
}

TEST_F(LoginTest, TheLogHoldsNoSecrets) {
  const CapturedLog log;
  const Reply first = alice();
  const Reply second = refresh(first.at("refresh_token"));
  static_cast<void>(issuer_.login("alice", "a wrong password"));
  static_cast<void>(issuer_.login("correct-horse-typed-as-name", "x"));
  const std::string made = issuer_.add_user(R"({"username":"made-up"})").at("password");
  issuer_.stop();
  EXPECT_NE(log.str().find("user " + alice_ + " signed in from 127.0.0.1"), std::string::npos) << log.str();
  EXPECT_NE(log.str().find("did create-user on \"/v1/admin/users/"), std::string::npos) << log.str();
  for (const std::string& secret :
       {std::string(kAlicePassword), first.at("access_token"), first.at("refresh_token"),
        second.at("refresh_token"), made, std::string("a wrong password"), std::string("typed-as-name"),
        issuer_.admin_password}) {
    EXPECT_EQ(log.str().find(secret), std::string::npos) << secret;
  }
}

TEST_F(LoginTest, WhoDidWhatIsLoggedAtEveryLevel) {
  const CapturedLog log(spdlog::level::err);
  const std::string old = alice().at("refresh_token");
  static_cast<void>(refresh(old));
  issuer_.clock.advance(std::chrono::seconds(11));
  static_cast<void>(refresh(old));
  static_cast<void>(issuer_.get("/v1/admin/users"));
  static_cast<void>(issuer_.post("/v1/admin/revocations", R"({"everyone":true})", issuer_.admin()));
  issuer_.stop();
  for (const char* part :
       {"] audit: user ", "used again, from 127.0.0.1", "] audit: nobody known tried list-users",
        "] audit: revoked everyone", ") did revoke on "}) {
    EXPECT_NE(log.str().find(part), std::string::npos) << part << " is not in " << log.str();
  }
}

TEST_F(LoginTest, APathCannotForgeLinesOfTheLog) {
  const CapturedLog log;
  for (const char* id :
       {"x%22%20from%20127.0.0.1:%20200%20audit:%20root", "%E2%80%A8audit:", "%C2%9Baudit:", "%2520"}) {
    EXPECT_EQ(issuer_.get("/v1/admin/users/" + std::string(id)).status(), 401) << id;
  }
  issuer_.stop();
  EXPECT_NE(
      log.str().find("on \"/v1/admin/users/x%22%20from%20127.0.0.1:%20200%20audit:%20root\" from 127.0.0.1"),
      std::string::npos)
      << log.str();
  EXPECT_NE(log.str().find("\"GET\" \"/v1/admin/users/%2520\" from"), std::string::npos) << log.str();
  EXPECT_EQ(log.str().find("\xe2\x80\xa8"), std::string::npos);
  EXPECT_EQ(log.str().find("\xc2\x9b"), std::string::npos);
}

}  // namespace
}  // namespace signet::server

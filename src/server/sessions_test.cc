#include <gtest/gtest.h>

#include "server/origin.h"
#include "server/test_issuer.h"

namespace signet::server {
namespace {

using test::kAlice;
using test::kAlicePassword;
using test::Reply;
using test::TestIssuer;

class SessionsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(issuer_.add_service(R"({"name":"orders"})").status(), 201);
    ASSERT_EQ(issuer_.add_user(kAlice).status(), 201);
  }
  Reply alice(const std::string& more = {}) { return issuer_.login("alice", kAlicePassword, more); }
  /// cookie signs in the classic way and returns the header that the browser sends from then on.
  std::string cookie() {
    const std::string set = alice(R"(,"cookie":true)").answer.header("Set-Cookie");
    return "Cookie: a=b; " + set.substr(0, set.find(';')) + "\r\n";
  }
  int log_out(const std::string& headers) { return issuer_.send("POST", "/v1/logout", "", headers).status(); }
  int session(const std::string& headers) { return issuer_.send("GET", "/v1/session", "", headers).status(); }

  TestIssuer issuer_;
};

TEST_F(SessionsTest, ATokenForTheIssuerShowsItsSession) {
  const Reply login = alice(R"(,"audience":"signet")");
  const Reply reply = issuer_.get("/v1/session", login.at("access_token"));
  ASSERT_EQ(reply.status(), 200) << reply.body();
  EXPECT_EQ(reply.at("session.id"), login.at("session.id"));
  EXPECT_EQ(reply.at("session.created_at"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(reply.at("session.expires_at"), "2026-01-31T00:00:00Z");
  EXPECT_EQ(reply.at("user.username"), "alice");
  EXPECT_EQ(reply.at("user.roles"), "[]");
}

// RFC 6750 §3-1, RFC 6750 §3-3; RFC 9068 §4: "the authorization server response MUST include the error code
// "invalid_token"."
TEST_F(SessionsTest, WithoutAGoodTokenThereIsNone) {
  const Reply none = issuer_.get("/v1/session");
  EXPECT_EQ(none.status(), 401);
  EXPECT_EQ(none.answer.header("WWW-Authenticate"), "Bearer realm=\"signet\"");
  for (const std::string& token :
       {std::string("x"), alice().at("access_token"), alice().at("refresh_token")}) {
    const Reply reply = issuer_.get("/v1/session", token);
    EXPECT_EQ(reply.status(), 401);
    EXPECT_EQ(reply.answer.header("WWW-Authenticate"), "Bearer realm=\"signet\", error=\"invalid_token\"");
  }
  EXPECT_EQ(session("Authorization: Basic YTpi\r\n"), 401);
  const std::string token = alice(R"(,"audience":"signet")").at("access_token");
  EXPECT_EQ(session("Authorization: bEARER   " + token + "\r\n"), 200);
  issuer_.clock.advance(std::chrono::minutes(10));
  EXPECT_EQ(session(TestIssuer::bearer(token)), 401);
}

TEST_F(SessionsTest, LoggingOutEndsTheSessionAtOnce) {
  const Reply login = alice(R"(,"audience":"signet")");
  const std::string body = R"({"refresh_token":")" + login.at("refresh_token") + "\"}";
  EXPECT_EQ(issuer_.post("/v1/logout", body).status(), 204);
  EXPECT_EQ(issuer_.get("/v1/session", login.at("access_token")).status(), 401);
  EXPECT_EQ(issuer_.post("/v1/refresh", body).status(), 401);
  EXPECT_EQ(issuer_.post("/v1/logout", body).status(), 204) << "idempotent";
}

TEST_F(SessionsTest, LoggingOutNeedsSomethingToEnd) {
  EXPECT_EQ(issuer_.post("/v1/logout", R"({"refresh_token":"garbage"})").status(), 401);
  EXPECT_EQ(issuer_.post("/v1/logout", "{}").at("field"), "refresh_token");
  EXPECT_EQ(issuer_.post("/v1/logout", "").status(), 415) << "neither a body nor a cookie";
  EXPECT_EQ(issuer_.post("/v1/logout", R"({"refresh_token":7})").at("field"), "refresh_token");
  EXPECT_EQ(log_out(""), 415);
  EXPECT_EQ(log_out("Cookie: __Host-signet=garbage\r\n"), 401);
}

TEST_F(SessionsTest, TheClassicCookie) {
  const Reply login = alice(R"(,"cookie":true)");
  ASSERT_EQ(login.status(), 200) << login.body();
  EXPECT_EQ(login.at("access_token"), "(none)");
  EXPECT_EQ(login.at("refresh_token"), "(none)");
  const std::string set = login.answer.header("Set-Cookie");
  EXPECT_TRUE(set.starts_with("__Host-signet=" + login.at("session.id") + ".")) << set;
  EXPECT_TRUE(set.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=2592000")) << set;

  const std::string sent = cookie();
  EXPECT_EQ(session(sent), 200);
  EXPECT_EQ(session(sent.substr(0, sent.size() - 2) + "x\r\n"), 401) << "the MAC is checked";
  EXPECT_EQ(session("Cookie: __Host-signet=a.b; " + sent.substr(8)), 401) << "twice";
  EXPECT_EQ(log_out(sent), 204);
  EXPECT_EQ(session(sent), 401);
  EXPECT_EQ(log_out(sent), 204) << "idempotent";
}

TEST_F(SessionsTest, LoggingOutClearsTheCookie) {
  const Reply reply = issuer_.send("POST", "/v1/logout", "", cookie());
  EXPECT_EQ(reply.answer.header("Set-Cookie"),
            "__Host-signet=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
}

TEST_F(SessionsTest, ACookieExpires) {
  const std::string sent = cookie();
  issuer_.clock.advance(std::chrono::days(30));
  EXPECT_EQ(session(sent), 401);
}

TEST_F(SessionsTest, ATokensSessionIsNoCookie) {
  const std::string refresh_token = alice().at("refresh_token");
  const auto dot = refresh_token.find('.');
  EXPECT_EQ(session("Cookie: __Host-signet=" + refresh_token.substr(0, dot) + refresh_token.substr(dot + 2) +
                    "\r\n"),
            401);
}

// ATTACKS 42.
TEST_F(SessionsTest, APageOfAnotherSiteCannotSignAnybodyInOrOut) {
  const std::string sent = cookie();
  EXPECT_EQ(log_out(sent + "Origin: https://evil.example\r\n"), 403);
  EXPECT_EQ(log_out(sent + "Origin: null\r\n"), 403);
  EXPECT_EQ(log_out(sent + "Sec-Fetch-Site: cross-site\r\n"), 403);
  EXPECT_EQ(session(sent), 200) << "still there";
  const std::string body = R"({"username":"alice","password":"correct horse","cookie":true})";
  EXPECT_EQ(issuer_.send("POST", "/v1/login", body, "Origin: https://evil.example\r\n").status(), 403);
  EXPECT_EQ(log_out(sent + "Sec-Fetch-Site: same-origin\r\nOrigin: " + issuer_.url() + "\r\n"), 204);
}

TEST(Origin, HasOneSpelling) {
  EXPECT_EQ(origin_of("https://Auth.Example.com:443/signet"), "https://auth.example.com");
  EXPECT_EQ(origin_of("http://a:80"), "http://a");
  EXPECT_EQ(origin_of("https://a:80/"), "https://a:80");
  EXPECT_EQ(origin_of("null"), "null");
}

TEST(WellKnown, SaysWhereEverythingIs) {
  Config config = test::cheap_config("");
  config.server.issuer = "https://auth.example.com/signet";
  config.tokens.algorithm = Algorithm::kRS256;
  TestIssuer issuer(std::move(config));
  const Reply reply = issuer.get("/.well-known/signet");
  EXPECT_EQ(reply.at("issuer"), "https://auth.example.com/signet");
  EXPECT_EQ(reply.at("jwks_uri"), "https://auth.example.com/signet/.well-known/jwks.json");
  EXPECT_EQ(reply.at("login_endpoint"), "https://auth.example.com/signet/v1/login");
  EXPECT_EQ(reply.at("algorithms"), R"(["RS256"])");
  const Reply keys = issuer.get("/.well-known/jwks.json");
  EXPECT_EQ(keys.answer.header("Content-Type"), "application/jwk-set+json");
  EXPECT_EQ(keys.answer.header("Cache-Control"), "public, max-age=300");
  EXPECT_TRUE(KeySet::from_jwks(keys.body()));
  EXPECT_EQ(keys.body().find("\"d\""), std::string::npos);
}

TEST(Health, AnswersAliveAndReady) {
  TestIssuer issuer;
  EXPECT_EQ(issuer.get("/healthz").body(), "ok\n");
  EXPECT_EQ(issuer.get("/readyz").status(), 200);
}

}  // namespace
}  // namespace signet::server

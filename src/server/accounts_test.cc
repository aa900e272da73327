#include "base/base64url.h"
#include "server/test_issuer.h"

namespace signet::server::test {
namespace {

constexpr const char* kForm = "Content-Type: application/x-www-form-urlencoded\r\n";

class AccountsTest : public testing::Test {
 protected:
  AccountsTest() : admin_(issuer_.admin()) {
    EXPECT_EQ(issuer_.add_service(R"({"name":"orders"})").status(), 201);
    EXPECT_EQ(issuer_.add_service(R"({"name":"billing"})").status(), 201);
    secret_ = add(R"({"name":"reports","scope":"orders:read orders:write","roles":["robot"],)"
                  R"("services":["orders"],"claims":{"tenant":"a"}})");
  }

  std::string add(const std::string& body) {
    const Reply made = issuer_.post("/v1/admin/accounts", body, admin_);
    EXPECT_EQ(made.status(), 201) << made.body();
    return made.at("secret");
  }
  Reply token(const std::string& form, const std::string& headers = "") {
    return issuer_.send("POST", "/v1/token", form, kForm + headers);
  }
  static std::string form(const std::string& id, const std::string& secret, const std::string& more = "") {
    return "grant_type=client_credentials&client_id=" + id + "&client_secret=" + secret + more;
  }
  Reply good_token(const std::string& more = "") { return token(form("reports", secret_, more)); }
  Reply change(const std::string& body) {
    return issuer_.send("PATCH", "/v1/admin/accounts/reports", body, TestIssuer::bearer(admin_));
  }
  /// The session of a token for the audience signet: whether it lives on.
  int session_status(const std::string& token) { return issuer_.get("/v1/session", token).status(); }

  TestIssuer issuer_;
  std::string admin_;
  std::string secret_;
};

TEST_F(AccountsTest, ATokenSaysWhatTheAccountIs) {
  const Reply reply = good_token();
  ASSERT_EQ(reply.status(), 200) << reply.body();
  EXPECT_EQ(reply.at("token_type"), "Bearer");
  EXPECT_EQ(reply.at("expires_in"), "600");
  EXPECT_EQ(reply.at("scope"), "orders:read orders:write");
  EXPECT_EQ(reply.at("refresh_token"), "(none)") << "RFC 6749 §4.4.3: A refresh token SHOULD NOT be included";
  EXPECT_EQ(reply.answer.header("Cache-Control"), "no-store");
  const auto verified = issuer_.verify(reply.at("access_token"), "orders");
  ASSERT_TRUE(verified) << verified.error().what;
  EXPECT_TRUE(verified->has_role("robot"));
  EXPECT_EQ(verified->claim("client_id")->as_string(), "reports");
  EXPECT_EQ(verified->claim("tenant")->as_string(), "a");
}

TEST_F(AccountsTest, ScopeAndAudienceCanBeNarrowedButNotWidened) {
  EXPECT_EQ(good_token("&scope=orders:read").at("scope"), "orders:read");
  EXPECT_EQ(good_token("&scope=orders:read+admin").at("error"), "invalid_scope");
  EXPECT_EQ(good_token("&audience=orders").status(), 200);
  EXPECT_EQ(good_token("&resource=billing").at("error"), "invalid_target");
  EXPECT_EQ(good_token("&audience=orders+signet").at("error"), "invalid_target");
  EXPECT_EQ(good_token("&audience=").status(), 200) << "without a value: as if it were omitted";
}

TEST_F(AccountsTest, BasicAndTheFormAreTheSame) {
  std::string pair = base64url_encode(as_bytes("reports:" + secret_));
  for (char& c : pair) c = c == '-' ? '+' : c == '_' ? '/' : c;
  pair.append((4 - pair.size() % 4) % 4, '=');
  const std::string basic = "Authorization: bAsIc " + pair + "\r\n";
  EXPECT_EQ(token("grant_type=client_credentials", basic).status(), 200);
  EXPECT_EQ(token("grant_type=client_credentials&client_id=reports", basic).status(), 200);
  EXPECT_EQ(token(form("reports", secret_), basic).at("error"), "invalid_request") << "one method, not two";
  for (const char* wrong : {"Basic", "Basic ", "Basic !!!!", "Basic YQ", "Basic YQ==", "Bearer YTpi"}) {
    const Reply reply =
        token("grant_type=client_credentials", "Authorization: " + std::string(wrong) + "\r\n");
    EXPECT_EQ(reply.status(), 401) << wrong;
    EXPECT_EQ(reply.at("error"), "invalid_client") << wrong;
    EXPECT_EQ(reply.answer.header("WWW-Authenticate"), "Basic realm=\"signet\"") << wrong;
  }
}

TEST_F(AccountsTest, AnUnknownClientAWrongSecretAndADisabledAccountAreTheSame) {
  EXPECT_EQ(issuer_.add_user(kAlice).status(), 201);
  const Reply wrong = token(form("reports", "wrong"));
  EXPECT_EQ(wrong.status(), 401);
  EXPECT_EQ(token(form("nobody", "wrong")).body(), wrong.body());
  EXPECT_EQ(token(form("alice", "correct+horse")).body(), wrong.body()) << "people sign in elsewhere";
  EXPECT_EQ(token(form("reports", secret_ + "x")).body(), wrong.body());
  EXPECT_EQ(change(R"({"disabled":true})").status(), 200);
  EXPECT_EQ(good_token().body(), wrong.body());
}

TEST_F(AccountsTest, WhatIsNotThisGrantIsRefusedAsOAuthSaysIt) {
  EXPECT_EQ(token("client_id=a&client_secret=b").at("error"), "invalid_request");
  EXPECT_EQ(token("grant_type=password&client_id=a&client_secret=b").at("error"), "unsupported_grant_type");
  EXPECT_EQ(token(form("reports", secret_, "&scope=a&scope=b")).at("error"), "invalid_request");
  EXPECT_EQ(token("grant_type=%zz").at("error"), "invalid_request");
  EXPECT_EQ(token("grant_type=client_credentials").at("error"), "invalid_client");
  EXPECT_EQ(issuer_.post("/v1/token", R"({"grant_type":"client_credentials"})").at("error"),
            "invalid_request");
}

// Before anybody is known, so that nobody makes the issuer compare thousands of them with each other.
TEST_F(AccountsTest, MoreThan64ParametersOrNamesAreRefusedBeforeTheCredentials) {
  const auto many = [](int count, const std::string& text) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
  };
  const std::string nobody = form("nobody", "wrong");  // three parameters
  EXPECT_EQ(token(nobody + many(61, "&audience=x")).at("error"), "invalid_client");
  EXPECT_EQ(token(nobody + many(62, "&audience=x")).at("error"), "invalid_request");
  EXPECT_EQ(token(nobody + "&audience=" + many(64, "x+")).at("error"), "invalid_client");
  EXPECT_EQ(token(nobody + "&audience=" + many(65, "x+")).at("error"), "invalid_request");
  EXPECT_EQ(token(nobody + "&audience=x&resource=" + many(64, "x+")).at("error"), "invalid_request");
  EXPECT_EQ(good_token("&audience=" + many(64, "orders+")).status(), 200) << "a name may come again";
}

TEST_F(AccountsTest, AnAccountIsNoUserAndAUserNoAccount) {
  EXPECT_EQ(issuer_.add_user(R"({"username":"reports","password":"correct horse"})").status(), 409);
  EXPECT_EQ(issuer_.add_user(kAlice).status(), 201);
  EXPECT_EQ(issuer_.post("/v1/admin/accounts", R"({"name":"alice"})", admin_).status(), 409);
  EXPECT_EQ(issuer_.login("reports", secret_).status(), 401);
  const Reply shown = issuer_.get("/v1/admin/accounts/reports", admin_);
  const std::string by_id = "/v1/admin/users/" + shown.at("id");
  EXPECT_EQ(shown.at("secret"), "(none)");
  EXPECT_EQ(issuer_.get(by_id, admin_).status(), 404);
  const std::string bearer = TestIssuer::bearer(admin_);
  EXPECT_EQ(issuer_.send("PATCH", by_id, R"({"password":"correct horse"})", bearer).status(), 404);
  EXPECT_EQ(issuer_.send("DELETE", by_id, "", bearer).status(), 404);
  EXPECT_EQ(issuer_.get("/v1/admin/accounts/alice", admin_).status(), 404);
  EXPECT_EQ(issuer_.get("/v1/admin/users?username=reports", admin_).body().find("reports"),
            std::string::npos);
  EXPECT_EQ(issuer_.get("/v1/admin/accounts?limit=1", admin_).at("next"), "null");
}

TEST_F(AccountsTest, DisablingANewSecretAndDeletingEndItsSessions) {
  const std::string bearer = TestIssuer::bearer(admin_);
  const auto fresh = [&] { return good_token("&audience=signet").at("access_token"); };
  std::string held = fresh();
  EXPECT_EQ(session_status(held), 200);
  EXPECT_EQ(change(R"({"scope":"orders:read"})").status(), 200);
  EXPECT_EQ(session_status(held), 200);
  EXPECT_EQ(change(R"({"disabled":true})").status(), 200);
  EXPECT_EQ(change(R"({"disabled":false})").status(), 200);
  EXPECT_EQ(session_status(held), 401);

  held = fresh();
  const std::string old = secret_;
  secret_ = issuer_.post("/v1/admin/accounts/reports/secret", "", admin_).at("secret");
  EXPECT_EQ(session_status(held), 401);
  EXPECT_EQ(token(form("reports", old)).status(), 401);

  held = fresh();
  EXPECT_EQ(session_status(held), 200);
  EXPECT_EQ(issuer_.send("DELETE", "/v1/admin/accounts/reports", "", bearer).status(), 204);
  EXPECT_EQ(session_status(held), 401);
  EXPECT_EQ(good_token().status(), 401);
}

TEST_F(AccountsTest, OneSessionServesTheTokensOfOneLifetimeAndOutlivesThem) {
  const auto session_of = [&](const std::string& more = "") {
    return std::string(issuer_.verify(good_token(more).at("access_token"), "orders")->session_id());
  };
  const std::string first = session_of();
  issuer_.clock.advance(std::chrono::seconds(600));
  EXPECT_EQ(session_of("&scope=orders:read"), first);
  EXPECT_EQ(good_token().at("expires_in"), "600");
  EXPECT_NE(session_of("&audience=orders"), first) << "another audience";
  issuer_.clock.advance(std::chrono::seconds(1));
  EXPECT_NE(session_of(), first);
  EXPECT_EQ(good_token().at("expires_in"), "600");
}

TEST_F(AccountsTest, ItsTokensLiveAsLongAsTheAccountOrTheStricterServiceSays) {
  EXPECT_EQ(change(R"({"access_seconds":3600})").status(), 200);
  EXPECT_EQ(good_token().at("expires_in"), "3600");
  EXPECT_EQ(
      issuer_
          .send("PATCH", "/v1/admin/services/orders", R"({"access_seconds":60})", TestIssuer::bearer(admin_))
          .status(),
      200);
  EXPECT_EQ(good_token().at("expires_in"), "60");
}

// ATTACKS 42.
TEST_F(AccountsTest, OnlyAdministratorsReachAccountsAndKeys) {
  EXPECT_EQ(issuer_.add_user(kAlice).status(), 201);
  const std::string alice =
      issuer_.login("alice", kAlicePassword, R"(,"audience":"signet")").at("access_token");
  const std::string robot = good_token("&audience=signet").at("access_token");
  const std::string for_orders = good_token().at("access_token");
  const std::pair<const char*, const char*> endpoints[] = {{"GET", "/v1/admin/accounts"},
                                                           {"POST", "/v1/admin/accounts"},
                                                           {"GET", "/v1/admin/accounts/reports"},
                                                           {"PATCH", "/v1/admin/accounts/reports"},
                                                           {"DELETE", "/v1/admin/accounts/reports"},
                                                           {"POST", "/v1/admin/accounts/reports/secret"},
                                                           {"GET", "/v1/admin/keys"},
                                                           {"POST", "/v1/admin/keys/rotate"},
                                                           {"DELETE", "/v1/admin/keys/a"}};
  for (const auto& [method, path] : endpoints) {
    const auto ask = [&](const std::string& headers) {
      return issuer_.send(method, path, "", headers).status();
    };
    EXPECT_EQ(ask(""), 401) << path;
    EXPECT_EQ(ask(TestIssuer::bearer(for_orders)), 401) << path << ": another service's token";
    EXPECT_EQ(ask(TestIssuer::bearer(alice)), 403) << path;
    EXPECT_EQ(ask(TestIssuer::bearer(robot)), 403) << path;
    EXPECT_EQ(ask("Origin: http://evil.example\r\nCookie: __Host-signet=a\r\n"), 401) << path;
  }
  EXPECT_EQ(good_token().status(), 200) << "nothing was done";
}

TEST_F(AccountsTest, KeysAreListedRotatedAndDroppedByTheirAdministrator) {
  const std::string old = good_token().at("access_token");
  const Reply listed = issuer_.get("/v1/admin/keys", admin_);
  EXPECT_EQ(listed.at("shared_secret"), "false");
  EXPECT_NE(listed.body().find(R"("state":"active")"), std::string::npos);
  EXPECT_EQ(listed.body().find("sealed"), std::string::npos);
  EXPECT_EQ(issuer_.post("/v1/admin/keys/rotate", "", admin_).at("state"), "next");
  EXPECT_EQ(issuer_.post("/v1/admin/keys/rotate", R"({"now":true})", admin_).at("state"), "active");
  EXPECT_TRUE(issuer_.verify(old, "orders")) << "a retired key verifies";
  // Caches may keep the set under the version that it has, and under none that is yet to come.
  const std::string url = "/.well-known/jwks.json";
  const std::string version = issuer_.get(url).at("version");
  EXPECT_LT(listed.at("version"), version);
  const auto may_be_kept = [&](const std::string& query) {
    return issuer_.get(url + query).answer.header("Cache-Control") == "public, max-age=300";
  };
  EXPECT_TRUE(may_be_kept(""));
  EXPECT_TRUE(may_be_kept("?version=" + version));
  EXPECT_FALSE(may_be_kept("?version=" + std::to_string(std::stoll(version) + 1)));
  EXPECT_FALSE(may_be_kept("?fresh=1"));
  EXPECT_EQ(issuer_.get(url + "?fresh=1").answer.header("Cache-Control"), "no-store");

  const std::string kid =
      json::root(*listed.document).member("keys")->elements().front().member("kid")->text();
  const std::string path = "/v1/admin/keys/" + kid.substr(1, kid.size() - 2);
  const std::string bearer = TestIssuer::bearer(admin_);
  EXPECT_EQ(issuer_.send("DELETE", path, "", bearer).status(), 204);
  EXPECT_FALSE(issuer_.verify(old, "orders"));
  EXPECT_TRUE(issuer_.verify(good_token().at("access_token"), "orders"));
  EXPECT_EQ(issuer_.send("DELETE", path, "", bearer).status(), 404);
}

}  // namespace
}  // namespace signet::server::test

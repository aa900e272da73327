#include <gtest/gtest.h>

#include "server/test_issuer.h"

namespace signet::server {
namespace {

using test::kAlice;
using test::kAlicePassword;
using test::Reply;
using test::TestIssuer;

class AdminTest : public testing::Test {
 protected:
  Reply send(std::string_view method, const std::string& target, const std::string& body = {}) {
    return issuer_.send(method, target, body, TestIssuer::bearer(token_));
  }
  Reply add(const std::string& body) { return send("POST", "/v1/admin/users", body); }
  Reply add_service(const std::string& body) { return send("POST", "/v1/admin/services", body); }
  std::string id_of(const std::string& name) {
    const std::string list = send("GET", "/v1/admin/users?username=" + name).body();
    const auto at = list.find("\"id\":\"") + 6;
    return list.substr(at, list.find('"', at) - at);
  }
  std::string path_of(const std::string& name) { return "/v1/admin/users/" + id_of(name); }

  TestIssuer issuer_;
  std::string token_ = issuer_.admin();
};

// ATTACKS 42.
TEST_F(AdminTest, OnlyAdministratorsGetIn) {
  ASSERT_EQ(add_service(R"({"name":"orders"})").status(), 201);
  ASSERT_EQ(add(kAlice).status(), 201);
  const struct {
    const char* method;
    const char* target;
  } endpoints[] = {{"GET", "/v1/admin/users"},        {"POST", "/v1/admin/users"},
                   {"GET", "/v1/admin/users/x"},      {"PATCH", "/v1/admin/users/x"},
                   {"DELETE", "/v1/admin/users/x"},   {"GET", "/v1/admin/services"},
                   {"POST", "/v1/admin/services"},    {"GET", "/v1/admin/services/x"},
                   {"PATCH", "/v1/admin/services/x"}, {"DELETE", "/v1/admin/services/x"}};
  const std::string user =
      issuer_.login("alice", kAlicePassword, R"(,"audience":"signet")").at("access_token");
  const std::string other =
      issuer_.login("admin", issuer_.admin_password, R"(,"audience":"orders")").at("access_token");
  ASSERT_TRUE(issuer_.verify(other, "orders"));
  for (const auto& [method, target] : endpoints) {
    EXPECT_EQ(issuer_.send(method, target).status(), 401) << method << target;
    EXPECT_EQ(issuer_.send(method, target, "", TestIssuer::bearer("x.y.z")).status(), 401)
        << method << target;
    EXPECT_EQ(issuer_.send(method, target, "", TestIssuer::bearer(other)).status(), 401)
        << "a token for another service: " << method << target;
    const Reply refused = issuer_.send(method, target, "", TestIssuer::bearer(user));
    EXPECT_EQ(refused.status(), 403) << method << target;
    EXPECT_EQ(refused.answer.header("WWW-Authenticate"),
              "Bearer realm=\"signet\", error=\"insufficient_scope\"");
  }
}

TEST_F(AdminTest, ALostRoleAndAnEndedSessionCountAtOnce) {
  ASSERT_EQ(add(R"({"username":"bob","password":"correct horse","roles":["admin"]})").status(), 201);
  const auto sign_in = [&] { return issuer_.login("bob", kAlicePassword, R"(,"audience":"signet")"); };
  const std::string stale = sign_in().at("access_token");
  EXPECT_EQ(issuer_.get("/v1/admin/users", stale).status(), 200);
  ASSERT_EQ(send("PATCH", path_of("bob"), R"({"roles":[]})").status(), 200);
  EXPECT_EQ(issuer_.get("/v1/admin/users", stale).status(), 403);

  const std::string young = sign_in().at("access_token");
  ASSERT_EQ(send("PATCH", path_of("bob"), R"({"roles":["admin"]})").status(), 200);
  EXPECT_EQ(issuer_.get("/v1/admin/users", young).status(), 403) << "the token itself must say it";

  const Reply fresh = sign_in();
  EXPECT_EQ(issuer_.get("/v1/admin/users", fresh.at("access_token")).status(), 200);
  ASSERT_EQ(issuer_.post("/v1/logout", R"({"refresh_token":")" + fresh.at("refresh_token") + "\"}").status(),
            204);
  EXPECT_EQ(issuer_.get("/v1/admin/users", fresh.at("access_token")).status(), 401);
}

TEST_F(AdminTest, UsersLiveAndChange) {
  ASSERT_EQ(add_service(R"({"name":"orders"})").status(), 201);
  const Reply made = add(R"({"username":"Alice","password":"correct horse","scope":"a b","roles":["ops"],)"
                         R"("services":["orders"],"claims":{"plan":"gold"}})");
  ASSERT_EQ(made.status(), 201) << made.body();
  const std::string path = "/v1/admin/users/" + made.at("id");
  EXPECT_EQ(made.answer.header("Location"), path);
  EXPECT_EQ(made.body(),
            R"({"id":")" + made.at("id") +
                R"(","username":"alice","scope":"a b","roles":["ops"],"services":["orders"],)"
                R"("claims":{"plan":"gold"},"disabled":false,"created_at":"2026-01-01T00:00:00Z"})");
  EXPECT_EQ(send("GET", path).body(), made.body());

  const Reply changed =
      send("PATCH", path, R"({"scope":"","roles":[],"services":"*","claims":{},"disabled":true})");
  EXPECT_EQ(changed.at("services"), "*");
  EXPECT_EQ(changed.at("disabled"), "true");
  EXPECT_EQ(send("PATCH", path, "{}").body(), changed.body()) << "nothing changes nothing";
  EXPECT_EQ(send("DELETE", path).status(), 204);
  for (const char* method : {"GET", "DELETE"}) EXPECT_EQ(send(method, path).status(), 404);
  EXPECT_EQ(send("PATCH", path, "{}").status(), 404);
}

TEST_F(AdminTest, APasswordIsMadeUpAndShownOnce) {
  const Reply made = add(R"({"username":"bob"})");
  const std::string password = made.at("password");
  EXPECT_EQ(password.size(), 23U);
  EXPECT_EQ(send("GET", "/v1/admin/users/" + made.at("id")).at("password"), "(none)");
  EXPECT_EQ(issuer_.login("bob", password, R"(,"audience":"signet")").status(), 200);
}

TEST_F(AdminTest, ANewPasswordEndsTheOldSessions) {
  ASSERT_EQ(add(kAlice).status(), 201);
  const Reply login = issuer_.login("alice", kAlicePassword, R"(,"audience":"signet")");
  ASSERT_EQ(send("PATCH", path_of("alice"), R"({"password":"another horse"})").status(), 200);
  EXPECT_EQ(issuer_.get("/v1/session", login.at("access_token")).status(), 401);
  EXPECT_EQ(issuer_.login("alice", kAlicePassword, R"(,"audience":"signet")").status(), 401);
  EXPECT_EQ(issuer_.login("alice", "another horse", R"(,"audience":"signet")").status(), 200);
}

TEST_F(AdminTest, BadUsersAreNamedAndLeaveNothing) {
  const struct {
    std::string body, field;
  } cases[] = {
      {R"({})", "username"},
      {R"({"username":"a b"})", "username"},
      {"{\"username\":\"\xd0\xb0lice\"}", "username"},
      {R"({"username":"a\u0000"})", "username"},
      {R"({"username":["a"]})", "username"},
      {R"({"username":"x","password":"7 chars"})", "password"},
      {"{\"username\":\"x\",\"password\":\"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\"}", "password"},
      {R"({"username":"x","password":")" + std::string(1025, 'p') + "\"}", "password"},
      {R"({"username":"x","scope":"a  b"})", "scope"},
      {R"({"username":"x","scope":"a a"})", "scope"},
      {R"({"username":"x","scope":["a"]})", "scope"},
      {R"({"username":"x","roles":"admin"})", "roles"},
      {R"({"username":"x","roles":["a b"]})", "roles"},
      {R"({"username":"x","roles":["a",7]})", "roles[1]"},
      {R"({"username":"x","services":"orders"})", "services"},
      {R"({"username":"x","services":["orders"]})", "services"},
      {R"({"username":"x","claims":[]})", "claims"},
      {R"({"username":"x","claims":{"sub":"root"}})", "claims.sub"},
      {R"({"username":"x","claims":{"big":")" + std::string(5000, 'x') + "\"}}", "claims"},
      {R"({"username":"x","disabled":true})", "disabled"},
      {R"({"username":"x","pasword":"12345678"})", "pasword"},
  };
  for (const auto& c : cases) {
    const Reply reply = add(c.body);
    EXPECT_EQ(reply.status(), 400) << c.body;
    EXPECT_EQ(reply.at("field"), c.field) << c.body << reply.body();
    EXPECT_EQ(reply.answer.header("Content-Type"), "application/problem+json") << c.body;
  }
  EXPECT_EQ(add("{\"username\":\"x\",\"username\":\"y\"}").status(), 400);
  EXPECT_EQ(add("[").status(), 400);
  for (const char* name :
       {"iss", "aud", "exp", "nbf", "iat", "jti", "sid", "scope", "roles", "status", "cnf", "client_id"}) {
    EXPECT_EQ(add(R"({"username":"x","claims":{")" + std::string(name) + R"(":1}})").at("field"),
              std::string("claims.") + name);
  }
  EXPECT_EQ(send("GET", "/v1/admin/users").at("users").find("\"username\":\"x\""), std::string::npos);
}

TEST_F(AdminTest, ABadChangeChangesNothing) {
  ASSERT_EQ(add(kAlice).status(), 201);
  const std::string before = send("GET", path_of("alice")).body();
  for (const char* body :
       {R"({"roles":["x"],"disabled":"yes"})", R"({"roles":["x"],"password":"short"})",
        R"({"roles":["x"],"username":"eve"})", R"({"roles":["x"],"services":["nowhere"]})"}) {
    EXPECT_EQ(send("PATCH", path_of("alice"), body).status(), 400) << body;
  }
  EXPECT_EQ(send("GET", path_of("alice")).body(), before);
}

TEST_F(AdminTest, ATakenNameIsAConflict) {
  ASSERT_EQ(add(kAlice).status(), 201);
  const Reply again = add(R"({"username":"ALICE"})");
  EXPECT_EQ(again.status(), 409);
  EXPECT_EQ(again.at("field"), "username");
}

TEST_F(AdminTest, UsersAreListedInPages) {
  for (const char* name : {"carol", "alice", "bob"}) {
    ASSERT_EQ(add(R"({"username":")" + std::string(name) + R"(","password":"correct horse"})").status(), 201);
  }
  const Reply first = send("GET", "/v1/admin/users?limit=2");
  EXPECT_EQ(first.at("next"), "alice");
  EXPECT_NE(first.body().find("\"admin\""), std::string::npos);
  const Reply second = send("GET", "/v1/admin/users?limit=2&after=alice");
  EXPECT_EQ(second.at("next"), "null");
  EXPECT_NE(second.body().find("\"carol\""), std::string::npos);
  EXPECT_EQ(send("GET", "/v1/admin/users?username=BOB").body().find("carol"), std::string::npos);
  EXPECT_EQ(send("GET", "/v1/admin/users?username=nobody").body(), R"({"users":[],"next":null})");
  EXPECT_EQ(send("GET", "/v1/admin/users?username=%D0%B0").body(), R"({"users":[],"next":null})");
  for (const char* wrong : {"limit=0", "limit=501", "limit=x", "limit=1x", "limit="}) {
    EXPECT_EQ(send("GET", "/v1/admin/users?" + std::string(wrong)).at("field"), "limit") << wrong;
  }
  EXPECT_EQ(send("GET", "/v1/admin/users?usernam=bob").at("field"), "usernam");
}

TEST_F(AdminTest, TheLastAdministratorStays) {
  const std::string admin = path_of("admin");
  EXPECT_EQ(send("DELETE", admin).status(), 409);
  EXPECT_EQ(send("PATCH", admin, R"({"disabled":true})").status(), 409);
  EXPECT_EQ(send("PATCH", admin, R"({"roles":["ops"]})").status(), 409);
  EXPECT_EQ(send("PATCH", admin, R"({"roles":["ops","admin"]})").status(), 200);
  ASSERT_EQ(add(R"({"username":"bob","roles":["admin"]})").status(), 201);
  ASSERT_EQ(send("PATCH", path_of("bob"), R"({"disabled":true})").status(), 200);
  EXPECT_EQ(send("DELETE", admin).status(), 409) << "a disabled one does not count";
  ASSERT_EQ(send("PATCH", path_of("bob"), R"({"disabled":false})").status(), 200);
  EXPECT_EQ(send("DELETE", admin).status(), 204);
  EXPECT_EQ(send("GET", "/v1/admin/users").status(), 401) << "its session went with it";
}

TEST_F(AdminTest, TwoAdministratorsCannotRemoveEachOther) {
  ASSERT_EQ(add(R"({"username":"bob","roles":["admin"]})").status(), 201);
  const std::string admin = path_of("admin");
  const std::string bob = path_of("bob");
  int demoted = 0;
  std::thread other([&] { demoted += send("PATCH", bob, R"({"roles":[]})").status() == 200 ? 1 : 0; });
  const int status = send("PATCH", admin, R"({"roles":[]})").status();
  other.join();
  demoted += status == 200 ? 1 : 0;
  EXPECT_EQ(demoted, 1);
}

TEST_F(AdminTest, ServicesLiveAndChange) {
  const Reply made =
      add_service(R"({"name":"orders","description":"Orders","claims":{"tier":1},"access_seconds":60})");
  ASSERT_EQ(made.status(), 201) << made.body();
  EXPECT_EQ(made.answer.header("Location"), "/v1/admin/services/orders");
  EXPECT_EQ(made.body(), R"({"name":"orders","description":"Orders","claims":{"tier":1},"access_seconds":60,)"
                         R"("shared_secret":false,"created_at":"2026-01-01T00:00:00Z"})");
  EXPECT_EQ(send("GET", "/v1/admin/services").body(), R"({"services":[)" + made.body() + "]}");
  EXPECT_EQ(send("GET", "/v1/admin/services/orders").body(), made.body());
  const Reply changed =
      send("PATCH", "/v1/admin/services/orders", R"({"description":"","access_seconds":0})");
  EXPECT_EQ(changed.at("access_seconds"), "0");
  EXPECT_EQ(changed.at("claims.tier"), "1");
  EXPECT_EQ(add_service(R"({"name":"orders"})").status(), 409);
  EXPECT_EQ(send("DELETE", "/v1/admin/services/orders").status(), 204);
  for (const char* method : {"GET", "DELETE"})
    EXPECT_EQ(send(method, "/v1/admin/services/orders").status(), 404);
  EXPECT_EQ(send("PATCH", "/v1/admin/services/orders", "{}").status(), 404);
}

TEST_F(AdminTest, AServicesSecretIsShownOnce) {
  const Reply made = add_service(R"({"name":"legacy","shared_secret":true})");
  EXPECT_EQ(made.at("shared_secret"), "true");
  EXPECT_TRUE(Key::from_jwk(made.at("secret")));
  const Reply shown = send("GET", "/v1/admin/services/legacy");
  EXPECT_EQ(shown.at("secret"), "(none)");
  EXPECT_EQ(shown.at("shared_secret"), "true");
}

TEST_F(AdminTest, BadServicesAreNamed) {
  const struct {
    std::string body, field;
  } cases[] = {
      {R"({})", "name"},
      {R"({"name":"Orders"})", "name"},
      {R"({"name":"-a"})", "name"},
      {R"({"name":")" + std::string(65, 'a') + "\"}", "name"},
      {R"({"name":"signet"})", "name"},
      {R"({"name":"a","description":7})", "description"},
      {R"({"name":"a","claims":{"aud":"b"}})", "claims.aud"},
      {R"({"name":"a","access_seconds":-1})", "access_seconds"},
      {R"({"name":"a","access_seconds":86401})", "access_seconds"},
      {R"({"name":"a","access_seconds":"60"})", "access_seconds"},
      {R"({"name":"a","shared_secret":"yes"})", "shared_secret"},
      {R"({"name":"a","secret":"x"})", "secret"},
  };
  for (const auto& c : cases) {
    const Reply reply = add_service(c.body);
    EXPECT_EQ(reply.status(), 400) << c.body;
    EXPECT_EQ(reply.at("field"), c.field) << c.body << reply.body();
  }
  EXPECT_EQ(send("PATCH", "/v1/admin/services/a", R"({"name":"b"})").at("field"), "name");
  EXPECT_EQ(send("GET", "/v1/admin/services").body(), R"({"services":[]})");
}

}  // namespace
}  // namespace signet::server

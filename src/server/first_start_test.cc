#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "server/test_issuer.h"

namespace signet::server {
namespace {

using test::Reply;
using test::TestIssuer;

TEST(FirstStart, ASignalThatComesBeforeItServesStopsIt) {
  const test::Folder folder;
  for (const int signal : {SIGTERM, SIGINT}) {
    const auto issuer = Issuer::open(test::cheap_config(folder.path() / "data"));
    ASSERT_TRUE(issuer) << issuer.error().what;
    ASSERT_EQ(::kill(::getpid(), signal), 0);
    (*issuer)->run();
    ASSERT_EQ(::kill(::getpid(), signal), 0) << "pressed twice";
  }
}

TEST(FirstStart, SaysWhatToDoWithoutServices) {
  TestIssuer issuer;
  const Reply reply = issuer.login("admin", issuer.admin_password);
  EXPECT_EQ(reply.status(), 403);
  EXPECT_EQ(reply.at("detail"), "no services yet: add one with `signet service add`");
}

TEST(FirstStart, TheAdministratorIsMadeOnceAndCanBeReset) {
  TestIssuer issuer;
  const std::string old_token = issuer.admin();
  EXPECT_EQ(issuer.admin_password.size(), 23U);
  issuer.stop();
  const auto password = reset_admin(issuer.config(), issuer.clock);
  ASSERT_TRUE(password) << password.error().what;
  issuer.start();
  EXPECT_EQ(issuer.login("admin", issuer.admin_password).status(), 401);
  EXPECT_EQ(issuer.get("/v1/admin/users", old_token).status(), 401) << "its sessions ended";
  issuer.admin_password = *password;
  EXPECT_EQ(issuer.get("/v1/admin/users", issuer.admin()).status(), 200);
}

TEST(FirstStart, ADeletedAdministratorDoesNotComeBack) {
  TestIssuer issuer;
  const std::string admin = issuer.get("/v1/admin/users?username=admin", issuer.admin()).body();
  const auto at = admin.find("\"id\":\"") + 6;
  const std::string path = "/v1/admin/users/" + admin.substr(at, admin.find('"', at) - at);
  ASSERT_EQ(issuer.add_user(R"({"username":"bob","roles":["admin"]})").status(), 201);
  ASSERT_EQ(issuer.send("DELETE", path, "", TestIssuer::bearer(issuer.admin())).status(), 204);
  issuer.stop();
  issuer.start();
  EXPECT_FALSE(issuer.first_admin_password());
}

TEST(SharedSecret, OneForAllApisAndTheIssuer) {
  Config config = test::cheap_config("");
  config.tokens.algorithm = Algorithm::kHS256;
  TestIssuer issuer(std::move(config));
  EXPECT_EQ(issuer.get("/.well-known/jwks.json").body(), R"({"keys":[],"version":0})");
  EXPECT_EQ(issuer.get("/v1/admin/users", issuer.admin()).status(), 200);
}

}  // namespace
}  // namespace signet::server

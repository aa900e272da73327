// Revocation from end to end inside the issuer: signed in, a token with a place in a list, revoked, told.
#include <algorithm>

#include "revocation/batch.h"
#include "revocation/status_list.h"
#include "server/test_issuer.h"

namespace signet::server {
namespace {

using revocation::Batch;
using revocation::SignedList;
using std::chrono::seconds;
using test::kAlice;
using test::kAlicePassword;

class RevocationTest : public testing::Test {
 protected:
  RevocationTest() {
    EXPECT_EQ(issuer_.add_service(R"({"name":"orders"})").status(), 201);
    const auto alice = issuer_.add_user(kAlice);
    alice_ = alice.at("id");
    admin_ = issuer_.admin();
  }

  [[nodiscard]] KeySet keys() const {
    return *KeySet::from_jwks(issuer_.get("/.well-known/jwks.json").body());
  }

  struct SignedIn {
    std::string session;
    struct {
      std::uint64_t index;
      std::string uri;
    } status;
    std::string refresh_token;
  };
  [[nodiscard]] SignedIn sign_in() const {
    const auto reply = issuer_.login("alice", kAlicePassword);
    const auto token = issuer_.verify(reply.at("access_token"), "orders");
    if (!token || !token->status()) throw std::runtime_error("no token with a status");
    return {reply.at("session.id"),
            {token->status()->index, std::string(token->status()->uri)},
            reply.at("refresh_token")};
  }

  [[nodiscard]] Batch feed(const std::string& query, const std::string& headers = {}) const {
    const auto reply = issuer_.send("GET", "/v1/revocations" + query, "", headers);
    EXPECT_EQ(reply.status(), 200) << reply.body();
    auto batch = revocation::verify_batch(reply.body(), keys(), issuer_.url());
    if (!batch) throw std::runtime_error(batch.error().what);
    return *batch;
  }
  [[nodiscard]] std::string after(const Batch& batch) const {
    return "?after=" + std::to_string(batch.seq) + "&epoch=" + batch.epoch;
  }
  [[nodiscard]] SignedList list(std::uint64_t number) const {
    const auto reply = issuer_.get("/v1/status/" + std::to_string(number));
    EXPECT_EQ(reply.status(), 200) << reply.body();
    auto list = revocation::verify_list(reply.body(), keys(), issuer_.url(), issuer_.clock.now());
    if (!list) throw std::runtime_error(list.error().what);
    return *list;
  }
  [[nodiscard]] static bool is_set(const SignedList& list, std::uint64_t index) {
    return ((*list.bits)[index / 8] >> index % 8 & 1) != 0;
  }
  [[nodiscard]] test::Reply revoke(const std::string& what) const {
    return issuer_.post("/v1/admin/revocations", what, admin_);
  }

  test::TestIssuer issuer_;
  std::string alice_;
  std::string admin_;
};

TEST_F(RevocationTest, ARevokedSessionIsInTheFeedAndInItsList) {
  const auto one = sign_in(), other = sign_in();
  EXPECT_EQ(one.status.uri, issuer_.url() + "/v1/status/0");
  EXPECT_NE(one.status.index, other.status.index);
  const Batch before = feed("");
  EXPECT_EQ(before.after, before.seq);
  EXPECT_FALSE(is_set(list(0), one.status.index));

  const auto revoked = revoke(R"({"session":")" + one.session + "\"}");
  ASSERT_EQ(revoked.status(), 200) << revoked.body();
  EXPECT_EQ(revoked.at("revoked"), "1");
  EXPECT_EQ(revoked.at("seq"), std::to_string(before.seq + 1));

  const Batch news = feed(after(before));
  EXPECT_EQ(news.after, before.seq);
  EXPECT_EQ(news.seq, before.seq + 1);
  const std::map<std::uint64_t, std::vector<std::uint32_t>> expected = {
      {0, {static_cast<std::uint32_t>(one.status.index)}}};
  EXPECT_EQ(news.revoked, expected);

  issuer_.clock.advance(seconds(1));  // one a second of each list at most
  const SignedList now = list(0);
  EXPECT_TRUE(is_set(now, one.status.index));
  EXPECT_FALSE(is_set(now, other.status.index));
  EXPECT_EQ(now.seq, news.seq);
  EXPECT_EQ(now.epoch, news.epoch);
}

TEST_F(RevocationTest, AllThatEndsASessionIsInTheFeed) {
  const auto told = [&](const std::function<int()>& work) {
    const auto session = sign_in();
    const Batch before = feed("");
    EXPECT_LT(work(), 300);
    const auto& now = feed(after(before)).revoked;
    return now.contains(0) && std::ranges::count(now.at(0), session.status.index) == 1;
  };
  EXPECT_TRUE(told([&] { return revoke(R"({"user":")" + alice_ + "\"}").status(); }));
  EXPECT_TRUE(told([&] {
    return issuer_.send("PATCH", "/v1/admin/users/" + alice_, R"({"disabled":true})", issuer_.bearer(admin_))
        .status();
  }));
  ASSERT_EQ(
      issuer_.send("PATCH", "/v1/admin/users/" + alice_, R"({"disabled":false})", issuer_.bearer(admin_))
          .status(),
      200);
  const auto session = sign_in();
  const Batch before = feed("");
  ASSERT_EQ(issuer_.post("/v1/logout", R"({"refresh_token":")" + session.refresh_token + "\"}").status(),
            204);
  EXPECT_EQ(feed(after(before)).revoked.at(0).at(0), session.status.index);
  EXPECT_TRUE(told([&] {
    return issuer_.send("DELETE", "/v1/admin/users/" + alice_, "", issuer_.bearer(admin_)).status();
  }));
}

TEST_F(RevocationTest, RevokingEveryoneDropsTheListsAndTheAdministratorsSessionToo) {
  const auto session = sign_in();
  const Batch before = feed("");
  const auto revoked = revoke(R"({"everyone":true})");
  ASSERT_EQ(revoked.status(), 200);
  const Batch news = feed(after(before));
  EXPECT_EQ(news.seq, before.seq + 1);
  EXPECT_EQ(news.lists.first, before.lists.last + 1);
  EXPECT_EQ(issuer_.get("/v1/status/0").status(), 404);
  EXPECT_EQ(issuer_.get("/v1/admin/users", admin_).status(), 401);
  EXPECT_EQ(issuer_.post("/v1/refresh", R"({"refresh_token":")" + session.refresh_token + "\"}").status(),
            401);
  EXPECT_EQ(sign_in().status.uri, issuer_.url() + "/v1/status/" + std::to_string(news.lists.first));
  // The ticket still opens the progress of this one revocation.
  const auto progress = issuer_.get("/v1/admin/revocations/" + revoked.at("seq"), revoked.at("ticket"));
  EXPECT_EQ(progress.at("complete"), "true") << progress.body();
  EXPECT_EQ(issuer_.get("/v1/admin/revocations/1", revoked.at("ticket")).status(), 401);
}

TEST_F(RevocationTest, ADroppedKeyIsInTheFeed) {
  const Batch before = feed("");
  const std::string kid(issuer_.get("/v1/admin/keys", admin_).body());
  const auto start = kid.find(R"("kid":")") + 7;
  const auto revoked = revoke(R"({"key":")" + kid.substr(start, kid.find('"', start) - start) + "\"}");
  ASSERT_EQ(revoked.status(), 200) << revoked.body();
  const Batch news = feed(after(before));
  EXPECT_EQ(news.keys, before.keys + 1);
  EXPECT_EQ(issuer_.get("/.well-known/jwks.json").at("version"), std::to_string(news.keys));
  EXPECT_EQ(revoke(R"({"key":"none"})").status(), 404);
}

TEST_F(RevocationTest, AnswersWithAHeartbeatWhenNothingHappens) {
  const Batch before = feed("");
  issuer_.clock.advance(seconds(5));
  const Batch heartbeat = feed(after(before) + "&wait=0");
  EXPECT_EQ(heartbeat.after, before.seq);
  EXPECT_EQ(heartbeat.seq, before.seq);
  EXPECT_EQ(heartbeat.issued_at, before.issued_at + seconds(5));
}

TEST_F(RevocationTest, WakesAllWhoWaitAtOnce) {
  const auto session = sign_in();
  const Batch before = feed("");
  std::vector<std::jthread> waiting;
  std::atomic<int> told = 0;
  for (int i = 0; i < 20; ++i) {
    waiting.emplace_back([&] { told += feed(after(before) + "&wait=60").seq == before.seq + 1; });
  }
  ASSERT_EQ(revoke(R"({"session":")" + session.session + "\"}").status(), 200);
  waiting.clear();
  EXPECT_EQ(told, 20);
}

TEST_F(RevocationTest, TellsOfAGapWhoeverIsElsewhere) {
  const Batch now = feed("");
  for (const std::string& query : {"?after=99999&epoch=" + now.epoch, std::string("?after=0&epoch=another"),
                                   "?after=" + std::to_string(now.seq) + "&epoch=another"}) {
    const Batch answer = feed(query);
    EXPECT_EQ(answer.after, now.seq) << query;
    EXPECT_EQ(answer.seq, now.seq) << query;
  }
}

TEST_F(RevocationTest, RefusesWhatMakesNoSense) {
  for (const char* query : {"?after=x", "?after=-1", "?after=9007199254740993", "?after=1&epoch=",
                            "?after=1&epoch=a%20b", "?wait=61", "?wait=-1", "?wait=1.5", "?audience=none"}) {
    EXPECT_EQ(issuer_.get(std::string("/v1/revocations") + query).status(), 400) << query;
  }
  for (const char* list : {"1", "01", "-1", "x", "18446744073709551616"}) {
    EXPECT_EQ(issuer_.get(std::string("/v1/status/") + list).status(), 404) << list;
  }
  for (const char* body :
       {"{}", R"({"everyone":false})", R"({"user":"a","session":"b"})", R"({"users":"a"})"}) {
    EXPECT_EQ(revoke(body).status(), 400) << body;
  }
  EXPECT_EQ(revoke(R"({"session":"none"})").status(), 404);
  EXPECT_EQ(revoke(R"({"user":"none"})").status(), 404);
  EXPECT_EQ(revoke(R"({"account":"none"})").status(), 404);
}

TEST_F(RevocationTest, ListsAreCachedUntilTheyChange) {
  const auto first = issuer_.get("/v1/status/0");
  EXPECT_EQ(first.answer.header("Content-Type"), "application/statuslist+jwt");
  EXPECT_EQ(first.answer.header("Cache-Control"), "public, max-age=60");
  EXPECT_EQ(issuer_.get("/v1/status/0").body(), first.body());
  const auto same =
      issuer_.send("GET", "/v1/status/0", "", "If-None-Match: " + first.answer.header("ETag") + "\r\n");
  EXPECT_EQ(same.status(), 304);
  const auto all = issuer_.get("/v1/status");
  EXPECT_EQ(all.body(), R"({"status_lists":[")" + issuer_.url() + R"(/v1/status/0"]})");
}

TEST_F(RevocationTest, AServiceWithASecretGetsStatementsSignedWithIt) {
  const auto made = issuer_.add_service(R"({"name":"billing","shared_secret":true})");
  const auto secret = Key::from_jwk(made.at("secret"));
  ASSERT_TRUE(secret) << made.body();
  const auto secrets = *KeySet::of({*secret});
  const auto batch = issuer_.get("/v1/revocations?audience=billing");
  EXPECT_TRUE(revocation::verify_batch(batch.body(), secrets, issuer_.url()));
  const auto list = issuer_.get("/v1/status/0?audience=billing");
  EXPECT_TRUE(revocation::verify_list(list.body(), secrets, issuer_.url(), issuer_.clock.now()));
  EXPECT_TRUE(
      revocation::verify_batch(issuer_.get("/v1/revocations?audience=orders").body(), keys(), issuer_.url()));
}

// ATTACKS 42, for revocation.
TEST_F(RevocationTest, OnlyAdministratorsRevokeAndSeeVerifiers) {
  const auto session = sign_in();
  const std::string body = R"({"session":")" + session.session + "\"}";
  const auto login = issuer_.login("alice", kAlicePassword, R"(,"audience":"orders")");
  const auto own = issuer_.login("alice", kAlicePassword, R"(,"audience":"signet")");
  const Batch before = feed("");
  for (const auto& [token, status] : {std::pair<std::string, int>{"", 401},
                                      {"nonsense", 401},
                                      {login.at("access_token"), 401},
                                      {own.at("access_token"), 403},
                                      {login.at("refresh_token"), 401}}) {
    EXPECT_EQ(issuer_.post("/v1/admin/revocations", body, token).status(), status);
    EXPECT_EQ(issuer_.get("/v1/admin/verifiers", token).status(), status);
    EXPECT_EQ(issuer_.post("/v1/admin/services/orders/verifier-keys", "", token).status(), status);
    EXPECT_EQ(issuer_.get("/v1/admin/revocations/1", token).status(), 401);
  }
  EXPECT_EQ(feed("").seq, before.seq) << "nothing was revoked";
}

TEST_F(RevocationTest, AVerifierThatSaysWhoItIsIsListedWithWhatItHasApplied) {
  const auto key = issuer_.post("/v1/admin/services/orders/verifier-keys", "", admin_);
  ASSERT_EQ(key.status(), 201);
  const std::string headers =
      issuer_.bearer(key.at("verifier_key")) +
      "Signet-Instance: abc\r\nSignet-Max-Staleness: 120\r\nUser-Agent: signet/9.9\r\n";
  const auto session = sign_in();
  const Batch start = feed("", headers);
  EXPECT_EQ(feed(after(start) + "&wait=0", headers).seq, start.seq);
  const auto revoked = revoke(R"({"session":")" + session.session + "\"}");
  const auto progress = [&] {
    return issuer_.get("/v1/admin/revocations/" + revoked.at("seq"), revoked.at("ticket"));
  };
  EXPECT_EQ(progress().at("complete"), "false");
  EXPECT_EQ(progress().at("verifiers"), "1");
  EXPECT_NE(progress().body().find(R"("instance":"abc")"), std::string::npos);
  const Batch news = feed(after(start), headers);
  EXPECT_EQ(progress().at("complete"), "false") << "it was told, and has not said that it applied it";
  (void)feed(after(news) + "&wait=0", headers);
  EXPECT_EQ(progress().at("complete"), "true");
  EXPECT_EQ(progress().at("applied"), "1");

  const std::string listed = issuer_.get("/v1/admin/verifiers", admin_).body();
  for (const char* part : {R"("service":"orders")", R"("instance":"abc")", R"("version":"signet/9.9")",
                           R"("lag":0)", R"("max_staleness":120)", R"("connected":false)"}) {
    EXPECT_NE(listed.find(part), std::string::npos) << part << " is not in " << listed;
  }
}

TEST_F(RevocationTest, NobodyWaitsForAVerifierThatCannotAcceptTheTokenAnyMore) {
  const auto key = issuer_.post("/v1/admin/services/orders/verifier-keys", "", admin_);
  const std::string headers =
      issuer_.bearer(key.at("verifier_key")) + "Signet-Instance: abc\r\nSignet-Max-Staleness: 60\r\n";
  const Batch start = feed("", headers);
  const auto session = sign_in();
  const auto revoked = revoke(R"({"session":")" + session.session + "\"}");
  const auto complete = [&] {
    return issuer_.get("/v1/admin/revocations/" + revoked.at("seq"), revoked.at("ticket")).at("complete");
  };
  issuer_.clock.advance(seconds(59));
  EXPECT_EQ(complete(), "false");
  issuer_.clock.advance(seconds(1));
  EXPECT_EQ(complete(), "true");
}

TEST_F(RevocationTest, AVerifiersKeyThatIsWrongOrGoneIsRefused) {
  EXPECT_EQ(issuer_.get("/v1/revocations?wait=0", "wrong").status(), 401);
  EXPECT_EQ(issuer_.get("/v1/revocations?wait=0", admin_).status(), 401)
      << "not even an administrator's token";
  const auto key = issuer_.post("/v1/admin/services/orders/verifier-keys", "", admin_);
  EXPECT_EQ(issuer_.get("/v1/revocations?wait=0", key.at("verifier_key")).status(), 200);
  const std::string path = "/v1/admin/services/orders/verifier-keys/" + key.at("id");
  EXPECT_EQ(issuer_.send("DELETE", path, "", issuer_.bearer(admin_)).status(), 204);
  EXPECT_EQ(issuer_.send("DELETE", path, "", issuer_.bearer(admin_)).status(), 404);
  EXPECT_EQ(issuer_.get("/v1/revocations?wait=0", key.at("verifier_key")).status(), 401);
  EXPECT_EQ(issuer_.post("/v1/admin/services/none/verifier-keys", "", admin_).status(), 404);
}

TEST_F(RevocationTest, WhatWasRevokedIsStillSoAfterARestart) {
  const auto session = sign_in();
  const Batch before = feed("");
  ASSERT_EQ(revoke(R"({"session":")" + session.session + "\"}").status(), 200);
  const std::string url = issuer_.url();
  issuer_.config().server.issuer = url;
  issuer_.stop();
  issuer_.start();
  const Batch news = feed(after(before));
  EXPECT_EQ(news.revoked.at(0).at(0), session.status.index);
  EXPECT_TRUE(is_set(list(0), session.status.index));
  EXPECT_GT(sign_in().status.index, session.status.index);
}

TEST_F(RevocationTest, ARestoredBackupStartsAnEpochAndEndsAllSessions) {
  const auto session = sign_in();
  const Batch before = feed("");
  const std::string url = issuer_.url();
  issuer_.config().server.issuer = url;
  issuer_.stop();
  ASSERT_TRUE(start_epoch_after_restore(issuer_.config(), issuer_.clock, false));
  issuer_.start();
  const Batch now = feed(after(before));
  EXPECT_NE(now.epoch, before.epoch);
  EXPECT_GT(now.lists.first, before.lists.last);
  EXPECT_EQ(issuer_.post("/v1/refresh", R"({"refresh_token":")" + session.refresh_token + "\"}").status(),
            401);
}

TEST_F(RevocationTest, ASessionThatIsKeptThroughARestoreMovesToANewPlace) {
  const auto session = sign_in();
  const std::string url = issuer_.url();
  issuer_.config().server.issuer = url;
  issuer_.stop();
  ASSERT_TRUE(start_epoch_after_restore(issuer_.config(), issuer_.clock, true));
  issuer_.start();
  EXPECT_EQ(issuer_.get("/v1/status/0").status(), 404)
      << "its tokens are refused with those of lost sessions";
  const auto refreshed = issuer_.post("/v1/refresh", R"({"refresh_token":")" + session.refresh_token + "\"}");
  ASSERT_EQ(refreshed.status(), 200) << refreshed.body();
  const auto token = issuer_.verify(refreshed.at("access_token"), "orders");
  ASSERT_TRUE(token && token->status());
  const std::uint64_t first = feed("").lists.first;
  EXPECT_EQ(token->status()->uri, url + "/v1/status/" + std::to_string(first));
  EXPECT_NE(sign_in().status.index, token->status()->index);
  EXPECT_EQ(
      issuer_.post("/v1/logout", R"({"refresh_token":")" + refreshed.at("refresh_token") + "\"}").status(),
      204);
  EXPECT_TRUE(is_set(list(first), token->status()->index));
}

}  // namespace
}  // namespace signet::server

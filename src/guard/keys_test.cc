// Keys over the network, from an issuer that does what it should not: ATTACKS 35.
#include <gtest/gtest.h>

#include "guard/misbehaving_server.h"
#include "guard/missing_keys.h"
#include "guard/open.h"
#include "signet/signer.h"

namespace signet::guard {
namespace {

using namespace std::chrono_literals;
using Outcome = MissingKeys::Outcome;

/// Impatient does not wait the 5 seconds that a guard allows.
class Impatient final : public Fetcher {
 public:
  Result<HttpAnswer> fetch(const HttpRequest& request) override {
    EXPECT_EQ(request.timeout, 5s);
    EXPECT_EQ(request.max_body, 1024U * 1024U);
    HttpRequest sooner = request;
    sooner.timeout = 300ms;
    return client_.fetch(sooner);
  }

 private:
  HttpClient client_;
};

class MisbehavingIssuer : public testing::Test {
 protected:
  static std::string http(std::string_view body, std::string_view type = "application/jwk-set+json",
                          std::string_view status = "200 OK", std::string_view more = "") {
    return "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: " + std::string(type) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(more) +
           "Connection: close\r\n\r\n" + std::string(body);
  }
  Guard open() {
    server_.answer(http(jwks_));
    return *open_guard({.issuer = server_.url(), .audience = "orders", .follow_revocations = false},
                       std::make_unique<Impatient>(), std::make_unique<SystemClock>());
  }
  [[nodiscard]] std::string token(const Key& key) const {
    Claims claims;
    claims.set("iss", server_.url()).set("aud", "orders").set("exp", system_now() + 1h);
    return *Signer::create(key)->sign(claims);
  }
  /// What was said last must neither put keys in force nor put those in force out.
  void expect_refused(const Guard& guard, Errc code, const char* what) {
    const auto refreshed = guard.refresh();
    ASSERT_FALSE(refreshed) << what;
    EXPECT_EQ(refreshed.error().code, code) << what;
    EXPECT_EQ(guard.status().last_error, refreshed.error().what);
    EXPECT_TRUE(guard.check_token(token(key_))) << what;
    EXPECT_FALSE(guard.check_token(token(other_))) << what;
  }

  const Key key_ = *Key::generate(Algorithm::kES256);
  const Key other_ = *Key::generate(Algorithm::kES256);
  const std::string jwks_ = KeySet::only(key_).jwks();
  const std::string others_ = KeySet::only(other_).jwks();
  MisbehavingServer server_;
};

TEST_F(MisbehavingIssuer, WrongAnswersChangeNothing) {
  const Guard guard = open();
  const struct {
    const char* what;
    std::string answer;
    Errc code;
  } kAnswers[] = {
      {"HTML", http("<html>sign in</html>", "text/html"), Errc::kMalformed},
      {"HTML that says it is JSON", http("<html>", "application/json"), Errc::kMalformed},
      {"keys that say they are text", http(others_, "text/plain"), Errc::kMalformed},
      {"keys of no type", http(others_, ""), Errc::kMalformed},
      {"keys of a type that only starts alike", http(others_, "application/json5"), Errc::kMalformed},
      {"nothing", http(""), Errc::kMalformed},
      {"half a set", http(std::string_view(others_).substr(0, others_.size() / 2)), Errc::kMalformed},
      {"trailing bytes", http(others_ + "{}"), Errc::kMalformed},
      {"an array", http("[" + others_ + "]"), Errc::kMalformed},
      {"an empty set", http(R"({"keys":[]})"), Errc::kInvalidArgument},
      {"the same kid twice",
       http(R"({"keys":[)" + other_.public_key()->jwk() + "," + other_.public_key()->jwk() + "]}"),
       Errc::kInvalidArgument},
      {"a private key", http(R"({"keys":[)" + other_.jwk() + "]}"), Errc::kInvalidArgument},
      {"not found", http(others_, "application/json", "404 Not Found"), Errc::kUnavailable},
      {"an error with keys", http(others_, "application/json", "500 Oops"), Errc::kUnavailable},
      {"not modified", "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n", Errc::kUnavailable},
      {"no HTTP", "SSH-2.0-OpenSSH_9.2p1\r\n", Errc::kUnavailable},
      {"silence", "", Errc::kUnavailable},
      {"an end before its length",
       "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n" + others_,
       Errc::kUnavailable},
  };
  for (const auto& [what, answer, code] : kAnswers) {
    server_.answer(answer);
    expect_refused(guard, code, what);
  }
  EXPECT_EQ(guard.status().failures, std::size(kAnswers));
  server_.answer(http(others_, "Application/JWK-Set+JSON ; charset=utf-8"));
  ASSERT_TRUE(guard.refresh());
  EXPECT_TRUE(guard.check_token(token(other_)));
  EXPECT_EQ(guard.status().last_error, "");
}

TEST_F(MisbehavingIssuer, ARedirectIsNotFollowed) {
  const Guard guard = open();
  MisbehavingServer elsewhere;
  elsewhere.answer(http(others_));
  for (const char* status :
       {"301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"}) {
    server_.answer(http(others_, "application/json", status, "Location: " + elsewhere.url() + "\r\n"));
    expect_refused(guard, Errc::kUnavailable, status);
  }
  EXPECT_EQ(elsewhere.requests(), 0U);
}

TEST_F(MisbehavingIssuer, AnAnswerWithoutEndIsCutOff) {
  const Guard guard = open();
  std::size_t sent = 0;
  server_.behave([&](const MisbehavingServer::Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"keys\":[");
    const std::string blanks(64 * 1024, ' ');
    for (sent = 0; sent < 64U * 1024 * 1024 && peer.send(blanks); sent += blanks.size()) continue;
  });
  expect_refused(guard, Errc::kUnavailable, "64 MiB");
  server_.answer(http(others_ + std::string(1024 * 1024, ' ')));
  expect_refused(guard, Errc::kUnavailable, "1 MiB and a little");
}

TEST_F(MisbehavingIssuer, ASlowAnswerIsGivenUpWhileTokensAreChecked) {
  const Guard guard = open();
  const auto stall = [](const MisbehavingServer::Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
    peer.await_end();
  };
  server_.behave(stall);
  std::jthread refreshing([&] { expect_refused(guard, Errc::kUnavailable, "a stalled answer"); });
  server_.await_requests(2);
  EXPECT_TRUE(guard.check_token(token(key_)));  // the answer is still being waited for
  refreshing.join();
  server_.behave([](const MisbehavingServer::Peer& peer) {  // a byte now and then keeps no connection alive
    peer.send("HTTP/1.1 200 OK\r\nX: ");
    while (peer.send("x")) std::this_thread::yield();
  });
  expect_refused(guard, Errc::kUnavailable, "a header without end");
}

TEST_F(MisbehavingIssuer, OneBadKeyIsReportedAndSkipped) {
  const Guard guard = open();
  EXPECT_TRUE(guard.status().skipped_keys.empty());
  server_.answer(http(R"({"keys":[{"kty":"EC","crv":"P-256","kid":"bad","x":"AA","y":"AA"},)" +
                      key_.public_key()->jwk() + "]}"));
  ASSERT_TRUE(guard.refresh());
  EXPECT_TRUE(guard.check_token(token(key_)));
  ASSERT_EQ(guard.status().skipped_keys.size(), 1U);
  EXPECT_EQ(guard.status().skipped_keys[0].kid, "bad");
  EXPECT_EQ(guard.status().skipped_keys[0].why.code, Errc::kInvalidArgument);
  EXPECT_EQ(guard.status().keys, 1U);
}

TEST_F(MisbehavingIssuer, AFloodOfMadeUpKeysCostsOneRequestWhileGoodTokensPass) {
  const Guard guard = open();
  std::vector<std::string> made_up;
  for (int i = 0; i < 500; ++i) made_up.push_back(token(*Key::generate(Algorithm::kEd25519)));
  const std::string good = token(key_);
  const auto flood = [&] {
    for (const std::string& one : made_up) {
      EXPECT_EQ(guard.check_token(one).error().code, Errc::kUnknownKey);
      EXPECT_TRUE(guard.check_token(good));
    }
  };
  std::jthread another(flood);
  flood();
  another.join();
  server_.await_requests(2);  // the cool-down is 5 s
  while (guard.status().fetches < 2) std::this_thread::yield();
  flood();
  EXPECT_EQ(server_.requests(), 2U);
}

TEST(HttpClient, HeadersWithoutNumberAreCutOff) {
  MisbehavingServer server;
  server.behave([](const MisbehavingServer::Peer& peer) {
    std::string answer = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 20'000; ++i) answer += "Set-Cookie:\r\n";
    peer.send(answer + "\r\n");
  });
  HttpClient client;
  const auto answer = client.fetch({.url = server.url()});
  ASSERT_FALSE(answer);
  EXPECT_STREQ(answer.error().what, "the server's answer is too large");
}

TEST(HttpClient, AStoppedRequestEndsAtOnce) {
  MisbehavingServer server;
  server.behave([](const MisbehavingServer::Peer& peer) { peer.await_end(); });
  HttpClient client;
  std::stop_source stop;
  std::jthread stopping([&] {
    server.await_requests(1);
    stop.request_stop();
  });
  const auto answer = client.fetch({.url = server.url(), .timeout = 1h, .stop = stop.get_token()});
  ASSERT_FALSE(answer);
  EXPECT_STREQ(answer.error().what, "the request was given up");
  EXPECT_FALSE(
      client.fetch({.url = server.url(), .timeout = 1h, .stop = stop.get_token()}));  // and not even begun
  EXPECT_EQ(server.requests(), 1U);
}

TEST(MissingKeys, OneFetchServesAllWhoAskedBefore) {
  MissingKeys missing;
  EXPECT_FALSE(missing.is_wanted());
  EXPECT_TRUE(missing.ask("a"));
  EXPECT_FALSE(missing.ask("a"));
  EXPECT_FALSE(missing.ask("b"));
  EXPECT_TRUE(missing.is_wanted());
  missing.begin();
  EXPECT_FALSE(missing.is_wanted());
  missing.end(Outcome::kSame);
  EXPECT_FALSE(missing.ask("a"));
  EXPECT_FALSE(missing.ask("b"));
  EXPECT_FALSE(missing.is_wanted());
  EXPECT_TRUE(missing.ask("c"));
}

TEST(MissingKeys, AnAnswerThatFailedOrBroughtOtherKeysLetsThemAskAgain) {
  MissingKeys missing;
  for (const Outcome outcome : {Outcome::kFailed, Outcome::kChanged}) {
    EXPECT_TRUE(missing.ask("a"));
    missing.begin();
    missing.end(outcome);
  }
  EXPECT_TRUE(missing.ask("a"));
  missing.begin();
  missing.end(Outcome::kSame);
  EXPECT_FALSE(missing.ask("a"));
  missing.begin();
  missing.end(Outcome::kChanged);
  EXPECT_TRUE(missing.ask("a"));
}

TEST(MissingKeys, WhoAsksDuringAFetchIsServedByTheNext) {
  MissingKeys missing;
  EXPECT_TRUE(missing.ask("a"));
  missing.begin();
  EXPECT_TRUE(missing.ask("b"));
  missing.end(Outcome::kSame);
  EXPECT_TRUE(missing.is_wanted());
  EXPECT_FALSE(missing.ask("b"));
}

TEST(MissingKeys, TheCoolDownGrowsWhileFetchesAreMadeInVain) {
  MissingKeys missing;
  auto fetch = [&, kid = 0](bool is_asked_for, Outcome outcome) mutable {
    if (is_asked_for) static_cast<void>(missing.ask(std::to_string(kid++)));
    missing.begin();
    missing.end(outcome);
    return missing.cool_down();
  };
  EXPECT_EQ(missing.cool_down(), 5s);
  for (const auto expected : {10s, 20s, 40s, 60s, 60s}) EXPECT_EQ(fetch(true, Outcome::kSame), expected);
  EXPECT_EQ(fetch(true, Outcome::kFailed), 60s);
  EXPECT_EQ(fetch(true, Outcome::kChanged), 5s);
  EXPECT_EQ(fetch(true, Outcome::kSame), 10s);
  EXPECT_EQ(fetch(false, Outcome::kSame), 5s);
}

TEST(MissingKeys, RemembersABoundedNumber) {
  MissingKeys missing;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 1000; ++i) static_cast<void>(missing.ask(std::to_string(round * 1000 + i)));
    missing.begin();
    missing.end(Outcome::kSame);
  }
  EXPECT_TRUE(missing.ask("0"));                      // forgotten long ago
  EXPECT_FALSE(missing.ask(std::string(5000, 'a')));  // wanted already; and too long to be remembered
}

}  // namespace
}  // namespace signet::guard

// A guard that follows an issuer's revocations: ATTACKS 34, 37 and 38 where an API meets them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "guard/feed_issuer.h"
#include "guard/misbehaving_server.h"
#include "guard/state.h"
#include "json/writer.h"

namespace signet::guard {
namespace {

using namespace std::chrono_literals;

std::optional<Guard> global_guard;  // older than the statics of all libraries that guards use

/// LastWords uses a library after every answer, also after one that came because the guard is to stop.
class LastWords final : public Fetcher {
 public:
  explicit LastWords(std::unique_ptr<Fetcher> inner) : inner_(std::move(inner)) {}
  Result<HttpAnswer> fetch(const HttpRequest& request) override {
    auto answer = inner_->fetch(request);
    static_cast<void>(json::Writer().string("ended").take());
    return answer;
  }

 private:
  std::unique_ptr<Fetcher> inner_;
};

class RevocationsTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/signet-guard-XXXXXX";
    folder_ = mkdtemp(name);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result<Guard> open(GuardOptions options = {}) {
    options.issuer = FeedIssuer::kUrl;
    options.audience = "orders";
    return open_guard(std::move(options), issuer_.fetcher(), issuer_.clock());
  }
  static RevocationStatus status(const Guard& guard) { return *guard.status().revocations; }
  static void await(const auto& condition) {
    while (!condition()) std::this_thread::yield();
  }
  static void await_sequence(const Guard& guard, std::uint64_t sequence) {
    await([&] { return status(guard).sequence >= sequence; });
  }
  static void expect(const Guard& guard, const std::string& token, Errc code) {
    const auto checked = guard.check_token(token);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, code) << checked.error().what;
  }

  FeedIssuer issuer_;
  FeedIssuer stranger_;
  std::filesystem::path folder_;
};

// It is destroyed after the statics of the libraries that its threads use.
TEST_F(RevocationsTest, AGlobalGuardEndsBeforeTheProcessDoes) {
  const auto exit_with_a_guard = [&] {
    GuardOptions options;
    options.issuer = FeedIssuer::kUrl;
    options.audience = "orders";
    global_guard.emplace(
        *open_guard(options, std::make_unique<LastWords>(issuer_.fetcher()), issuer_.clock()));
    std::exit(global_guard->check_token(issuer_.token(0, 1)) ? 0 : 1);
  };
  EXPECT_EXIT(exit_with_a_guard(), testing::ExitedWithCode(0), "");
}

TEST_F(RevocationsTest, WhatIsRevokedIsRefusedAlsoWhenItIsCached) {
  issuer_.revoke(0, 3);
  const Guard guard = *open();
  const std::string good = issuer_.token(0, 4);
  const std::string ends = issuer_.token(1, 5);
  expect(guard, issuer_.token(0, 3), Errc::kRevoked);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(guard.check_token(ends) && guard.check_token(good));
  EXPECT_EQ(guard.status().cached_tokens, 3U);

  issuer_.revoke(1, 5);
  await_sequence(guard, 2);
  for (int i = 0; i < 3; ++i) expect(guard, ends, Errc::kRevoked);
  EXPECT_TRUE(guard.check_token(good));
  EXPECT_EQ(status(guard).epoch, "e1");
  EXPECT_EQ(status(guard).lists, 2U);
  EXPECT_GT(status(guard).bytes, 0U);
  EXPECT_EQ(status(guard).fresh_at, issuer_.now());
  EXPECT_FALSE(status(guard).is_stale);
}

// ATTACKS 37: what cannot be looked up is never taken for "not revoked".
TEST_F(RevocationsTest, ATokenWithoutAPlaceInTheListsIsRefused) {
  const Guard guard = *open();
  EXPECT_TRUE(guard.check_token(issuer_.token(1, RevocationSet::kListSize - 1)));
  for (const std::string& token :
       {issuer_.token_of(""), issuer_.token_of("{}"), issuer_.token(0, 1, "https://other.example"),
        issuer_.token(0, RevocationSet::kListSize), issuer_.token(0, 1ULL << 62),
        issuer_.token_of(R"({"status_list":{"idx":1,"uri":"https://auth.example/v1/status/00"}})"),
        issuer_.token_of(R"({"status_list":{"idx":1,"uri":"https://auth.example/v1/status/"}})"),
        issuer_.token_of(R"({"status_list":{"idx":-1,"uri":"https://auth.example/v1/status/0"}})"),
        issuer_.token_of(R"({"status_list":{"idx":"1","uri":"https://auth.example/v1/status/0"}})")}) {
    expect(guard, token, Errc::kMalformed);
    expect(guard, token, Errc::kMalformed);  // nor is it remembered
  }
  expect(guard, issuer_.token(2, 0), Errc::kStale);  // a list that it has not heard of
  expect(guard, issuer_.token(2, 0), Errc::kStale);
}

TEST_F(RevocationsTest, ListsComeAndGo) {
  const Guard guard = *open();
  const std::string first = issuer_.token(0, 0);
  const std::string third = issuer_.token(2, 0);
  EXPECT_TRUE(guard.check_token(first));
  issuer_.set_lists(1, 2);
  await_sequence(guard, 1);
  expect(guard, first, Errc::kRevoked);
  EXPECT_TRUE(guard.check_token(third));
  issuer_.set_lists(3, 3);  // everyone was revoked
  await_sequence(guard, 2);
  expect(guard, third, Errc::kRevoked);
}

TEST_F(RevocationsTest, OutOfTouchForTooLongEverythingIsRefusedUntilTheIssuerIsHeard) {
  const Guard guard = *open({.max_staleness = 60s});
  const std::string token = issuer_.token(0, 0);
  EXPECT_TRUE(guard.check_token(token));
  issuer_.pass(60s);
  EXPECT_TRUE(guard.check_token(token));
  issuer_.pass(1s);
  expect(guard, token, Errc::kStale);
  expect(guard, issuer_.token(0, 1), Errc::kStale);
  EXPECT_TRUE(status(guard).is_stale);
  EXPECT_EQ(http_status(Errc::kStale), 503);
  await([&] {
    issuer_.heartbeat();
    return !status(guard).is_stale;
  });
  EXPECT_TRUE(guard.check_token(token));
}

TEST_F(RevocationsTest, StalenessCanBeTurnedOffByAName) {
  const Guard guard = *open({.accept_tokens_while_revocations_are_unknown = true});
  issuer_.pass(24h);
  EXPECT_TRUE(guard.check_token(issuer_.token(0, 0)));
  EXPECT_FALSE(status(guard).is_stale);
}

// ATTACKS 38: whoever is in between may replay, hold back, or make up; the last good state stays.
TEST_F(RevocationsTest, BatchesThatAreOldForgedOrMisplacedChangeNothing) {
  issuer_.revoke(0, 1);
  const revocation::Batch old = issuer_.batch();
  issuer_.pass(1s);
  issuer_.revoke(0, 2);
  const Guard guard = *open();
  revocation::Batch back = issuer_.batch();
  back.seq = back.after = 1;
  revocation::Batch future = issuer_.batch(revocation::Position{"e1", 2});
  future.issued_at += 1h;
  future.lists = {7, 7};
  revocation::Batch other_epoch = old;
  other_epoch.epoch = "e0";
  const std::string genuine = issuer_.sign(issuer_.batch(revocation::Position{"e1", 2}));
  const std::string statements[] = {
      issuer_.sign(old),
      issuer_.sign(back),
      issuer_.sign(future),
      issuer_.sign(other_epoch),
      issuer_.sign(future, "https://other.example"),
      issuer_.sign(future, FeedIssuer::kUrl, "at+jwt"),
      issuer_.sign(future, FeedIssuer::kUrl, revocation::kStatusListType),
      genuine.substr(0, genuine.size() - 4) + "AAAA",
      issuer_.token(0, 0),
      "<html>",
      "",
  };
  for (const std::string& statement : statements) {
    const std::uint64_t failures = status(guard).failures;
    issuer_.say(statement.empty() ? "." : statement);
    await([&] { return status(guard).failures > failures; });
    EXPECT_NE(status(guard).last_error, "") << statement;
    EXPECT_EQ(status(guard).sequence, 2U) << statement;
    EXPECT_TRUE(guard.check_token(issuer_.token(0, 0)));
    expect(guard, issuer_.token(0, 1), Errc::kRevoked);
    expect(guard, issuer_.token(0, 2), Errc::kRevoked);
    issuer_.say("");
    issuer_.pass(1s);
    await([&] {
      issuer_.heartbeat();
      return status(guard).fresh_at == issuer_.now();
    });
  }
  issuer_.revoke(0, 0);
  await_sequence(guard, 3);
  expect(guard, issuer_.token(0, 0), Errc::kRevoked);
}

TEST_F(RevocationsTest, AReplayedHeartbeatRefreshesNothing) {
  const Guard guard = *open({.max_staleness = 60s});
  const std::string heartbeat = issuer_.sign(issuer_.batch(revocation::Position{"e1", 0}));
  issuer_.pass(61s);
  const std::uint64_t failures = status(guard).failures;
  issuer_.say(heartbeat);
  await([&] { return status(guard).failures > failures; });
  expect(guard, issuer_.token(0, 0), Errc::kStale);
}

TEST_F(RevocationsTest, AGapAndAnotherEpochReloadTheLists) {
  const Guard guard = *open();
  const std::string a = issuer_.token(0, 1);
  const std::string b = issuer_.token(0, 2);
  EXPECT_TRUE(guard.check_token(a) && guard.check_token(b));
  issuer_.go_down();
  await([&] { return status(guard).failures > 0; });
  issuer_.pass(1s);
  issuer_.revoke(0, 1);
  issuer_.forget();
  issuer_.come_up();
  await_sequence(guard, 1);
  await([&] { return !status(guard).is_loading; });
  expect(guard, a, Errc::kRevoked);

  issuer_.pass(1s);
  issuer_.restore_backup("e2");
  issuer_.revoke(0, 2);
  await([&] {
    return status(guard).epoch == "e2" && !status(guard).is_loading && status(guard).sequence == 2;
  });
  expect(guard, b, Errc::kRevoked);
  EXPECT_TRUE(guard.check_token(a));  // the restored issuer knows nothing of it
}

TEST_F(RevocationsTest, WhatItHasAcknowledgedItKnowsAfterARestartWithoutTheIssuer) {
  const GuardOptions options{.cache_dir = folder_ / "cache", .max_staleness = 60s};
  const std::string ends = issuer_.token(0, 1);
  const std::string good = issuer_.token(0, 2);
  {
    const Guard guard = *open(options);
    EXPECT_TRUE(guard.check_token(ends));
    issuer_.revoke(0, 1);
    issuer_.await_asked_after(1);
  }
  issuer_.go_down();
  {
    const auto guard = open(options);
    ASSERT_TRUE(guard) << guard.error().what;
    expect(*guard, ends, Errc::kRevoked);
    EXPECT_TRUE(guard->check_token(good));
    EXPECT_TRUE(status(*guard).from_disk);
    EXPECT_EQ(status(*guard).sequence, 1U);
    issuer_.pass(61s);
    expect(*guard, good, Errc::kStale);
    issuer_.come_up();
    await([&] {
      issuer_.heartbeat();
      return !status(*guard).is_stale;
    });
    EXPECT_TRUE(guard->check_token(good));
  }
  issuer_.go_down();
  issuer_.pass(61s);
  expect(*open(options), good, Errc::kStale);  // the time is the issuer's, and goes through restarts
}

TEST_F(RevocationsTest, ACopyThatIsDamagedOrThatOthersCanWriteIsNotUsed) {
  const GuardOptions options{.cache_dir = folder_};
  ASSERT_TRUE(open(options));
  std::filesystem::path file;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    if (entry.path().filename().string().starts_with("revocations-")) file = entry.path();
  }
  issuer_.go_down();
  ASSERT_TRUE(open(options));
  std::filesystem::permissions(file, std::filesystem::perms(0666));
  EXPECT_EQ(open(options).error().code, Errc::kUnavailable);
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  {
    std::fstream bytes(file);
    bytes.seekp(30);
    bytes.put('!');
  }
  EXPECT_EQ(open(options).error().code, Errc::kUnavailable);
  issuer_.come_up();
  const Guard guard = *open(options);
  EXPECT_TRUE(guard.check_token(issuer_.token(0, 0)));
  EXPECT_EQ(status(guard).copy_error, "");  // replaced by a good one
  issuer_.go_down();
  EXPECT_TRUE(open(options));
}

TEST_F(RevocationsTest, AnIssuerWithoutAFeedMustBeSaidToHaveNone) {
  issuer_.have_no_feed();
  const auto guard = open();
  ASSERT_FALSE(guard);
  EXPECT_EQ(guard.error().code, Errc::kNotFound);
  EXPECT_NE(std::string_view(guard.error().what).find("follow_revocations = false"), std::string_view::npos);
  const auto without = open({.follow_revocations = false});
  ASSERT_TRUE(without);
  EXPECT_TRUE(without->check_token(issuer_.token_of("")));
  EXPECT_FALSE(without->status().revocations);
}

TEST_F(RevocationsTest, RefusesOptionsThatAreNoGood) {
  EXPECT_EQ(open({.max_staleness = 4s}).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(open({.max_staleness = std::chrono::seconds::max()}).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(open({.verifier_key = "a\r\nX: y"}).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(open({.revocations_url = "http://other.example/v1"}).error().code, Errc::kInvalidArgument);
  issuer_.refuse_the_verifier();
  EXPECT_EQ(open({.verifier_key = "wrong"}).error().code, Errc::kInvalidArgument);
  issuer_.go_down();
  EXPECT_EQ(open().error().code, Errc::kUnavailable);
}

TEST_F(RevocationsTest, TellsTheIssuerWhoItIs) {
  const Guard guard = *open({.max_staleness = 30s, .verifier_key = "secret"});
  std::string instance;
  for (const HttpRequest& request : issuer_.requests()) {
    if (request.url.find("/v1/") == request.url.npos) continue;
    const std::map<std::string, std::string> headers(request.headers.begin(), request.headers.end());
    EXPECT_EQ(headers.at("Authorization"), "Bearer secret");
    EXPECT_EQ(headers.at("Signet-Max-Staleness"), "30");
    EXPECT_EQ(headers.at("Signet-Instance").size(), 22U);
    if (instance.empty()) instance = headers.at("Signet-Instance");
    EXPECT_EQ(headers.at("Signet-Instance"), instance);
    EXPECT_EQ(request.max_body, token::kMaxStatement);
  }
  EXPECT_FALSE(instance.empty());
}

TEST_F(RevocationsTest, AcknowledgesNothingThatItCannotKeep) {
  std::ofstream(folder_ / "cache") << "a file where the folder should be";
  const Guard guard = *open({.cache_dir = folder_ / "cache", .verifier_key = "secret"});
  EXPECT_NE(status(guard).copy_error, "");
  issuer_.revoke(0, 1);
  issuer_.await_asked_after(1);
  EXPECT_EQ(issuer_.requests().back().headers.back().first, "Signet-Max-Staleness");  // and not its name
  std::filesystem::remove(folder_ / "cache");
  issuer_.revoke(0, 2);
  issuer_.await_asked_after(2);
  EXPECT_EQ(issuer_.requests().back().headers.back().first, "Authorization");
  EXPECT_EQ(status(guard).copy_error, "");
}

TEST_F(RevocationsTest, AcknowledgesNothingWhileItsKeysAreOld) {
  const Guard guard = *open({.verifier_key = "secret"});
  issuer_.announce_keys_that_cannot_be_had();
  issuer_.await_asked_after(1);
  EXPECT_EQ(issuer_.requests().back().headers.back().first, "Signet-Max-Staleness");  // and not its name
}

TEST_F(RevocationsTest, ADroppedKeyIsGoneAsSoonAsTheFeedTellsOfIt) {
  const Guard guard = *open();
  const std::string token = issuer_.token(0, 0);
  EXPECT_TRUE(guard.check_token(token));
  // The batch that tells of the change is signed with the old key, which is the last thing that it does.
  revocation::Batch batch = issuer_.batch(revocation::Position{"e1", 0});
  batch.seq = 1;
  batch.keys = 2;
  const std::string statement = issuer_.sign(batch);
  issuer_.change_key(false);
  issuer_.say(statement);
  await([&] { return !guard.check_token(token); });
  expect(guard, token, Errc::kUnknownKey);
  EXPECT_TRUE(guard.check_token(issuer_.token(0, 0)));
  std::size_t fetches = 0;
  for (const HttpRequest& request : issuer_.requests())
    fetches += request.url.ends_with("jwks.json?version=2");
  EXPECT_EQ(fetches, 1U);
}

// An active key that is dropped takes no leave: what the feed says next is signed by one that nobody has seen. No cool-down
// stands in its way, though the keys were fetched a moment ago, and strangers' tokens make no difference.
TEST_F(RevocationsTest, AFeedOfAnUnknownKeyMakesItFetchTheNewOneAtOnce) {
  const Guard guard = *open();
  const std::string token = issuer_.token(0, 0);
  expect(guard, stranger_.token(0, 0), Errc::kUnknownKey);
  issuer_.change_key(true);
  await([&] { return !guard.check_token(token); });
  expect(guard, token, Errc::kUnknownKey);
  await_sequence(guard, 1);
  EXPECT_EQ(status(guard).failures, 1U);  // what could not be read; the next answer was
  EXPECT_TRUE(guard.check_token(issuer_.token(0, 0)));

  issuer_.change_key(false);
  issuer_.revoke(0, 1);
  await_sequence(guard, 2);
  expect(guard, issuer_.token(0, 1), Errc::kRevoked);
  EXPECT_EQ(status(guard).failures, 2U);
}

TEST_F(RevocationsTest, AnUnknownKeyThatTheIssuerDoesNotHaveIsSoughtOnceInACoolDown) {
  const Guard guard = *open();
  const auto fetches = [&] {
    const auto requests = issuer_.requests();
    return std::ranges::count_if(
        requests, [](const HttpRequest& request) { return request.url.ends_with("jwks.json"); });
  };
  const auto start = std::chrono::steady_clock::now();
  issuer_.say(stranger_.sign(issuer_.batch()));
  await([&] { return status(guard).failures >= 3; });
  const auto cool_downs = (std::chrono::steady_clock::now() - start) / kCoolDown;
  EXPECT_LE(fetches(), 2 + cool_downs);  // the first one, and one in vain
}

TEST_F(RevocationsTest, KeysGivenAheadUseTheNetworkForRevocationsWhenToldTo) {
  const auto of_key = open({.key_pem = *issuer_.key().public_key()->pem(), .follow_revocations = true});
  ASSERT_TRUE(of_key) << of_key.error().what;
  issuer_.revoke(0, 1);
  await_sequence(*of_key, 1);
  expect(*of_key, issuer_.token(0, 1), Errc::kRevoked);
  for (const HttpRequest& request : issuer_.requests()) {
    EXPECT_EQ(request.url.find("jwks"), std::string::npos);
    EXPECT_EQ(request.url.find("audience"), std::string::npos);
  }
  EXPECT_FALSE(open({.shared_secret = std::string(32, 's'), .follow_revocations = true}));
  EXPECT_TRUE(issuer_.requests().back().url.ends_with("/v1/revocations?audience=orders"));
}

TEST_F(RevocationsTest, ManyThreadsCheckWhileRevocationsPour) {
  const Guard guard = *open({.cache_dir = folder_});
  std::vector<std::string> tokens;
  for (std::uint32_t i = 0; i < 50; ++i) tokens.push_back(issuer_.token(0, i));
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (std::size_t t = 0; t < tokens.size();) t += !guard.check_token(tokens[t]);
    });
  }
  for (std::uint32_t i = 0; i < 50; ++i) issuer_.revoke(0, i);
}

TEST_F(RevocationsTest, FollowsOverSocketsAndLetsGoOfThePollWhenItEnds) {
  issuer_.pass(std::chrono::seconds(system_now() - issuer_.now()));
  MisbehavingServer server;
  const auto issuer = issuer_.fetcher();
  server.behave([&](const MisbehavingServer::Peer& peer) {
    const std::string target = peer.request.substr(4, peer.request.find(' ', 4) - 4);
    const auto answer = issuer->fetch({.url = server.url() + target});
    if (!answer) return;
    peer.send("HTTP/1.1 " + std::to_string(answer->status) + " X\r\nContent-Type: " + answer->content_type +
              "\r\nContent-Length: " + std::to_string(answer->body.size()) + "\r\n\r\n" + answer->body);
  });
  {
    const Guard guard = *Guard::open({.issuer = FeedIssuer::kUrl,
                                      .audience = "orders",
                                      .jwks_url = server.url() + "/.well-known/jwks.json",
                                      .revocations_url = server.url() + "/v1/",
                                      .accept_tokens_while_revocations_are_unknown = true});
    const std::string token = issuer_.token(0, 1);
    EXPECT_TRUE(guard.check_token(token));
    issuer_.revoke(0, 1);
    await_sequence(guard, 1);
    expect(guard, token, Errc::kRevoked);
    issuer_.await_asked_after(1);
  }  // in the middle of a poll, which would take half a minute
  issuer_.go_down();
}

}  // namespace
}  // namespace signet::guard

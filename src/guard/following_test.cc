// How a guard follows an issuer: restarts, copies on disk, keys that change, what it tells of itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "guard/misbehaving_server.h"
#include "guard/missing_keys.h"
#include "guard/revocations_fixture.h"

namespace signet::guard {
namespace {

using namespace std::chrono_literals;

class FollowingTest : public RevocationsTest {
 protected:
  /// The batch that tells of the change is signed with the old key, which is the last thing that it does.
  void change_key_by_its_own_word() {
    revocation::Batch batch = issuer_.batch(revocation::Position{"e1", 0});
    batch.seq = 1;
    batch.keys = 2;
    const std::string statement = issuer_.sign(batch);
    issuer_.change_key(false);
    issuer_.say(statement);
  }
};

TEST_F(FollowingTest, AGapAndAnotherEpochReloadTheLists) {
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

TEST_F(FollowingTest, WhatItHasAcknowledgedItKnowsAfterARestartWithoutTheIssuer) {
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

TEST_F(FollowingTest, ACopyThatIsDamagedOrThatOthersCanWriteIsNotUsed) {
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

TEST_F(FollowingTest, TellsTheIssuerWhoItIs) {
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

TEST_F(FollowingTest, AcknowledgesNothingThatItCannotKeep) {
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

TEST_F(FollowingTest, AcknowledgesNothingWhileItsKeysAreOld) {
  const Guard guard = *open({.verifier_key = "secret"});
  issuer_.announce_keys_that_cannot_be_had();
  issuer_.await_asked_after(1);
  EXPECT_EQ(issuer_.requests().back().headers.back().first, "Signet-Max-Staleness");  // and not its name
}

TEST_F(FollowingTest, ADroppedKeyIsGoneAsSoonAsTheFeedTellsOfIt) {
  const Guard guard = *open();
  const std::string token = issuer_.token(0, 0);
  EXPECT_TRUE(guard.check_token(token));
  change_key_by_its_own_word();
  await([&] { return !guard.check_token(token); });
  expect(guard, token, Errc::kUnknownKey);
  EXPECT_TRUE(guard.check_token(issuer_.token(0, 0)));
  std::size_t fetches = 0;
  for (const HttpRequest& request : issuer_.requests())
    fetches += request.url.ends_with("jwks.json?version=2");
  EXPECT_EQ(fetches, 1U);
}

TEST_F(FollowingTest, AFeedOfAnUnknownKeyMakesItFetchTheNewOneAtOnce) {
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

TEST_F(FollowingTest, AnUnknownKeyThatTheIssuerDoesNotHaveIsSoughtOnceInACoolDown) {
  const Guard guard = *open();
  const auto fetches = [&] {
    const auto requests = issuer_.requests();
    return std::ranges::count_if(requests, [](const HttpRequest& request) {
      return request.url.find("/jwks.json") != std::string::npos;
    });
  };
  const auto start = std::chrono::steady_clock::now();
  issuer_.say(stranger_.sign(issuer_.batch()));
  await([&] { return status(guard).failures >= 3; });
  const auto cool_downs = (std::chrono::steady_clock::now() - start) / kCoolDown;
  EXPECT_LE(fetches(), 2 + cool_downs);  // the first one, and one in vain
}

// ATTACKS 38: what lies in between may hold back keys as well as revocations.
TEST_F(FollowingTest, ADroppedKeyIsGoneAlsoBehindACacheThatKeepsTheOldSet) {
  auto cache = std::make_unique<StubbornCache>(issuer_.fetcher());
  const std::string url = std::string(FeedIssuer::kUrl) + "/.well-known/jwks.json";
  // A stranger asks for the next versions ahead of time.
  for (const char* const version : {"?version=2", "?version=3"})
    ASSERT_TRUE(cache->fetch({.url = url + version}));
  const Guard guard = *open_guard({.issuer = FeedIssuer::kUrl, .audience = "orders", .cache_dir = folder_},
                                  std::move(cache), issuer_.clock());
  const std::string token = issuer_.token(0, 0);
  EXPECT_TRUE(guard.check_token(token));
  issuer_.change_key();
  await([&] { return !guard.check_token(token); });
  expect(guard, token, Errc::kUnknownKey);
  EXPECT_TRUE(guard.check_token(issuer_.token(0, 0)));

  // The old set is still to be had at the usual address. Neither the network nor a restart brings it back.
  EXPECT_EQ(guard.refresh().error().code, Errc::kConflict);
  expect(guard, token, Errc::kUnknownKey);
  issuer_.await_asked_after(1);
  const Guard restarted =
      *open_guard({.issuer = FeedIssuer::kUrl, .audience = "orders", .cache_dir = folder_},
                  std::make_unique<StubbornCache>(issuer_.fetcher()), issuer_.clock());
  expect(restarted, token, Errc::kUnknownKey);
}

// A retired key that is dropped: the feed's next statement is signed with one that the guard has, and tells of a version that a
// stranger has asked for before it came.
TEST_F(FollowingTest, AVersionThatWasAskedForAheadOfTimeDoesNotStandForTheRealOne) {
  auto cache = std::make_unique<StubbornCache>(issuer_.fetcher());
  ASSERT_TRUE(cache->fetch({.url = std::string(FeedIssuer::kUrl) + "/.well-known/jwks.json?version=2"}));
  const Guard guard =
      *open_guard({.issuer = FeedIssuer::kUrl, .audience = "orders"}, std::move(cache), issuer_.clock());
  const std::string token = issuer_.token(0, 0);
  EXPECT_TRUE(guard.check_token(token));
  change_key_by_its_own_word();
  await([&] { return !guard.check_token(token); });
  expect(guard, token, Errc::kUnknownKey);
}

TEST_F(FollowingTest, ACacheThatGivesOutAnOlderSetAtTheStartIsNotBelieved) {
  auto cache = std::make_unique<StubbornCache>(issuer_.fetcher());
  for (const char* const query : {"", "?version=2"}) {
    ASSERT_TRUE(cache->fetch({.url = std::string(FeedIssuer::kUrl) + "/.well-known/jwks.json" + query}));
  }
  const std::string token = issuer_.token(0, 0);
  issuer_.change_key();
  {
    const Guard guard = *open({.cache_dir = folder_});
  }
  const Guard guard = *open_guard({.issuer = FeedIssuer::kUrl, .audience = "orders", .cache_dir = folder_},
                                  std::move(cache), issuer_.clock());
  expect(guard, token, Errc::kUnknownKey);
  EXPECT_TRUE(guard.check_token(issuer_.token(0, 0)));
}

TEST_F(FollowingTest, KeysThatAreKnownToBeOldAreTrustedNoLongerThanOldRevocations) {
  const Guard guard = *open({.max_staleness = 60s});
  const std::string token = issuer_.token(0, 0);
  issuer_.announce_keys_that_cannot_be_had();
  await_sequence(guard, 1);
  EXPECT_TRUE(guard.check_token(token));
  issuer_.pass(61s);
  await([&] {
    issuer_.heartbeat();
    return status(guard).fresh_at == issuer_.now();
  });
  expect(guard, token, Errc::kStale);
  EXPECT_TRUE(status(guard).is_stale);

  // The poll that finds them is the one that ends it: no other needs to follow.
  issuer_.give_the_keys_out_again();
  issuer_.announce_keys();
  await([&] { return guard.check_token(token).has_value(); });
}

TEST_F(FollowingTest, AClockThatWasAheadAndIsPutRightMakesNothingFresh) {
  const Guard guard = *open({.max_staleness = 60s});
  const std::string token = issuer_.token(0, 0);
  issuer_.pass(20min);
  await([&] {
    issuer_.heartbeat();
    return status(guard).fresh_at == issuer_.now();
  });
  issuer_.go_down();
  issuer_.pass(-20min);
  expect(guard, token, Errc::kStale);
  issuer_.come_up();
  await([&] {
    issuer_.heartbeat();
    return guard.check_token(token).has_value();
  });
}

TEST_F(FollowingTest, KeysGivenAheadUseTheNetworkForRevocationsWhenToldTo) {
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

TEST_F(FollowingTest, FollowsOverSocketsAndLetsGoOfThePollWhenItEnds) {
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

// What a guard that follows an issuer's revocations makes of tokens: ATTACKS 34, 37 and 38 where an API meets them.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guard/revocations_fixture.h"
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

TEST_F(RevocationsTest, TheLastGuardMayGoWhileTheProcessExits) {
  for (int i = 0; i < 20; ++i) {
    const auto exit_at_once = [&] {
      std::thread([guard = std::optional(*open())]() mutable { guard.reset(); }).detach();
      std::exit(0);
    };
    EXPECT_EXIT(exit_at_once(), testing::ExitedWithCode(0), "");
  }
}

// The child has none of the guard's threads: it neither waits for them nor touches what they may hold.
TEST_F(RevocationsTest, AForkedChildMayLetGoOfAGuardAndExit) {
  std::optional<Guard> guard = *open();
  for (const bool lets_go : {false, true}) {
    const pid_t child = fork();
    if (child == 0) {
      if (!lets_go) std::exit(0);
      guard.reset();
      _exit(0);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(
        status));  // with whatever a sanitizer says of memory that the threads knew of, which are not there
  }
  issuer_.revoke(0, 1);
  await_sequence(*guard, 1);
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

TEST_F(RevocationsTest, AnIssuerByAnotherNameIsToldFromAnIssuerThatIsDown) {
  const auto guard = open_guard({.issuer = std::string(FeedIssuer::kUrl) + "/", .audience = "orders"},
                                issuer_.fetcher(), issuer_.clock());
  ASSERT_FALSE(guard);
  EXPECT_EQ(guard.error().code, Errc::kWrongIssuer);
  EXPECT_NE(std::string_view(guard.error().what).find("set `issuer`"), std::string_view::npos);
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

// An active key that is dropped takes no leave: what the feed says next is signed by one that nobody has seen. No cool-down
// stands in its way, though the keys were fetched a moment ago, and strangers' tokens make no difference.

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

}  // namespace
}  // namespace signet::guard

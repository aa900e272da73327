#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <mutex>

#include "guard/open.h"
#include "guard/state.h"
#include "signet/guard.h"
#include "signet/signer.h"

namespace signet {
namespace {

constexpr Time kNow = from_unix(1'700'000'000);
constexpr const char* kIssuer = "https://auth.example";

/// FixedClock shows what the test has set.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(const Time& now) : now_(now) {}
  Time now() const override { return now_; }

 private:
  const Time& now_;
};

/// Issuer plays the server's side: it answers what the test has put there, and counts.
class Issuer final : public guard::Fetcher {
 public:
  struct Script {
    std::mutex mutex;
    std::condition_variable fetched;
    Result<guard::HttpAnswer> answer = std::unexpected(Error{Errc::kUnavailable, "down"});
    std::vector<std::string> urls;

    void say(int status, std::string body) {
      const std::lock_guard lock(mutex);
      answer = guard::HttpAnswer{status, "application/jwk-set+json", "", {}, std::move(body)};
    }
    void go_down() {
      const std::lock_guard lock(mutex);
      answer = std::unexpected(Error{Errc::kUnavailable, "down"});
    }
  };
  explicit Issuer(std::shared_ptr<Script> script) : script_(std::move(script)) {}

  Result<guard::HttpAnswer> fetch(const guard::HttpRequest& request) override {
    const std::lock_guard lock(script_->mutex);
    script_->urls.push_back(request.url);
    script_->fetched.notify_all();
    return script_->answer;
  }

 private:
  std::shared_ptr<Script> script_;
};

class GuardTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/signet-guard-XXXXXX";
    folder_ = mkdtemp(name);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result<Guard> open(GuardOptions options) {
    options.issuer = kIssuer;
    options.audience = "orders";
    if (!options.follow_revocations) options.follow_revocations = false;
    return guard::open_guard(std::move(options), std::make_unique<Issuer>(script_),
                             std::make_unique<FixedClock>(now_));
  }

  static std::string bearer(const Key& key, const char* audience = "orders") {
    Claims claims;
    claims.set("iss", kIssuer).set("aud", audience).set("exp", kNow + std::chrono::minutes(1));
    return "Bearer " + *Signer::create(key)->sign(claims);
  }

  Time now_ = kNow;
  std::filesystem::path folder_;
  std::shared_ptr<Issuer::Script> script_ = std::make_shared<Issuer::Script>();
  const Key key_ = *Key::generate(Algorithm::kES256);
};

TEST_F(GuardTest, FetchesItsKeysOnceAndChecksLocally) {
  script_->say(200, KeySet::only(key_).jwks());
  const Guard guard = *open({});
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(guard.check(bearer(key_)));
  EXPECT_EQ(guard.check(bearer(key_, "billing")).error().code, Errc::kWrongAudience);
  EXPECT_EQ(script_->urls, std::vector<std::string>{"https://auth.example/.well-known/jwks.json"});
  EXPECT_EQ(guard.status().keys, 1U);
  EXPECT_EQ(guard.status().refreshed_at, kNow);
}

TEST_F(GuardTest, WithoutIssuerAndWithoutCopyDoesNotOpen) {
  EXPECT_EQ(open({}).error().code, Errc::kUnavailable);
}

TEST_F(GuardTest, StartsFromItsCopyWhileTheIssuerIsDown) {
  script_->say(200, KeySet::only(key_).jwks());
  ASSERT_TRUE(open({.cache_dir = folder_ / "cache"}));
  script_->go_down();
  const auto guard = open({.cache_dir = folder_ / "cache"});
  ASSERT_TRUE(guard) << guard.error().what;
  EXPECT_TRUE(guard->check(bearer(key_)));
  EXPECT_TRUE(guard->status().from_disk);
  EXPECT_EQ(guard->status().last_error, "down");
}

TEST_F(GuardTest, TheCopyTellsWhenTheKeysWereLastConfirmed) {
  script_->say(200, KeySet::only(key_).jwks());
  ASSERT_TRUE(open({.cache_dir = folder_}));
  script_->go_down();
  now_ += std::chrono::hours(5);
  for (int restart = 0; restart < 2; ++restart)
    EXPECT_EQ(open({.cache_dir = folder_})->status().refreshed_at, kNow);
  script_->say(200, KeySet::only(key_).jwks());
  ASSERT_TRUE(open({.cache_dir = folder_}));
  script_->go_down();
  EXPECT_EQ(open({.cache_dir = folder_})->status().refreshed_at, kNow + std::chrono::hours(5));
}

TEST_F(GuardTest, ACopyThatOthersCanWriteIsNotTrusted) {
  script_->say(200, KeySet::only(key_).jwks());
  ASSERT_TRUE(open({.cache_dir = folder_}));
  script_->go_down();
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    std::filesystem::permissions(entry.path(), std::filesystem::perms(0666));
    EXPECT_EQ(open({.cache_dir = folder_}).error().code, Errc::kInvalidArgument);
    std::filesystem::permissions(entry.path(), std::filesystem::perms(0600));
  }
  EXPECT_TRUE(open({.cache_dir = folder_}));
  std::filesystem::permissions(folder_, std::filesystem::perms(0777));
  EXPECT_EQ(open({.cache_dir = folder_}).error().code, Errc::kInvalidArgument);
}

TEST_F(GuardTest, ACopyThatCouldNotBeWrittenIsTriedAgain) {
  std::ofstream(folder_ / "cache") << "a file where the folder should be";
  script_->say(200, KeySet::only(key_).jwks());
  const Guard guard = *open({.cache_dir = folder_ / "cache"});
  EXPECT_NE(guard.status().copy_error, "");
  std::filesystem::remove(folder_ / "cache");
  ASSERT_TRUE(guard.refresh());
  EXPECT_EQ(guard.status().copy_error, "");
  script_->go_down();
  EXPECT_TRUE(open({.cache_dir = folder_ / "cache"}));
}

TEST_F(GuardTest, AnAlgorithmThatWasAskedForIsTheOnlyOne) {
  script_->say(200, KeySet::only(key_).jwks());
  EXPECT_EQ(open({.algorithm = Algorithm::kRS256}).error().code, Errc::kInvalidArgument);
  EXPECT_TRUE(open({.algorithm = Algorithm::kES256})->check(bearer(key_)));
}

TEST_F(GuardTest, ExtremeIntervalsAreBroughtIntoBounds) {
  script_->say(200, KeySet::only(key_).jwks());
  EXPECT_TRUE(open({.refresh_every = std::chrono::seconds::max()}));
  EXPECT_TRUE(open({.refresh_every = std::chrono::seconds::min()}));
}

TEST_F(GuardTest, ManyThreadsMayRefreshAndCheckAtOnce) {
  script_->say(200, KeySet::only(key_).jwks());
  const Guard guard = *open({.cache_dir = folder_});
  const std::string header = bearer(key_);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) EXPECT_TRUE(guard.refresh() && guard.check(header));
    });
  }
}

TEST_F(GuardTest, ADamagedCopyIsNotUsed) {
  script_->say(200, KeySet::only(key_).jwks());
  ASSERT_TRUE(open({.cache_dir = folder_}));
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    std::ofstream(entry.path()) << "{\"url\":";
  script_->go_down();
  EXPECT_FALSE(open({.cache_dir = folder_}));
}

TEST_F(GuardTest, KeepsTheLastGoodSetWhateverTheIssuerAnswers) {
  script_->say(200, KeySet::only(key_).jwks());
  const Guard guard = *open({});
  const std::string secret = Key::generate(Algorithm::kHS256)->jwk();
  const std::string private_key = key_.jwk();
  for (const std::string& body : {std::string(), std::string("<html>"), std::string(R"({"keys":[]})"),
                                  "{\"keys\":[" + secret + "]}", "{\"keys\":[" + private_key + "]}"}) {
    script_->say(200, body);
    EXPECT_FALSE(guard.refresh()) << body;
    EXPECT_TRUE(guard.check(bearer(key_)));
  }
  for (const int status : {204, 301, 404, 500}) {
    script_->say(status, KeySet::only(*Key::generate(Algorithm::kES256)).jwks());
    EXPECT_FALSE(guard.refresh()) << status;
    EXPECT_TRUE(guard.check(bearer(key_)));
  }
  EXPECT_EQ(guard.status().failures, 9U);
}

TEST_F(GuardTest, ADroppedKeyStopsVerifyingAtTheNextRefresh) {
  script_->say(200, KeySet::only(key_).jwks());
  const Guard guard = *open({});
  const Key fresh = *Key::generate(Algorithm::kES256);
  script_->say(200, KeySet::only(fresh).jwks());
  ASSERT_TRUE(guard.refresh());
  EXPECT_EQ(guard.check(bearer(key_)).error().code, Errc::kUnknownKey);
  EXPECT_TRUE(guard.check(bearer(fresh)));
}

TEST_F(GuardTest, AnUnknownKidMakesItLookForNewKeysInTheBackground) {
  script_->say(200, KeySet::only(key_).jwks());
  const Guard guard = *open({});
  const Key fresh = *Key::generate(Algorithm::kES256);
  script_->say(200, KeySet::only(fresh).jwks());
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(guard.check(bearer(fresh)).error().code, Errc::kUnknownKey);
  {
    std::unique_lock lock(script_->mutex);
    script_->fetched.wait(lock, [&] { return script_->urls.size() >= 2; });  // the cool-down is 5 s
    EXPECT_EQ(script_->urls.size(), 2U);
  }
  while (!guard.check(bearer(fresh))) std::this_thread::yield();
}

// ATTACKS 34: what the cache holds is checked against clock and keys at every hit.
TEST_F(GuardTest, ACachedTokenEndsWithItsTime) {
  script_->say(200, KeySet::only(key_).jwks());
  const Guard guard = *open({.leeway = std::chrono::seconds(5)});
  const std::string header = bearer(key_);
  EXPECT_TRUE(guard.check(header));
  EXPECT_EQ(guard.status().cached_tokens, 1U);
  now_ = kNow + std::chrono::seconds(64);
  EXPECT_TRUE(guard.check(header));
  now_ = kNow + std::chrono::seconds(65);
  EXPECT_EQ(guard.check(header).error().code, Errc::kExpired);
}

TEST_F(GuardTest, ACachedTokenIsNotYetValidWhenTheClockIsSetBack) {
  script_->say(200, KeySet::only(key_).jwks());
  const Guard guard = *open({});
  Claims claims;
  claims.set("iss", kIssuer).set("aud", "orders").set("exp", kNow + std::chrono::minutes(1)).set("nbf", kNow);
  const std::string token = *Signer::create(key_)->sign(claims);
  EXPECT_TRUE(guard.check_token(token));
  now_ = kNow - std::chrono::seconds(1);
  EXPECT_EQ(guard.check_token(token).error().code, Errc::kNotYetValid);
  now_ = kNow;
  EXPECT_TRUE(guard.check_token(token));
}

TEST_F(GuardTest, ACachedTokenEndsWithItsKey) {
  const Key impostor = *Key::from_jwk([&] {
    std::string jwk = Key::generate(Algorithm::kES256)->public_key()->jwk();
    const std::size_t kid = jwk.find("\"kid\":\"") + 7;
    return jwk.replace(kid, jwk.find('"', kid) - kid, key_.kid());
  }());
  script_->say(200, KeySet::only(key_).jwks());
  const Guard guard = *open({});
  const std::string header = bearer(key_);
  EXPECT_TRUE(guard.check(header));
  script_->say(200, KeySet::only(impostor).jwks());  // another key that took over the kid
  ASSERT_TRUE(guard.refresh());
  EXPECT_EQ(guard.check(header).error().code, Errc::kBadSignature);
  script_->say(200, KeySet::only(key_).jwks());
  ASSERT_TRUE(guard.refresh());
  EXPECT_TRUE(guard.check(header));
  script_->say(200, KeySet::only(*Key::generate(Algorithm::kES256)).jwks());
  ASSERT_TRUE(guard.refresh());
  EXPECT_EQ(guard.check(header).error().code, Errc::kUnknownKey);
}

TEST_F(GuardTest, ATokenOfAnotherSignatureIsAnotherToken) {
  script_->say(200, KeySet::only(key_).jwks());
  const Guard guard = *open({});
  const std::string header = bearer(key_);
  const std::string claims = header.substr(0, header.rfind('.'));
  const std::string other = bearer(key_);  // ECDSA signs the same claims in another way
  EXPECT_TRUE(guard.check(header));
  EXPECT_EQ(guard.check(claims + "." + header.substr(claims.size() + 3)).error().code, Errc::kBadSignature);
  std::string forged = header;
  forged[claims.size() + 1] = forged[claims.size() + 1] == 'A' ? 'B' : 'A';
  EXPECT_EQ(guard.check(forged).error().code, Errc::kBadSignature);
  EXPECT_TRUE(guard.check(other));
  EXPECT_EQ(guard.status().cached_tokens, 2U);
}

TEST_F(GuardTest, WhatIsRefusedIsNotCachedNorSharedBetweenGuards) {
  script_->say(200, KeySet::only(key_).jwks());
  const Guard orders = *open({});
  const Guard typed = *open({.type = "other+jwt"});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(orders.check(bearer(key_, "billing")).error().code, Errc::kWrongAudience);
    EXPECT_EQ(orders.check("Bearer a.b.c").error().code, Errc::kMalformed);
    EXPECT_EQ(typed.check(bearer(key_)).error().code, Errc::kWrongType);
    EXPECT_EQ(orders.status().cached_tokens, static_cast<std::size_t>(i));
    EXPECT_TRUE(orders.check(bearer(key_)));
  }
  EXPECT_EQ(typed.status().cached_tokens, 0U);
}

TEST_F(GuardTest, TheCacheCanBeTurnedOff) {
  script_->say(200, KeySet::only(key_).jwks());
  const Guard guard = *open({.token_cache = false});
  const std::string header = bearer(key_);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(guard.check(header));
  EXPECT_EQ(guard.status().cached_tokens, 0U);
  EXPECT_EQ(guard.status().cache_bytes, 0U);
}

TEST_F(GuardTest, ThreadsThatComeAndGoFindTheTokenKnown) {
  script_->say(200, KeySet::only(key_).jwks());
  std::optional<Guard> guard = *open({});
  const std::string header = bearer(key_);
  for (int i = 0; i < 50; ++i) std::thread([&] { EXPECT_TRUE(guard->check(header)); }).join();
  EXPECT_EQ(guard->status().cached_tokens, 1U);
  std::optional<VerifiedToken> outlives = *guard->check(header);
  guard.reset();
  EXPECT_EQ(outlives->issuer(), kIssuer);
}

TEST_F(GuardTest, KeysGivenAheadTouchNoNetwork) {
  const Key rsa = *Key::generate(Algorithm::kRS256);
  const auto pem = open({.key_pem = *rsa.public_key()->pem(), .algorithm = Algorithm::kRS256});
  ASSERT_TRUE(pem) << pem.error().what;
  EXPECT_TRUE(pem->check(bearer(rsa)));

  std::ofstream(folder_ / "keys.jwks") << KeySet::only(key_).jwks();
  EXPECT_TRUE(open({.key_file = folder_ / "keys.jwks"})->check(bearer(key_)));

  const std::string secret(32, 's');
  EXPECT_TRUE(open({.shared_secret = secret})->check(bearer(*Key::from_secret(secret, Algorithm::kHS256))));
  EXPECT_TRUE(script_->urls.empty());
}

TEST_F(GuardTest, RefusesOptionsThatAreNoGood) {
  const Error absent = open({.key_file = folder_ / "absent"}).error();
  EXPECT_EQ(absent.code, Errc::kNotFound);
  EXPECT_STREQ(absent.what, "key_file: no such file");
  EXPECT_EQ(open({.shared_secret = "short"}).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(open({.key_pem = "x", .shared_secret = std::string(32, 's')}).error().code,
            Errc::kInvalidArgument);
  EXPECT_EQ(open({.jwks_url = "http://auth.example/jwks"}).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(Guard::open({.issuer = "https://auth.example"}).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(Guard::open({.issuer = "ftp://auth.example", .audience = "a"}).error().code,
            Errc::kInvalidArgument);
}

TEST(PlainHttp, IsForThisMachineOnly) {
  for (const char* url :
       {"http://localhost:7700/x", "http://127.0.0.1/x", "http://127.8.8.8:1", "http://[::1]:80/",
        "https://auth.example", "HTTPS://auth.example", "HTTP://LocalHost/", "http://127.1/"}) {
    EXPECT_TRUE(guard::check_plain_http(url, false)) << url;
  }
  for (const char* url :
       {"http://auth.example/x", "HTTP://auth.example", "http://127.0.0.1.evil.example/", "http://10.0.0.1/",
        "http://localhost.evil.example/", "http://[::ffff:127.0.0.1]/", "http://128.0.0.1/"}) {
    EXPECT_FALSE(guard::check_plain_http(url, false)) << url;
    EXPECT_TRUE(guard::check_plain_http(url, true)) << url;
  }
  for (const char* url :
       {"http://localhost@evil.example/", "ftp://localhost/", "file:///etc/passwd", "localhost", ""}) {
    EXPECT_FALSE(guard::check_plain_http(url, true)) << url;
  }
}

}  // namespace
}  // namespace signet

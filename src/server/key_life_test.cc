#include "server/key_life.h"

#include <gtest/gtest.h>

#include <utility>

#include "crypto/random.h"
#include "server/test_issuer.h"

namespace signet::server {
namespace {

using std::chrono::seconds;
using State = storage::SigningKey::State;

class KeyLifeTest : public testing::Test {
 protected:
  KeyLifeTest() : config_(test::cheap_config(folder_.path())) { open(); }

  void open() {
    app_.reset();
    store_.reset();
    auto store = storage::open_sqlite(folder_.path() / "signet.db");
    if (!store) throw std::runtime_error(store.error().what);
    store_ = std::move(*store);
    auto ring = KeyRing::open(config_, *store_, master_key_, clock_.now());
    if (!ring) throw std::runtime_error(ring.error().what);
    ring_ = std::move(*ring);
    app_.reset(new App{.store = *store_,
                       .clock = clock_,
                       .master_key = master_key_,
                       .keys = *ring_,
                       .issuer = "http://a",
                       .tokens = config_.tokens,
                       .sessions = config_.sessions,
                       .passwords = config_.passwords,
                       .dummy_hashes = {}});
  }

  void tend_after(seconds by) {
    clock_.advance(by);
    const auto tended = tend_signing_keys(*app_);
    ASSERT_TRUE(tended) << tended.error().what;
  }
  /// The states in the order of the keys' ages: "RA" is a retired one and its active successor.
  std::string states() {
    std::string all;
    const auto stored = store_->signing_keys();
    for (const auto& key : stored->keys) all += "NAR"[static_cast<int>(key.state)];
    return all;
  }
  std::string signing() { return ring_->keys()->signer.key().kid(); }
  bool is_published(const std::string& kid) { return ring_->keys()->jwks.find(kid) != std::string::npos; }
  /// Whether what is published has another version than when this was last asked.
  bool has_changed() {
    const std::int64_t before = std::exchange(version_, ring_->keys()->version);
    return before < version_;
  }

  test::Folder folder_;
  test::FakeClock clock_;
  std::int64_t version_ = 0;
  Config config_;
  crypto::MasterKey master_key_ = *crypto::MasterKey::from(crypto::random_secret(32));
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<KeyRing> ring_;
  std::unique_ptr<App> app_;
};

TEST_F(KeyLifeTest, AKeyIsPublishedADayAheadSignsForItsLifetimeAndVerifiesADayLonger) {
  const std::string first = signing();
  EXPECT_TRUE(has_changed());
  tend_after(config_.tokens.key_lifetime - kPublishedAhead - seconds(1));
  EXPECT_EQ(states(), "A");
  EXPECT_FALSE(has_changed());
  tend_after(seconds(1));
  EXPECT_EQ(states(), "AN");
  EXPECT_EQ(signing(), first);
  const std::string second = store_->signing_keys()->keys.at(1).kid;
  EXPECT_TRUE(is_published(second));
  EXPECT_TRUE(has_changed());
  tend_after(kPublishedAhead - seconds(1));
  EXPECT_EQ(signing(), first);
  tend_after(seconds(1));
  EXPECT_EQ(states(), "RA");
  EXPECT_EQ(signing(), second);
  EXPECT_TRUE(is_published(first)) << "what it signed still verifies";
  tend_after(kRetiredFor);
  EXPECT_TRUE(is_published(first));
  tend_after(seconds(1));
  EXPECT_EQ(states(), "A");
  EXPECT_FALSE(is_published(first));
  EXPECT_TRUE(has_changed());
}

TEST_F(KeyLifeTest, AnIssuerThatWasStoppedForYearsStillPublishesAhead) {
  const std::string first = signing();
  tend_after(std::chrono::days(1000));
  EXPECT_EQ(states(), "AN");
  tend_after(kPublishedAhead - seconds(1));
  EXPECT_EQ(signing(), first);
  tend_after(seconds(1));
  EXPECT_EQ(states(), "RA");
}

// A crash leaves what the last transaction said; the next start goes on from there.
TEST_F(KeyLifeTest, ARestartBetweenAnyTwoStepsLosesNone) {
  std::string now = states();
  std::string seen = now;
  for (int day = 0; day < 94; ++day) {
    clock_.advance(std::chrono::hours(24));
    open();
    ASSERT_TRUE(tend_signing_keys(*app_));
    if (now != states()) seen += ">" + states();
    now = states();
  }
  EXPECT_EQ(seen, "A>AN>RA>A");
}

TEST_F(KeyLifeTest, ARotationOnCommandGivesTheGuardsTimeUnlessToldOtherwise) {
  const std::string first = signing();
  const auto next = rotate_signing_keys(*app_, false);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->signs_from, clock_.now() + kPublishedAheadOnCommand);
  EXPECT_TRUE(is_published(next->kid));
  EXPECT_EQ(signing(), first);
  EXPECT_EQ(rotate_signing_keys(*app_, false)->kid, next->kid) << "said twice, it is one rotation";
  tend_after(kPublishedAheadOnCommand);
  EXPECT_EQ(signing(), next->kid);

  const auto at_once = rotate_signing_keys(*app_, true);
  ASSERT_TRUE(at_once);
  EXPECT_EQ(at_once->state, State::kActive);
  EXPECT_EQ(signing(), at_once->kid);
  EXPECT_EQ(states(), "RRA");
}

TEST_F(KeyLifeTest, ADroppedKeyIsGoneAtOnceAndAnotherSigns) {
  const std::string first = signing();
  ASSERT_TRUE(drop_signing_key(*app_, first));
  EXPECT_FALSE(is_published(first));
  EXPECT_NE(signing(), first);
  EXPECT_EQ(states(), "A");
  EXPECT_TRUE(has_changed());

  const auto next = rotate_signing_keys(*app_, false);
  ASSERT_TRUE(drop_signing_key(*app_, signing()));
  EXPECT_EQ(signing(), next->kid) << "the next one, which the guards know already";
  EXPECT_EQ(states(), "A");
  EXPECT_TRUE(has_changed());
  const auto again = drop_signing_key(*app_, first);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::kNotFound);
  EXPECT_FALSE(has_changed());
}

TEST_F(KeyLifeTest, WhatAnotherNodeChangedIsTakenOver) {
  const std::string first = signing();
  auto other =
      make_signing_key(config_.tokens.algorithm, master_key_, State::kActive, clock_.now(), clock_.now());
  ASSERT_TRUE(store_->drop_signing_key(first, *other, clock_.now()));
  EXPECT_EQ(signing(), first);
  tend_after(seconds(30));
  EXPECT_EQ(signing(), other->kid);
}

TEST_F(KeyLifeTest, AnotherAlgorithmLeavesNoNextKeyBehind) {
  ASSERT_TRUE(rotate_signing_keys(*app_, false));
  config_.tokens.algorithm = Algorithm::kEd25519;
  clock_.advance(seconds(1));
  open();
  EXPECT_EQ(states(), "RA");
  tend_after(kPublishedAheadOnCommand);
  EXPECT_EQ(ring_->keys()->signer.key().algorithm(), Algorithm::kEd25519);
}

TEST_F(KeyLifeTest, ASharedSecretDoesNotRotateAndSaysSo) {
  const std::string kid = signing();
  config_.tokens.algorithm = Algorithm::kHS256;
  open();
  for (const auto& error : {rotate_signing_keys(*app_, true).error(), drop_signing_key(*app_, kid).error()}) {
    EXPECT_EQ(error.code, Errc::kUnsupported);
    EXPECT_NE(error.what.find("does not rotate"), std::string::npos);
  }
  tend_after(std::chrono::days(1000));
  EXPECT_EQ(states(), "A");
}

}  // namespace
}  // namespace signet::server

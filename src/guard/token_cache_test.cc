#include "guard/token_cache.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <thread>

#include "guard/reader.h"
#include "signet/signer.h"
#include "signet/verifier.h"

namespace signet::guard {
namespace {

constexpr Time kNow = from_unix(1'700'000'000);
constexpr TokenCache::Lifetime kLifetime{
    .key_generation = 1, .from = kNow, .until = kNow + std::chrono::minutes(1)};

struct Known {
  std::string text;
  VerifiedToken verified;
};

Known make_token(int number) {
  static const Key key = *Key::generate(Algorithm::kHS256);
  static const Verifier verifier(*Policy::create({.issuer = "issuer", .audience = "orders"}));
  Claims claims;
  claims.set("iss", "issuer").set("aud", "orders").set("exp", kNow + std::chrono::minutes(1));
  claims.set("sub", std::to_string(number));
  std::string text = *Signer::create(key)->sign(claims);
  VerifiedToken verified = *verifier.verify(text, KeySet::only(key), kNow);
  return {std::move(text), std::move(verified)};
}

class TokenCacheTest : public testing::Test {
 protected:
  const VerifiedToken* find(std::string_view token) {
    const auto* const found = cache_->find(token, 1, kNow);
    return found ? &found->verified : nullptr;
  }
  void insert(const Known& token) { cache_->insert(token.text, {token.verified, {}}, kLifetime); }
  void limit(std::size_t bytes) {
    cache_.reset();
    budget_.emplace(bytes);
    cache_.emplace(*budget_, 7);
  }

  std::optional<CacheBudget> budget_{1024 * 1024};
  std::optional<TokenCache> cache_{std::in_place, *budget_, 7};
};

// ATTACKS 34, CVE-2026-35039: the same prefix, or the same end, is not the same token.
TEST_F(TokenCacheTest, KnowsATokenByEveryByte) {
  const Known token = make_token(1);
  EXPECT_EQ(find(token.text), nullptr);
  insert(token);
  ASSERT_NE(find(token.text), nullptr);
  EXPECT_EQ(find(token.text)->subject(), "1");
  for (std::size_t i = 0; i < token.text.size(); ++i) {
    std::string other = token.text;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_EQ(find(other), nullptr) << i;
  }
  for (std::size_t size = 0; size < token.text.size(); ++size) {
    EXPECT_EQ(find(std::string_view(token.text).substr(0, size)), nullptr) << size;
    EXPECT_EQ(find(std::string_view(token.text).substr(size + 1)), nullptr) << size;
  }
  EXPECT_EQ(find(token.text + "A"), nullptr);
}

TEST_F(TokenCacheTest, AnswersWithinTheLifetimeAndForItsKeysAlone) {
  const Known token = make_token(1);
  insert(token);
  EXPECT_NE(cache_->find(token.text, 1, kLifetime.until - std::chrono::seconds(1)), nullptr);
  EXPECT_EQ(cache_->find(token.text, 1, kLifetime.until), nullptr);
  EXPECT_EQ(cache_->find(token.text, 1, kNow - std::chrono::seconds(1)), nullptr);
  EXPECT_EQ(cache_->find(token.text, 2, kNow), nullptr);
  EXPECT_EQ(cache_->find(token.text, 0, kNow), nullptr);
  cache_->insert(token.text, {token.verified, {}},
                 {.key_generation = 2, .from = kNow, .until = kLifetime.until});
  EXPECT_NE(cache_->find(token.text, 2, kNow), nullptr);
  EXPECT_EQ(budget_->tokens, 1U);
}

TEST_F(TokenCacheTest, StaysWithinItsBudgetAndNeverMixesTokensUp) {
  limit(48 * 1024);
  std::deque<Known> tokens;
  std::minstd_rand random(1);
  for (int i = 0; i < 2000; ++i) {
    tokens.push_back(make_token(i));
    insert(tokens.back());
    EXPECT_NE(find(tokens.back().text), nullptr);
    EXPECT_LE(budget_->used, budget_->limit);
    const Known& some = tokens[random() % tokens.size()];
    if (const VerifiedToken* const found = find(some.text)) {
      EXPECT_EQ(found->subject(), some.verified.subject());
    }
  }
  std::size_t still_known = 0;
  for (const Known& token : tokens) still_known += find(token.text) != nullptr;
  EXPECT_EQ(still_known, budget_->tokens);
  EXPECT_GT(still_known, 10U);
  cache_.reset();
  EXPECT_EQ(budget_->used, 0U);
  EXPECT_EQ(budget_->tokens, 0U);
}

TEST_F(TokenCacheTest, TokensThatComeBackOutlastAFloodOfThoseSeenOnce) {
  limit(64 * 1024);
  std::deque<Known> loyal;
  for (int i = 0; i < 8; ++i) insert(loyal.emplace_back(make_token(i)));
  for (int i = 8; i < 2000; ++i) {
    for (const Known& token : loyal) ASSERT_NE(find(token.text), nullptr) << "lost to token " << i;
    insert(make_token(i));
  }
}

TEST_F(TokenCacheTest, WhatCannotBeFoundAgainMakesRoom) {
  for (int i = 0; i < 100; ++i) insert(make_token(i));
  for (int i = 0; i < 100; ++i) {
    const Known token = make_token(i);
    cache_->insert(token.text, {token.verified, {}},
                   {.key_generation = 2, .from = kNow, .until = kLifetime.until});
  }
  EXPECT_LE(budget_->tokens, 150U);
  const Time later = kLifetime.until;
  for (int i = 100; i < 300; ++i) {
    const Known token = make_token(i);
    cache_->insert(token.text, {token.verified, {}},
                   {.key_generation = 2, .from = later, .until = later + std::chrono::minutes(1)});
  }
  EXPECT_LE(budget_->tokens, 210U);
}

TEST_F(TokenCacheTest, CachesOfOneGuardShareItsBudget) {
  limit(256 * 1024);
  for (int i = 0; i < 1000; ++i) insert(make_token(i));
  const std::size_t alone = budget_->tokens;
  TokenCache second(*budget_, 7);
  budget_->sharers = 2;
  for (int i = 0; i < 200; ++i) {
    const Known token = make_token(i);
    second.insert(token.text, {token.verified, {}}, kLifetime);
    EXPECT_LE(budget_->used, budget_->limit);
  }
  for (int i = 1000; i < 2000; ++i) {
    const Known token = make_token(i);
    insert(token);
    second.insert(token.text, {token.verified, {}}, kLifetime);
    EXPECT_LE(budget_->used, budget_->limit);
  }
  std::size_t of_second = 0;
  for (int i = 1000; i < 2000; ++i) of_second += second.find(make_token(i).text, 1, kNow) != nullptr;
  EXPECT_GT(of_second, alone / 3);
}

TEST_F(TokenCacheTest, WithoutABudgetItKnowsNothing) {
  limit(0);
  const Known token = make_token(1);
  insert(token);
  EXPECT_EQ(find(token.text), nullptr);
}

TEST(Readers, AThreadThatEndsLeavesItsReaderToTheNext) {
  const auto readers = std::make_shared<Readers>(1024 * 1024);
  Reader* first = nullptr;
  for (int i = 0; i < 20; ++i) {
    std::thread([&] {
      Reader* const mine = Readers::mine(readers);
      ASSERT_NE(mine, nullptr);
      EXPECT_EQ(Readers::mine(readers), mine);
      if (!first) first = mine;
      EXPECT_EQ(mine, first);
    }).join();
  }
  EXPECT_EQ(readers->budget().sharers, 0U);
  EXPECT_EQ(Readers::mine(readers), first);
  EXPECT_EQ(readers->budget().sharers, 1U);
}

TEST(Readers, AThreadHasOneOfEachGuard) {
  const auto one = std::make_shared<Readers>(1024);
  const auto other = std::make_shared<Readers>(1024);
  EXPECT_NE(Readers::mine(one), Readers::mine(other));
  EXPECT_EQ(Readers::mine(one), Readers::mine(one));
}

TEST(Readers, GuardsAndThreadsEndInAnyOrder) {
  std::vector<std::jthread> threads;
  const auto lasting = std::make_shared<Readers>(1024);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([lasting] {
      for (int round = 0; round < 200; ++round) {
        auto brief = std::make_shared<Readers>(1024);
        std::thread other([brief] { EXPECT_NE(Readers::mine(brief), nullptr); });
        EXPECT_NE(Readers::mine(brief), Readers::mine(lasting));
        brief.reset();  // here, or on the other thread while it ends
        other.join();
      }
    });
  }
}

TEST(Reader, AnOldSnapshotGoesWhenTheReadersHaveMovedOn) {
  Noticeboard board;
  board.put_keys(KeySet::only(*Key::generate(Algorithm::kHS256)));
  CacheBudget budget(1024);
  Reader a(budget, 1);
  Reader b(budget, 1);
  const std::weak_ptr<const KeySet> old = a.catch_up(board).keys;
  EXPECT_EQ(b.catch_up(board).key_generation, 1U);
  board.put_keys(KeySet::only(*Key::generate(Algorithm::kHS256)));
  EXPECT_EQ(a.catch_up(board).key_generation, 2U);
  EXPECT_FALSE(old.expired());
  b.rest();
  EXPECT_TRUE(old.expired());
}

}  // namespace
}  // namespace signet::guard

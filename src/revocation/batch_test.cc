// What a batch may say, and what the issuer answers to whom.
#include <gtest/gtest.h>

#include <fstream>

#include "json/document.h"
#include "revocation/feed_log.h"
#include "revocation/test_issuer.h"

namespace signet::revocation {
namespace {

Batch heartbeat(std::uint64_t seq, Time at, ListRange lists = {0, 0}, std::string epoch = "e1") {
  return {
      .issued_at = at, .epoch = std::move(epoch), .after = seq, .seq = seq, .revoked = {}, .lists = lists};
}

TEST(Batches, ComeBackAsTheyWere) {
  const TestIssuer issuer;
  Batch batch{.issued_at = kNow,
              .epoch = "abc-_9",
              .after = 7,
              .seq = 12,
              .revoked = {{3, {0, kListSize - 1}}, {4, {5}}},
              .lists = {3, 5},
              .keys = 2,
              .more = true};
  const auto read = verify_batch(issuer.sign(batch), issuer.keys(), kIssuer);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(*read, batch);
  batch.more = false;
  EXPECT_EQ(*verify_batch(issuer.sign(batch), issuer.keys(), kIssuer), batch);
}

constexpr std::string_view kGood =
    R"({"iss":"https://auth.example","iat":1700000000,"epoch":"e1","after":7,"seq":12,"revoked":{"3":[0,5]},"lists":[3,5],"keys":2})";

Result<Batch> read_with(std::string_view member, std::string_view instead) {
  std::string text(kGood);
  const std::size_t at = text.find(member);
  EXPECT_NE(at, text.npos) << member;
  text.replace(at, member.size(), instead);
  const auto document = json::parse_object(text);
  return document ? read_batch(json::root(**document)) : std::unexpected(document.error());
}

TEST(Batches, WhatTheyDoNotKnowIsPassedOver) {
  EXPECT_TRUE(read_with(R"("keys":2)", R"("keys":2,"later":{"x":[]})"));
}

TEST(Batches, EachMemberHasItsTypeAndBounds) {
  const std::vector<std::pair<std::string_view, std::string_view>> wrong = {
      {R"("iat":1700000000,)", ""},
      {R"("iat":1700000000)", R"("iat":"1700000000")"},
      {R"("iat":1700000000)", R"("iat":-1)"},
      {R"("epoch":"e1",)", ""},
      {R"("epoch":"e1")", R"("epoch":"")"},
      {R"("epoch":"e1")", R"("epoch":"a b")"},
      {R"("epoch":"e1")", R"("epoch":1)"},
      {R"("epoch":"e1")", R"("epoch":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")"},
      {R"("after":7,)", ""},
      {R"("after":7)", R"("after":13)"},
      {R"("after":7)", R"("after":-1)"},
      {R"("after":7)", R"("after":7.5)"},
      {R"("after":7)", R"("after":11)"},  // one number for two revocations
      {R"("after":7)", R"("after":12)"},  // none
      {R"("seq":12,)", ""},
      {R"("seq":12)", R"("seq":9007199254740993)"},
      {R"("seq":12)", R"("seq":1e3)"},
      {R"("revoked":{"3":[0,5]},)", ""},
      {R"({"3":[0,5]})", "[]"},
      {R"({"3":[0,5]})", R"({"3":5})"},
      {R"({"3":[0,5]})", R"({"3":[]})"},
      {R"({"3":[0,5]})", R"({"03":[0]})"},
      {R"({"3":[0,5]})", R"({"2":[0]})"},
      {R"({"3":[0,5]})", R"({"6":[0]})"},
      {R"({"3":[0,5]})", R"({"3":[1048576]})"},
      {R"({"3":[0,5]})", R"({"3":[-1]})"},
      {R"({"3":[0,5]})", R"({"3":["0"]})"},
      {R"({"3":[0,5]})", R"({"3":[0],"3":[5]})"},
      {R"("lists":[3,5],)", ""},
      {"[3,5]", "[3]"},
      {"[3,5]", "[3,4,5]"},
      {"[3,5]", "[5,3]"},
      {"[3,5]", "[3,4099]"},
      {"[3,5]", "[-1,5]"},
      {"[3,5]", R"({"first":3,"last":5})"},
      {"[3,5]", "[3,8589934592]"},
      {R"(,"keys":2)", ""},
      {R"("keys":2)", R"("keys":null)"},
      {R"("keys":2)", R"("keys":2,"more":1)"},
  };
  EXPECT_TRUE(read_with("7", "7"));
  EXPECT_TRUE(read_with("[3,5]", "[3,4098]"));
  for (const auto& [member, instead] : wrong) {
    const auto read = read_with(member, instead);
    EXPECT_TRUE(!read && read.error().code == Errc::kMalformed) << member << " -> " << instead;
  }
}

TEST(Batches, CarryTenThousandRevocationsAndNoMore) {
  Batch batch = heartbeat(0, kNow);
  batch.seq = 20'000;
  batch.revoked[0].assign(kMaxIndices, 1);
  const auto read = [&] { return read_batch(json::root(**json::parse_object(write_batch(batch, kIssuer)))); };
  EXPECT_TRUE(read());
  batch.revoked[0].push_back(1);
  EXPECT_EQ(read().error().code, Errc::kMalformed);
}

TEST(Batches, OfSomebodyElseAreRefused) {
  const TestIssuer issuer;
  const Batch batch = heartbeat(7, kNow);
  EXPECT_EQ(verify_batch(TestIssuer().sign(batch), issuer.keys(), kIssuer).error().code, Errc::kUnknownKey);
  EXPECT_EQ(verify_batch(issuer.sign(batch), issuer.keys(), "https://other").error().code,
            Errc::kWrongIssuer);
  const std::string claims = write_batch(batch, kIssuer);
  EXPECT_EQ(verify_batch(issuer.sign(claims, kStatusListType), issuer.keys(), kIssuer).error().code,
            Errc::kWrongType);
  EXPECT_EQ(verify_batch(issuer.sign(claims, "at+jwt"), issuer.keys(), kIssuer).error().code,
            Errc::kWrongType);
  std::string forged = issuer.sign(batch);
  forged[forged.find('.') + 9] ^= 1;
  EXPECT_EQ(verify_batch(forged, issuer.keys(), kIssuer).error().code, Errc::kBadSignature);
}

// docs/revocation-feed.md, §11.
TEST(Examples, OfTheSpecificationVerify) {
  const KeySet keys = *KeySet::of({*Key::from_secret("an example secret of 32 bytes ..", Algorithm::kHS256)});
  constexpr std::string_view kWho = "https://auth.example.com";
  std::ifstream file(SIGNET_SOURCE_DIR "/docs/revocation-feed.md");
  std::vector<std::string> found;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("eyJ")) found.push_back(line);
  }
  ASSERT_EQ(found.size(), 3U);
  const auto batch = verify_batch(found[0], keys, kWho);
  ASSERT_TRUE(batch) << batch.error().what;
  EXPECT_EQ(*batch, (Batch{from_unix(1'800'000'000),
                           "kq3vT0mSx2uWb1cYd8eZfg",
                           41,
                           44,
                           {{3, {7, 1048575}}},
                           {2, 3},
                           5,
                           false}));
  const auto beat = verify_batch(found[1], keys, kWho);
  ASSERT_TRUE(beat) << beat.error().what;
  EXPECT_EQ(beat->after, beat->seq);
  const auto list = verify_list(found[2], keys, kWho, from_unix(1'800'000'000));
  ASSERT_TRUE(list) << list.error().what;
  EXPECT_EQ(list->uri, list_uri(kWho, 3));
  EXPECT_EQ(*list->bits, *bits_of({7, 1048575}));
}

FeedLog new_log() {
  return FeedLog({{"e1", 100}, {0, 0}, 1}, 100, {});
}

TEST(Logs, AnswerWithWhatCameSince) {
  FeedLog log = new_log();
  EXPECT_FALSE(log.has_news({"e1", 100}));
  EXPECT_TRUE(log.revoked({101, 0, 5}));
  EXPECT_TRUE(log.lists_changed(102, {0, 1}));
  EXPECT_TRUE(log.revoked({103, 1, 6}));
  EXPECT_TRUE(log.keys_changed(104, 2));
  EXPECT_TRUE(log.has_news({"e1", 100}));
  EXPECT_TRUE(log.has_news({"e0", 104}));
  EXPECT_FALSE(log.has_news({"e1", 104}));

  const Batch all = log.answer(Position{"e1", 100}, kNow);
  EXPECT_EQ(all, (Batch{kNow, "e1", 100, 104, {{0, {5}}, {1, {6}}}, {0, 1}, 2, false}));
  const Batch some = log.answer(Position{"e1", 101}, kNow);
  EXPECT_EQ(some.revoked, (std::map<std::uint64_t, std::vector<std::uint32_t>>{{1, {6}}}));
  EXPECT_EQ(log.answer(Position{"e1", 104}, kNow).after, 104U);
}

TEST(Logs, SendWhoCannotFollowToTheLists) {
  FeedLog log = new_log();
  EXPECT_TRUE(log.revoked({101, 0, 5}));
  for (const auto& asked : {std::optional<Position>(), std::optional(Position{"e1", 99}),
                            std::optional(Position{"e1", 102}), std::optional(Position{"e0", 101})}) {
    const Batch batch = log.answer(asked, kNow);
    EXPECT_EQ(batch, (Batch{kNow, "e1", 101, 101, {}, {0, 0}, 1, false}));
  }
}

TEST(Logs, TakeNoEventOutOfOrder) {
  FeedLog log = new_log();
  EXPECT_EQ(log.revoked({102, 0, 5}).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(log.revoked({100, 0, 5}).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(log.lists_changed(99, {0, 9}).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(log.now().position, (Position{"e1", 100}));
  EXPECT_EQ(log.now().lists, (ListRange{0, 0}));
}

TEST(Logs, CutLongAnswersAndSaySo) {
  FeedLog log = new_log();
  for (std::uint64_t seq = 101; seq <= 100 + kMaxIndices + 1; ++seq) ASSERT_TRUE(log.revoked({seq, 0, 1}));
  const Batch first = log.answer(Position{"e1", 100}, kNow);
  EXPECT_EQ(first.seq, 100 + kMaxIndices);
  EXPECT_EQ(first.revoked.at(0).size(), kMaxIndices);
  EXPECT_TRUE(first.more);
  const Batch rest = log.answer(Position{"e1", first.seq}, kNow);
  EXPECT_EQ(rest.revoked.at(0).size(), 1U);
  EXPECT_FALSE(rest.more);
}

TEST(Logs, KeepAHundredThousandEvents) {
  FeedLog log = new_log();
  for (std::uint64_t seq = 101; seq <= 100 + FeedLog::kMaxBehind + 1; ++seq)
    ASSERT_TRUE(log.revoked({seq, 0, 1}));
  EXPECT_EQ(log.answer(Position{"e1", 101}, kNow).after, 101U);
  EXPECT_EQ(log.answer(Position{"e1", 100}, kNow).after, 100 + FeedLog::kMaxBehind + 1);
}

TEST(Logs, StartFromWhatTheStoreHas) {
  const FeedLog log({{"e1", 100}, {0, 2}, 1}, 90, {{93, 1, 4}, {97, 2, 5}});
  EXPECT_EQ(log.answer(Position{"e1", 90}, kNow).revoked.size(), 2U);
  EXPECT_EQ(log.answer(Position{"e1", 93}, kNow).revoked.size(), 1U);
  EXPECT_EQ(log.answer(Position{"e1", 89}, kNow).after, 100U);
}

}  // namespace
}  // namespace signet::revocation

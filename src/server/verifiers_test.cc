// Who is waited for after a revocation: all that could still accept what was revoked, as far as anybody can know.
#include "server/verifiers.h"

#include <gtest/gtest.h>

#include "server/test_issuer.h"

namespace signet::server {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr Time kNow = from_unix(1'767'225'600);
constexpr Time kExpired = kNow + hours(24);

Contact contact(const std::string& instance, const std::string& service = "orders") {
  return {.service = service,
          .key = "key of " + service,
          .instance = instance,
          .version = "signet/9.9",
          .remote_address = "10.0.0.1",
          .max_staleness = seconds(60),
          .applied = 5};
}

/// Those that are waited for, for what was revoked after they had applied 5.
std::string waited_for(const Verifiers& verifiers, Time now) {
  std::string names;
  for (const VerifierState& state : verifiers.progress(6, kExpired, now).waiting_for) {
    names += (names.empty() ? "" : " ") + state.contact.instance;
  }
  return names;
}

bool is_listed(const Verifiers& verifiers, const std::string& instance, Time now) {
  const auto all = verifiers.list(now);
  return std::ranges::any_of(all, [&](const VerifierState& s) { return s.contact.instance == instance; });
}

TEST(Verifiers, OneInItsFirstPollIsWaitedFor) {
  Verifiers verifiers;
  ASSERT_TRUE(verifiers.heard(contact("a"), kNow));
  EXPECT_EQ(waited_for(verifiers, kNow + seconds(3600)), "a") << "however long it waits";
  EXPECT_EQ(waited_for(verifiers, kExpired), "");
  Contact careless = contact("b");
  careless.max_staleness = seconds(0);
  ASSERT_TRUE(verifiers.heard(careless, kNow));
  EXPECT_EQ(waited_for(verifiers, kNow), "a b");
}

TEST(Verifiers, OneWhoseFirstPollBrokeOffIsWaitedForWhileItMayBeFreshFromBefore) {
  Verifiers verifiers;
  ASSERT_TRUE(verifiers.heard(contact("a"), kNow));
  verifiers.gone(contact("a"));
  EXPECT_EQ(waited_for(verifiers, kNow + seconds(59)), "a");
  EXPECT_EQ(waited_for(verifiers, kNow + seconds(60)), "");
}

TEST(Verifiers, OneThatWasToldIsWaitedForUntilItAcceptsNothing) {
  Verifiers verifiers;
  ASSERT_TRUE(verifiers.heard(contact("a"), kNow));
  verifiers.told(contact("a"), kNow + seconds(30));
  EXPECT_EQ(waited_for(verifiers, kNow + seconds(89)), "a");
  EXPECT_EQ(waited_for(verifiers, kNow + seconds(90)), "");
}

TEST(Verifiers, ManyNamesOfOneServiceTouchNoOther) {
  Verifiers verifiers;
  ASSERT_TRUE(verifiers.heard(contact("asking"), kNow));
  ASSERT_TRUE(verifiers.heard(contact("between polls"), kNow));
  verifiers.told(contact("between polls"), kNow);
  for (std::size_t i = 0; i < Verifiers::kMostOfService + 100; ++i) {
    const Contact made_up = contact(std::to_string(i), "billing");
    ASSERT_TRUE(verifiers.heard(made_up, kNow + seconds(1)));
    verifiers.told(made_up, kNow + seconds(1));
  }
  EXPECT_EQ(verifiers.list(kNow).size(), 2 + Verifiers::kMostOfService);
  EXPECT_TRUE(is_listed(verifiers, "asking", kNow));
  EXPECT_TRUE(is_listed(verifiers, "between polls", kNow));
}

TEST(Verifiers, OneThatAsksIsNeverForgottenForAnother) {
  Verifiers verifiers;
  for (std::size_t i = 0; i < Verifiers::kMostOfService; ++i) {
    ASSERT_TRUE(verifiers.heard(contact(std::to_string(i)), kNow));
  }
  EXPECT_FALSE(verifiers.heard(contact("one more"), kNow + seconds(1)));
  EXPECT_TRUE(verifiers.heard(contact("7"), kNow + seconds(1))) << "who is known already needs no place";
  verifiers.gone(contact("8"));
  EXPECT_TRUE(verifiers.heard(contact("one more"), kNow + seconds(1)));
  EXPECT_FALSE(is_listed(verifiers, "8", kNow));
  EXPECT_EQ(verifiers.list(kNow).size(), Verifiers::kMostOfService);
}

TEST(Verifiers, WithAnotherKeyItIsAnotherOneAndGoesWithIt) {
  Verifiers verifiers;
  Contact other = contact("a");
  other.key = "another key";
  other.applied = 6;
  ASSERT_TRUE(verifiers.heard(contact("a"), kNow));
  ASSERT_TRUE(verifiers.heard(other, kNow));
  EXPECT_EQ(waited_for(verifiers, kNow), "a");
  verifiers.keep_only({"another key"});
  EXPECT_EQ(waited_for(verifiers, kNow), "");
  EXPECT_EQ(verifiers.list(kNow).size(), 1U);
  verifiers.told(contact("a"), kNow);  // what it had asked is answered; it stays forgotten
  EXPECT_EQ(verifiers.list(kNow).size(), 1U);
}

class ListedVerifiers : public testing::Test {
 protected:
  ListedVerifiers() : admin_(issuer_.admin()) {
    EXPECT_EQ(issuer_.add_service(R"({"name":"orders"})").status(), 201);
    const auto key = issuer_.post("/v1/admin/services/orders/verifier-keys", "", admin_);
    key_ = key.at("verifier_key");
    key_path_ = "/v1/admin/services/orders/verifier-keys/" + key.at("id");
  }

  void ask(const std::string& query, const std::string& headers) {
    EXPECT_EQ(issuer_.send("GET", "/v1/revocations" + query, "", issuer_.bearer(key_) + headers).status(),
              200);
  }
  void expect_listed(const std::string& part) {
    const std::string listed = issuer_.get("/v1/admin/verifiers", admin_).body();
    EXPECT_NE(listed.find(part), std::string::npos) << part << " is not in " << listed;
  }
  void remove(const std::string& path) {
    EXPECT_EQ(issuer_.send("DELETE", path, "", issuer_.bearer(admin_)).status(), 204);
  }

  test::TestIssuer issuer_;
  std::string admin_, key_, key_path_;
};

TEST_F(ListedVerifiers, NobodyHasAppliedWhatHasNotHappened) {
  ask("?after=9007199254740992&wait=0", "Signet-Instance: a\r\n");
  expect_listed(R"("instance":"a")");
  expect_listed(R"("applied":null)");
}

TEST_F(ListedVerifiers, WhoDoesNotSayHowLongItAcceptsTokensIsWaitedForAsLongAsTheyLive) {
  ask("", "Signet-Instance: a\r\n");
  const auto alice = issuer_.add_user(test::kAlice);
  const auto revoked = issuer_.post("/v1/admin/revocations", R"({"user":")" + alice.at("id") + "\"}", admin_);
  const auto complete = [&] {
    return issuer_.get("/v1/admin/revocations/" + revoked.at("seq"), revoked.at("ticket")).at("complete");
  };
  issuer_.clock.advance(hours(24) - seconds(1));
  EXPECT_EQ(complete(), "false") << "some setting may have let a token live for a day";
  issuer_.clock.advance(seconds(1));
  EXPECT_EQ(complete(), "true");
}

TEST_F(ListedVerifiers, AcceptTokensForAsLongAsTheySayOrAsLongAsCanBe) {
  constexpr std::pair<const char*, const char*> kSaid[] = {
      {"", "31622400"},         {"x", "31622400"}, {"99999999999999999999", "31622400"},
      {"31622401", "31622400"}, {"120", "120"},    {"0", "5"}};
  for (const auto& [said, taken] : kSaid) {
    ask("", std::string("Signet-Instance: a\r\nSignet-Max-Staleness: ") + said + "\r\n");
    expect_listed(std::string(R"("max_staleness":)") + taken + ",");
  }
}

TEST_F(ListedVerifiers, AreForgottenWithTheirKey) {
  ask("", "Signet-Instance: a\r\n");
  expect_listed(R"("instance":"a")");
  remove(key_path_);
  expect_listed(R"("verifiers":[])");
}

TEST_F(ListedVerifiers, AreForgottenWithTheirService) {
  ask("", "Signet-Instance: a\r\n");
  remove("/v1/admin/services/orders");
  expect_listed(R"("verifiers":[])");
}

}  // namespace
}  // namespace signet::server

// Who may make tokens for the issuer itself: nobody but the issuer.
#include <gtest/gtest.h>

#include "base/base64url.h"
#include "base/try.h"
#include "server/key_ring.h"
#include "server/master_key.h"
#include "server/test_issuer.h"

namespace signet::server {
namespace {

using test::TestIssuer;

class IssuerAudience : public testing::TestWithParam<Algorithm> {
 protected:
  static Config config() {
    Config config = test::cheap_config("");
    config.server.issuer = "https://auth.example.com";  // the same after a restart, on another port
    config.tokens.algorithm = GetParam();
    return config;
  }

  /// api_signer is the key that the APIs hold, or hold the public half of.
  OrExplain<Signer> api_signer() {
    TRY(store, storage::open_sqlite(issuer_.config().data / "signet.db"));
    TRY(master_key, open_master_key(issuer_.config(), *store));
    TRY(ring, KeyRing::open(issuer_.config(), *store, master_key, issuer_.clock.now()));
    return ring->keys()->signer;
  }

  /// signed_anew has the same header but for the key, and the same claims.
  static std::string signed_anew(const std::string& token, const Signer& signer) {
    const auto first = token.find('.') + 1;
    const auto payload = base64url_decode(token.substr(first, token.rfind('.') - first));
    const auto document = json::parse(as_text(*payload));
    Claims claims;
    for (const auto& [name, value] : json::root(**document).members()) {
      EXPECT_TRUE(claims.set_json(name, value.text()));
    }
    return *signer.sign(claims);
  }

  TestIssuer issuer_{config()};
};

TEST_P(IssuerAudience, WhatTheApisHoldForgesNoAdministrator) {
  const std::string token = issuer_.admin();
  issuer_.stop();
  const auto signer = api_signer();
  ASSERT_TRUE(signer) << signer.error().what;
  const std::string forged = signed_anew(token, *signer);
  issuer_.start();
  ASSERT_TRUE(Verifier(*Policy::create({.issuer = issuer_.url(), .audience = "signet"}))
                  .verify(forged, KeySet::only(signer->key()), issuer_.clock.now()));
  for (const char* target : {"/v1/admin/users", "/v1/admin/services", "/v1/session"}) {
    EXPECT_EQ(issuer_.get(target, token).status(), 200) << target << ": the true one lives through a restart";
    EXPECT_EQ(issuer_.get(target, forged).status(), 401) << target;
  }
}

TEST_P(IssuerAudience, ItsKeyIsNotPublished) {
  EXPECT_FALSE(issuer_.verify(issuer_.admin(), "signet"));
}

INSTANTIATE_TEST_SUITE_P(EachWayToSign, IssuerAudience,
                         testing::Values(Algorithm::kES256, Algorithm::kHS256, Algorithm::kHS512));

}  // namespace
}  // namespace signet::server

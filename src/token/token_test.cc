// Keys, signer and verifier together. What a file can say is in tests/vectors, not here.
#include <gtest/gtest.h>

#include <map>

#include "base/base64url.h"
#include "signet/signer.h"
#include "signet/verifier.h"
#include "token/jws.h"

namespace signet {
namespace {

constexpr Time kNow = from_unix(1'700'000'000);

Claims good_claims() {
  Claims claims;
  claims.set("iss", "https://auth.example")
      .set("sub", "u-1")
      .set("aud", std::vector<std::string>{"orders", "billing"});
  claims.set("exp", kNow + std::chrono::minutes(10))
      .set("iat", kNow)
      .set("scope", "orders:read orders:write");
  claims.set("roles", std::vector<std::string>{"clerk"});
  return claims;
}

/// One key for each algorithm, made once: RSA's take their time.
const Key& key_for(Algorithm algorithm) {
  static std::map<Algorithm, Key> keys;
  const auto known = keys.find(algorithm);
  return known != keys.end() ? known->second
                             : keys.emplace(algorithm, *Key::generate(algorithm)).first->second;
}

Verifier verifier(std::string audience = "orders") {
  return Verifier(*Policy::create({.issuer = "https://auth.example", .audience = std::move(audience)}));
}

class EveryAlgorithm : public testing::TestWithParam<int> {
 protected:
  Algorithm algorithm() const { return static_cast<Algorithm>(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(All, EveryAlgorithm, testing::Range(0, 14), [](const auto& with) {
  return std::string(algorithm_name(static_cast<Algorithm>(with.param)));
});

TEST_P(EveryAlgorithm, NameComesBack) {
  EXPECT_EQ(parse_algorithm(algorithm_name(algorithm())), algorithm());
}

TEST_P(EveryAlgorithm, SignsAndVerifies) {
  const Key& key = key_for(algorithm());
  const std::string token = *Signer::create(key)->sign(good_claims());
  const auto verified = verifier().verify(token, *KeySet::of({key}), kNow);
  ASSERT_TRUE(verified) << verified.error().what;
  EXPECT_EQ(verified->subject(), "u-1");
  EXPECT_EQ(key.kid(), key.thumbprint());

  const Key stranger = *Key::generate(algorithm());
  EXPECT_EQ(verifier().verify(token, *KeySet::of({stranger}), kNow).error().code, Errc::kUnknownKey);
}

// RFC 7515 §5.1: "The "alg" (algorithm) Header Parameter MUST be present in the JOSE Header, with the
// algorithm value accurately representing the algorithm used to construct the JWS Signature." RFC 7519
// §7.1-1, RFC 9068 §2.1-3.
TEST_P(EveryAlgorithm, SignsUnderAHeaderThatNamesAlgorithmKeyAndType) {
  const Key& key = key_for(algorithm());
  const std::string token = *Signer::create(key)->sign(good_claims());
  EXPECT_EQ(as_text(*base64url_decode(token.substr(0, token.find('.')))),
            R"({"alg":")" + std::string(algorithm_name(algorithm())) + R"(","kid":")" + key.kid() +
                R"(","typ":"at+jwt"})");
}

// RFC 7517 §9.2: "Private and symmetric keys MUST be protected from disclosure to unintended parties."
TEST_P(EveryAlgorithm, KeysComeBackFromJwkAndPem) {
  const Key& key = key_for(algorithm());
  const std::string token = *Signer::create(*Key::from_jwk(key.jwk()))->sign(good_claims());
  if (key.is_symmetric()) {
    EXPECT_EQ(key.public_key().error().code, Errc::kInvalidArgument);
    EXPECT_EQ(key.pem().error().code, Errc::kUnsupported);
    EXPECT_EQ(KeySet::only(key).jwks(), R"({"keys":[]})");
    return;
  }
  const Key half = *key.public_key();
  EXPECT_FALSE(half.can_sign());
  EXPECT_FALSE(Signer::create(half));
  EXPECT_EQ(half.jwk().find("\"d\""), std::string::npos);
  for (const Key& loaded : {half, *Key::from_jwk(half.jwk()), *Key::from_pem(*half.pem(), algorithm()),
                            *Key::from_pem(*key.pem(), algorithm())}) {
    EXPECT_EQ(loaded.kid(), key.kid());
    EXPECT_TRUE(verifier().verify(token, KeySet::only(loaded), kNow));
  }
  EXPECT_TRUE(verifier().verify(token, *KeySet::from_jwks(KeySet::only(key).jwks()), kNow));
}

// CVE-2015-9235, CVE-2016-10555 and their kin: whatever a token says, a key does what it was loaded for.
TEST_P(EveryAlgorithm, RefusesTokensThatNameAnotherAlgorithm) {
  const Key& key = key_for(algorithm());
  for (int other = 0; other < 14; ++other) {
    const Key& attacker = key_for(static_cast<Algorithm>(other));
    if (other == GetParam()) continue;
    const std::string header =
        std::string(R"({"typ":"at+jwt","alg":")") + std::string(algorithm_name(attacker.algorithm())) + "\"}";
    const std::string token = *token::sign_jws(attacker, header, as_bytes(good_claims().json()));
    EXPECT_EQ(verifier().verify(token, KeySet::only(key), kNow).error().code, Errc::kUnsupported);
  }
}

TEST(Claims, GoInAndComeOutTyped) {
  Claims claims = good_claims();
  claims.set("text", "\xe2\x82\xac").set("whole", -7).set("number", 0.25).set("yes", true);
  ASSERT_TRUE(claims.set_json("nested", R"({"list":[1,{"deep":null}]})"));
  EXPECT_EQ(claims.set_json("nested", "{broken").error().code, Errc::kMalformed);
  claims.set("whole", 8);

  const Key key = *Key::generate(Algorithm::kHS256);
  const auto token = verifier().verify(*Signer::create(key)->sign(claims), KeySet::only(key), kNow);
  ASSERT_TRUE(token);
  EXPECT_EQ(*token->claim("text")->as_string(), "\xe2\x82\xac");
  EXPECT_EQ(*token->claim("whole")->as_int(), 8);
  EXPECT_EQ(*token->claim("number")->as_double(), 0.25);
  EXPECT_EQ(*token->claim("yes")->as_bool(), true);
  EXPECT_EQ(token->claim("nested")->member("list")->text(), R"([1,{"deep":null}])");
  EXPECT_EQ(token->claim("absent").error().code, Errc::kNotFound);
  EXPECT_EQ(token->claims().text(), claims.json());
  EXPECT_EQ(Claims::from_json(claims.json())->json(), claims.json());
  EXPECT_EQ(token->audience(), (std::vector<std::string_view>{"orders", "billing"}));
  EXPECT_TRUE(token->has_scope("orders:read"));
  EXPECT_TRUE(token->has_scope("orders:write"));
  EXPECT_FALSE(token->has_scope("orders"));
  EXPECT_FALSE(token->has_scope(""));
  EXPECT_FALSE(token->has_scope("orders:read orders:write"));
  EXPECT_TRUE(token->has_role("clerk"));
  EXPECT_FALSE(token->has_role("admin"));
}

TEST(Claims, TypedGettersTellAbsentFromWrong) {
  const Key key = *Key::generate(Algorithm::kHS256);
  Claims claims = good_claims();
  claims.set("plan", "gold").set("seats", 25).set("ratio", 0.5).set("beta", true);
  claims.set("tags", std::vector<std::string>{"a", "b"});
  const auto token = verifier().verify(*Signer::create(key)->sign(claims), KeySet::only(key), kNow);
  EXPECT_EQ(token->string("plan"), "gold");
  EXPECT_EQ(token->integer("seats"), 25);
  EXPECT_EQ(token->number("ratio"), 0.5);
  EXPECT_EQ(token->boolean("beta"), true);
  EXPECT_EQ(*token->strings("tags"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(token->string("absent").error().code, Errc::kNotFound);
  EXPECT_EQ(token->integer("plan").error().code, Errc::kInvalidArgument);
}

TEST(Claims, RolesAreAnArrayOrNothing) {
  const Key key = *Key::generate(Algorithm::kHS256);
  for (const char* roles : {R"({"denied":"clerk"})", R"("clerk")", R"([["clerk"]])", "null"}) {
    Claims claims = good_claims();
    ASSERT_TRUE(claims.set_json("roles", roles));
    const auto token = verifier().verify(*Signer::create(key)->sign(claims), KeySet::only(key), kNow);
    ASSERT_TRUE(token) << roles;
    EXPECT_FALSE(token->has_role("clerk")) << roles;
  }
}

TEST(Claims, OutliveTheVerifierAndTheText) {
  const Key key = *Key::generate(Algorithm::kHS256);
  const auto make = [&] {
    const std::string token = *Signer::create(key)->sign(good_claims());
    return *verifier().verify(token, KeySet::only(key), kNow);
  };
  const VerifiedToken token = make();
  const VerifiedToken copy = token;
  EXPECT_EQ(copy.issuer(), "https://auth.example");
}

TEST(Signer, SignsNothingThatVerifiersCannotRead) {
  const Signer signer = *Signer::create(*Key::generate(Algorithm::kHS256));
  for (Claims broken :
       {good_claims().set("sub", "a\xff"), good_claims().set("a\xff", 1), good_claims().set("n", 0.0 / 0.0),
        good_claims().set("list", std::vector<std::string>{"\xff"})}) {
    EXPECT_EQ(signer.sign(broken).error().code, Errc::kInvalidArgument);
  }
  EXPECT_EQ(signer.sign(good_claims().set("big", std::string(20'000, 'x'))).error().code,
            Errc::kInvalidArgument);
  Claims deep = good_claims();
  EXPECT_EQ(deep.set_json("deep", std::string(17, '[') + std::string(17, ']')).error().code,
            Errc::kMalformed);
  ASSERT_TRUE(
      deep.set_json("deep", std::string(16, '[') + std::string(16, ']')));  // one too deep inside the claims
  EXPECT_EQ(signer.sign(deep).error().code, Errc::kInvalidArgument);
}

TEST(Policy, CannotBeLeftOpen) {
  const auto code = [](Expectations expectations) {
    return Policy::create(std::move(expectations)).error().code;
  };
  EXPECT_EQ(code({.issuer = "", .audience = "a"}), Errc::kInvalidArgument);
  EXPECT_EQ(code({.issuer = "i", .audience = ""}), Errc::kInvalidArgument);
  EXPECT_EQ(code({.issuer = "i", .audience = "a", .type = ""}), Errc::kInvalidArgument);
  EXPECT_EQ(code({.issuer = "i", .audience = "a", .leeway = std::chrono::seconds(601)}),
            Errc::kInvalidArgument);
  EXPECT_EQ(code({.issuer = "i", .audience = "a", .leeway = std::chrono::seconds(-1)}),
            Errc::kInvalidArgument);
}

// What `use` and `key_ops` forbid stays forbidden when the key has been written and read again.
TEST(Key, WhatItMayNotDoItMayNotDoLater) {
  std::string jwk = key_for(Algorithm::kES256).jwk();
  jwk.replace(jwk.find(R"("use":"sig")"), 11, R"("use":"enc")");
  const Key encryption = *Key::from_jwk(jwk);
  EXPECT_FALSE(encryption.can_sign() || encryption.can_verify());
  const Key again = *Key::from_jwk(encryption.jwk());
  EXPECT_FALSE(again.can_sign() || again.can_verify());
  EXPECT_EQ(encryption.public_key().error().code, Errc::kInvalidArgument);

  jwk.replace(jwk.find(R"("use":"enc")"), 11, R"("key_ops":["sign"])");
  const Key signing = *Key::from_jwk(Key::from_jwk(jwk)->jwk());
  EXPECT_TRUE(signing.can_sign() && !signing.can_verify());
  EXPECT_TRUE(signing.public_key()->can_verify());
}

TEST(KeySet, AmbiguousSetsAreRefusedAndBadKeysAreSkipped) {
  const Key rsa = *Key::generate(Algorithm::kRS256);
  const Key ec = *Key::generate(Algorithm::kES256);
  const std::string rsa_jwk = rsa.public_key()->jwk();
  const std::string ec_jwk = ec.public_key()->jwk();
  const auto set = [](const std::string& entries) {
    return KeySet::from_jwks("{\"keys\":[" + entries + "]}");
  };

  EXPECT_EQ(set("").error().code, Errc::kInvalidArgument);
  EXPECT_EQ(set(rsa_jwk + "," + rsa_jwk).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(set(rsa_jwk + "," + Key::generate(Algorithm::kHS256)->jwk()).error().code,
            Errc::kInvalidArgument);
  // The twin is refused also when it is one that could not be loaded.
  EXPECT_EQ(set(rsa_jwk + ",{\"kty\":\"new\",\"kid\":\"" + rsa.kid() + "\"}").error().code,
            Errc::kInvalidArgument);

  const auto partly =
      set(rsa_jwk + R"(,{"kty":"RSA","kid":"weak","alg":"RS256","n":"AQAB","e":"AQAB"},{"kty":"quantum"},)" +
          ec_jwk);
  ASSERT_TRUE(partly);
  EXPECT_EQ(partly->keys().size(), 2U);
  ASSERT_EQ(partly->skipped().size(), 2U);
  EXPECT_EQ(partly->skipped()[0].kid, "weak");
  EXPECT_EQ(partly->skipped()[0].why.code, Errc::kInvalidArgument);
  EXPECT_EQ(partly->skipped()[1].why.code, Errc::kUnsupported);
}

}  // namespace
}  // namespace signet

#include "signet/verifier.h"

#include "base/try.h"
#include "token/jws.h"
#include "token/registered_claims.h"

namespace signet {
namespace {

Result<void> judge(const token::RegisteredClaims& claims, const Expectations& expected, Time now) {
  // RFC 9068 §4: the issuer "MUST exactly match the value of the "iss" claim."
  if (claims.issuer != expected.issuer)
    return fail(Errc::kWrongIssuer, "the token was issued by somebody else");
  // RFC 7519 §4.1.3: "If the principal processing the claim does not identify itself with a value in the
  // "aud" claim when this claim is present, then the JWT MUST be rejected." RFC 8725 §3.9-1 and RFC 9068 §4-4
  // say the same of a token without one.
  if (!claims.audience || !token::names(*claims.audience, expected.audience)) {
    return fail(Errc::kWrongAudience, "the token is meant for another service");
  }
  // RFC 7519 §4.1.4: "the expiration time on or after which the JWT MUST NOT be accepted for processing"; RFC
  // 7519 §4.1.4-2, RFC 9068 §4-8.
  if (now >= *claims.expires_at + expected.leeway) return fail(Errc::kExpired, "the token has expired");
  // RFC 7519 §4.1.5: "the time before which the JWT MUST NOT be accepted for processing"; RFC 7519 §4.1.5-2.
  if (claims.not_before && now + expected.leeway < *claims.not_before) {
    return fail(Errc::kNotYetValid, "the token is not valid yet: compare the clocks");
  }
  return {};
}

}  // namespace

// RFC 7519 §4.1.3: "Each principal intended to process the JWT MUST identify itself with a value in the
// audience claim."
Result<Policy> Policy::create(Expectations expectations) {
  using namespace std::chrono_literals;
  if (expectations.issuer.empty()) return fail(Errc::kInvalidArgument, "a policy needs an issuer");
  if (expectations.audience.empty()) return fail(Errc::kInvalidArgument, "a policy needs an audience");
  if (expectations.type.empty()) return fail(Errc::kInvalidArgument, "a policy needs a type of token");
  if (expectations.leeway < 0s || expectations.leeway > 10min) {
    return fail(Errc::kInvalidArgument, "a leeway is 0 to 600 seconds");
  }
  return Policy(std::move(expectations));
}

// RFC 7519 §7.2: "If any of the listed steps fail, then the JWT MUST be rejected". Whether it was revoked is
// asked last (Token Status List §8.3: "a Relying Party MUST first perform the validation of the Referenced
// Token").
Result<VerifiedToken> Verifier::verify(std::string_view token, const KeySet& keys, Time now) const {
  TRY(jws, token::verify_jws(token, keys));
  TRY(document, std::move(jws.payload).parse_object());
  TRY(claims, token::read_registered_claims(json::root(*document)));
  if (!token::is_type(jws.type, policy_.expectations().type)) {
    return fail(Errc::kWrongType, "another kind of token");
  }
  TRY_DO(judge(claims, policy_.expectations(), now));
  return VerifiedToken(std::move(document), *claims.expires_at, claims.status);
}

}  // namespace signet

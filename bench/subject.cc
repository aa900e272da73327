#include "subject.h"

#include "base/base64url.h"

namespace signet::bench {
namespace {

/// A number of a key, out of its JWK.
std::string member(const Key& key, const std::string& name) {
  const std::string jwk = key.jwk();
  const std::size_t start = jwk.find("\"" + name + "\":\"") + name.size() + 4;
  const Bytes bytes = *base64url_decode(std::string_view(jwk).substr(start, jwk.find('"', start) - start));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Claims make_claims() {
  Claims claims;
  claims.set("iss", kIssuer)
      .set("sub", "Rk3vX0mZq1uYt8sWbN2cPg")
      .set("aud", std::vector<std::string>{kAudience, "billing"});
  claims.set("exp", kNow + std::chrono::minutes(10)).set("iat", kNow).set("jti", "Zr8n0Q2xV5bT7kYmL4sJdA");
  claims.set("sid", "pW3tG6hX9cR1vB5nM8qKeQ").set("scope", "orders:read orders:write").set("plan", "gold");
  return claims;
}

Verifier make_verifier() {
  return Verifier(*Policy::create({.issuer = kIssuer, .audience = kAudience}));
}

std::unique_ptr<Bare> Subject::bare() const {
  switch (verifying.algorithm()) {
    case Algorithm::kHS256:
      return make_bare_hmac(member(verifying, "k"));
    case Algorithm::kEd25519:
      return make_bare_ed25519(member(verifying, "x"));
    default:
      return make_bare_evp(*verifying.pem());
  }
}

Subject make_subject(Algorithm algorithm) {
  Key key = *Key::generate(algorithm);
  std::string token = *Signer::create(key)->sign(make_claims());
  const std::size_t dot = token.rfind('.');
  const Bytes raw = *base64url_decode(std::string_view(token).substr(dot + 1));
  std::string signature(raw.begin(), raw.end());
  if (algorithm == Algorithm::kES256) signature = to_der(signature);
  std::string input = token.substr(0, dot);
  Key verifying = key.is_symmetric() ? key : *key.public_key();
  return {std::move(key), std::move(verifying), std::move(token), std::move(input), std::move(signature)};
}

}  // namespace signet::bench

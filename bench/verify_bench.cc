// What a verification costs: parse, signature, claims, policy; beside the bare primitive on the same bytes.
// The names are ALGORITHM/signet and ALGORITHM/bare; bench/run.py prints their ratio.
#include <benchmark/benchmark.h>

#include "bare.h"
#include "base/base64url.h"
#include "signet/signer.h"
#include "signet/verifier.h"

namespace signet::bench {
namespace {

constexpr Time kNow = from_unix(1'800'000'000);
constexpr const char* kIssuer = "https://auth.example.com";

/// A token with nine claims, as the issuer makes them.
std::string make_token(const Key& key) {
  Claims claims;
  claims.set("iss", kIssuer)
      .set("sub", "Rk3vX0mZq1uYt8sWbN2cPg")
      .set("aud", std::vector<std::string>{"orders", "billing"});
  claims.set("exp", kNow + std::chrono::minutes(10)).set("iat", kNow).set("jti", "Zr8n0Q2xV5bT7kYmL4sJdA");
  claims.set("sid", "pW3tG6hX9cR1vB5nM8qKeQ").set("scope", "orders:read orders:write").set("plan", "gold");
  return *Signer::create(key)->sign(claims);
}

struct Subject {
  Key key;
  std::string token;
  std::string input;      // header "." payload
  std::string signature;  // decoded
  std::unique_ptr<Bare> bare;
};

Subject make_subject(Algorithm algorithm) {
  Key key = *Key::generate(algorithm);
  std::string token = make_token(key);
  const std::size_t dot = token.rfind('.');
  const Bytes raw = *base64url_decode(std::string_view(token).substr(dot + 1));
  std::string signature(raw.begin(), raw.end());
  std::string input = token.substr(0, dot);
  std::unique_ptr<Bare> bare;
  const auto member = [&](const std::string& name) {
    const std::string jwk = key.jwk();
    const std::size_t start = jwk.find("\"" + name + "\":\"") + name.size() + 4;
    const Bytes bytes = *base64url_decode(std::string_view(jwk).substr(start, jwk.find('"', start) - start));
    return std::string(bytes.begin(), bytes.end());
  };
  switch (algorithm) {
    case Algorithm::kHS256:
      bare = make_bare_hmac(member("k"));
      break;
    case Algorithm::kEd25519:
      bare = make_bare_ed25519(member("x"));
      break;
    case Algorithm::kES256:
      signature = to_der(signature);
      [[fallthrough]];
    default:
      bare = make_bare_evp(*key.public_key()->pem());
  }
  Key verifying = key.is_symmetric() ? key : *key.public_key();
  return {std::move(verifying), std::move(token), std::move(input), std::move(signature), std::move(bare)};
}

void signet_verifies(benchmark::State& state, const Subject& subject) {
  const Verifier verifier(*Policy::create({.issuer = kIssuer, .audience = "orders"}));
  const KeySet keys = *KeySet::of({subject.key});
  for (auto _ : state) {
    const auto verified = verifier.verify(subject.token, keys, kNow);
    if (!verified || verified->subject().empty()) state.SkipWithError("a good token was refused");
  }
}

void bare_verifies(benchmark::State& state, const Subject& subject) {
  for (auto _ : state) {
    if (!subject.bare->verify(subject.input, subject.signature))
      state.SkipWithError("a good signature was refused");
  }
}

}  // namespace
}  // namespace signet::bench

int main(int argc, char** argv) {
  using namespace signet;
  static std::vector<bench::Subject> subjects;
  for (const Algorithm algorithm :
       {Algorithm::kHS256, Algorithm::kRS256, Algorithm::kES256, Algorithm::kEd25519}) {
    subjects.push_back(bench::make_subject(algorithm));
  }
  for (const bench::Subject& subject : subjects) {
    const std::string name(algorithm_name(subject.key.algorithm()));
    benchmark::RegisterBenchmark((name + "/signet").c_str(),
                                 [&](benchmark::State& s) { signet_verifies(s, subject); });
    benchmark::RegisterBenchmark((name + "/bare").c_str(),
                                 [&](benchmark::State& s) { bare_verifies(s, subject); });
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

// What the benchmarks verify: a token of nine claims, as the issuer makes them, and the bare primitive on the
// same bytes.
#pragma once

#include <memory>
#include <string>

#include "bare.h"
#include "signet/key.h"
#include "signet/signer.h"
#include "signet/verifier.h"

namespace signet::bench {

inline constexpr Time kNow = from_unix(1'800'000'000);
inline constexpr const char* kIssuer = "https://auth.example.com";
inline constexpr const char* kAudience = "orders";
inline constexpr Algorithm kAlgorithms[] = {Algorithm::kHS256, Algorithm::kRS256, Algorithm::kES256,
                                            Algorithm::kEd25519};

/// make_claims returns the nine claims, good at kNow.
[[nodiscard]] Claims make_claims();

/// make_verifier expects kIssuer and kAudience.
[[nodiscard]] Verifier make_verifier();

struct Subject {
  Key signing;
  Key verifying;
  std::string token;
  std::string input;      // header "." payload
  std::string signature;  // decoded, as Bare wants it

  [[nodiscard]] std::string name() const { return std::string(algorithm_name(verifying.algorithm())); }
  /// bare makes the yardstick for this key. Not for concurrent use: each thread makes its own.
  [[nodiscard]] std::unique_ptr<Bare> bare() const;
};

[[nodiscard]] Subject make_subject(Algorithm algorithm);

}  // namespace signet::bench

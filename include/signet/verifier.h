// Verifier judges tokens: a pure function of the token, the keys and the time, without I/O. An API would
// rather hold a Guard (guard.h), which is a Verifier that keeps its keys fresh by itself.
//
//   auto policy = signet::Policy::create({.issuer = "https://auth.example.com", .audience = "orders"});
//   auto verified = signet::Verifier(*policy).verify(token, keys, signet::system_now());
//   if (!verified) return refuse(verified.error());
//
// Policies and verifiers are immutable and safe to use from many threads.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "signet/key.h"
#include "signet/token.h"

namespace signet {

/// Expectations are what a service demands of a token. Issuer and audience cannot be left out.
struct Expectations {
  std::string issuer{};            // equal to `iss`, byte by byte
  std::string audience{};          // this service's name: `aud` must be it, or hold it
  std::string type = "at+jwt";     // equal to the header's `typ`, which may say "application/" before it
  std::chrono::seconds leeway{0};  // how far clocks may be apart: 0 to 10 minutes
};

class SIGNET_API Policy {
 public:
  /// create checks the expectations. kInvalidArgument: no issuer, no audience, no type, or a leeway out of
  /// range.
  [[nodiscard]] static Result<Policy> create(Expectations expectations);

  [[nodiscard]] const Expectations& expectations() const noexcept { return expectations_; }

 private:
  explicit Policy(Expectations expectations) : expectations_(std::move(expectations)) {}

  Expectations expectations_;
};

class SIGNET_API Verifier {
 public:
  explicit Verifier(Policy policy) : policy_(std::move(policy)) {}

  /// verify returns the token's claims when it is good at the time `now`; judged in this order, and the first
  /// thing that is wrong is the answer: size, shape and header (kMalformed, kUnsupported), key (kUnknownKey;
  /// kUnsupported when `alg` is not the key's; kInvalidArgument when the key may not verify), signature
  /// (kBadSignature), the claims' form (kMalformed), `typ` (kWrongType), `iss` (kWrongIssuer), `aud`
  /// (kWrongAudience), `exp` (kExpired), `nbf` (kNotYetValid). Claims are not parsed before the signature
  /// holds.
  [[nodiscard]] Result<VerifiedToken> verify(std::string_view token, const KeySet& keys, Time now) const;

 private:
  Policy policy_;
};

}  // namespace signet

// Signer makes tokens.
//
//   auto key = signet::Key::generate(signet::Algorithm::kES256);
//   auto signer = signet::Signer::create(*key);
//   signet::Claims claims;
//   claims.set("iss", issuer).set("aud", "orders").set("exp", signet::system_now() + std::chrono::minutes(10));
//   auto token = signer->sign(claims);
//
// A Signer is immutable and safe to use from many threads.
#pragma once

#include <string>
#include <string_view>

#include "signet/key.h"
#include "signet/token.h"

namespace signet {

class SIGNET_API Signer {
 public:
  /// create takes a private key or a secret. kInvalidArgument: a key that cannot or may not sign.
  [[nodiscard]] static Result<Signer> create(Key key);

  /// sign returns a compact JWS (RFC 7515 §3.1) whose header has `alg`, `kid` and, as `typ`, `type`.
  /// kInvalidArgument: claims that are not UTF-8, hold a number that is not finite or nest too deeply, or a token longer
  /// than verifiers accept (16 KiB).
  [[nodiscard]] Result<std::string> sign(const Claims& claims, std::string_view type = "at+jwt") const;

  [[nodiscard]] const Key& key() const noexcept { return key_; }

 private:
  explicit Signer(Key key) : key_(std::move(key)) {}

  Key key_;
};

}  // namespace signet

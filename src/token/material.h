// What a Key is inside: numbers, and the scheme that was made of them when it was loaded.
#pragma once

#include <string>

#include "crypto/numbers.h"
#include "crypto/scheme.h"
#include "signet/key.h"

namespace signet::token {

/// Usage is what a JWK's `use` and `key_ops` leave (RFC 7517 §4.2, §4.3).
struct Usage {
  bool sign = true;
  bool verify = true;
};

struct KeyMaterial {
  /// wrap is the only way to a Key.
  static Key wrap(std::shared_ptr<const KeyMaterial> material) { return Key(std::move(material)); }

  Algorithm algorithm;
  std::string kid;
  crypto::KeyNumbers numbers;
  crypto::SchemePtr scheme;
  Usage usage;
  std::string own_header;  // in base64url, what Signer's tokens of the type at+jwt begin with
};

/// kOwnType is the type of our access tokens, RFC 9068 §2.1.
inline constexpr std::string_view kOwnType = "at+jwt";

/// make_key builds the scheme, proves that a private key fits its public half, and names the key by its
/// thumbprint when `kid` is empty. kInvalidArgument: weak or impossible numbers.
[[nodiscard]] Result<Key> make_key(crypto::KeyNumbers numbers, Algorithm algorithm, std::string kid,
                                   Usage usage);

}  // namespace signet::token

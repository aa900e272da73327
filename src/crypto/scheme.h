// Scheme is one key together with the one way it signs. Whoever holds a Scheme cannot choose an algorithm any
// more, and neither can a token.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "crypto/numbers.h"
#include "signet/result.h"

namespace signet::crypto {

/// All operations are safe to call from many threads at once.
class Scheme {
 public:
  virtual ~Scheme() = default;

  /// verify is true exactly when `signature` is one that this key made, in JWS's form (RFC 7518 §3), over
  /// `data`. Signatures of a wrong length are refused before any arithmetic.
  [[nodiscard]] virtual bool verify(ByteView data, ByteView signature) const noexcept = 0;

  /// sign returns a signature in JWS's form. kInvalidArgument: the key is a public one. kInternal: OpenSSL
  /// failed.
  [[nodiscard]] virtual Result<Bytes> sign(ByteView data) const = 0;
};

using SchemePtr = std::shared_ptr<const Scheme>;

enum class RsaPadding : std::uint8_t { kPkcs1, kPss };

/// HMAC (RFC 2104). kInvalidArgument: the secret is shorter than the hash (RFC 7518 §3.2).
[[nodiscard]] Result<SchemePtr> make_hmac(const OctNumbers& numbers, Hash hash);

/// RSASSA-PKCS1-v1_5, or RSASSA-PSS with MGF1 of the same hash and a salt of its length (RFC 7518 §3.3,
/// §3.5). kInvalidArgument: fewer than 2048 or more than 8192 bits, e below 65537 or even, a modulus of the
/// ROCA family, or numbers that do not belong together.
[[nodiscard]] Result<SchemePtr> make_rsa(const RsaNumbers& numbers, Hash hash, RsaPadding padding);

/// ECDSA with signatures as r || s (RFC 7518 §3.4). kInvalidArgument: the point is not on the curve.
[[nodiscard]] Result<SchemePtr> make_ecdsa(const EcNumbers& numbers, Hash hash);

/// Ed25519 (RFC 8032 §5.1). kInvalidArgument: not a point of the prime-order group, or a seed of another key.
[[nodiscard]] Result<SchemePtr> make_ed25519(const Ed25519Numbers& numbers);

}  // namespace signet::crypto

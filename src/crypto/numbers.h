// Keys as the numbers that they are: the one form that JWK and PEM are read into and written from.
// Integers are unsigned, big-endian. RSA's have no leading zeros; coordinates have the full length of the
// field.
#pragma once

#include <variant>

#include "base/bytes.h"
#include "base/secret.h"

namespace signet::crypto {

struct OctNumbers {
  Secret k;
};

struct RsaNumbers {
  Bytes n, e;
  Secret d, p, q, dp, dq, qi;  // all empty for a public key
};

enum class Curve : std::uint8_t { kP256, kP384, kP521, kSecp256k1 };

struct EcNumbers {
  Curve curve = Curve::kP256;
  Bytes x, y;
  Secret d;  // empty for a public key
};

struct Ed25519Numbers {
  Bytes x;
  Secret d;  // the seed; empty for a public key
};

using KeyNumbers = std::variant<OctNumbers, RsaNumbers, EcNumbers, Ed25519Numbers>;

/// field_size returns the length in bytes of a coordinate: 32, 48, 66 or 32.
[[nodiscard]] constexpr std::size_t field_size(Curve curve) noexcept {
  switch (curve) {
    case Curve::kP384:
      return 48;
    case Curve::kP521:
      return 66;
    default:
      return 32;
  }
}

/// is_private tells whether the numbers can sign. Shared secrets can.
[[nodiscard]] bool is_private(const KeyNumbers& numbers) noexcept;

/// public_half copies the public numbers alone. A shared secret has none: undefined for OctNumbers.
[[nodiscard]] KeyNumbers public_half(const KeyNumbers& numbers);

/// clone copies all of them, secrets included.
[[nodiscard]] KeyNumbers clone(const KeyNumbers& numbers);

}  // namespace signet::crypto

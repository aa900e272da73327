// ROCA (CVE-2017-15361): Infineon's chips made RSA primes of the form k * M + (65537^a mod M), M being a
// product of small primes; such keys can be factored. Modulo each of those primes, the product of two is a
// power of 65537. For crypto/ alone.
#pragma once

#include <openssl/bn.h>

namespace signet::crypto {

/// looks_like_roca tells whether `n` has that fingerprint. An honest modulus has it with a chance below
/// 2^-27.
[[nodiscard]] bool looks_like_roca(const BIGNUM& n);

}  // namespace signet::crypto

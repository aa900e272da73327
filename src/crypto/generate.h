// New keys, from the operating system's randomness.
#pragma once

#include "crypto/numbers.h"
#include "signet/result.h"

namespace signet::crypto {

// kInternal: OpenSSL failed, which happens when memory or randomness has run out.
[[nodiscard]] Result<KeyNumbers> generate_rsa(unsigned bits);
[[nodiscard]] Result<KeyNumbers> generate_ec(Curve curve);
[[nodiscard]] Result<KeyNumbers> generate_ed25519();
[[nodiscard]] KeyNumbers generate_secret(std::size_t size);

}  // namespace signet::crypto

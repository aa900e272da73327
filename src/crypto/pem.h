// Keys as PEM (RFC 7468): SubjectPublicKeyInfo, PKCS#8, PKCS#1 and SEC1. The label says what is inside;
// nothing is guessed, and what follows the key is not ignored.
#pragma once

#include <string>
#include <string_view>

#include "crypto/numbers.h"
#include "signet/result.h"

namespace signet::crypto {

/// read_pem reads the one key in `pem`: "PUBLIC KEY", "PRIVATE KEY", "RSA PUBLIC KEY", "RSA PRIVATE KEY" or
/// "EC PRIVATE KEY" (with or without the "EC PARAMETERS" that OpenSSL writes before it). kMalformed: no such
/// block, broken base64 or DER, or anything after it. kUnsupported: encrypted, another label, or another kind
/// of key.
[[nodiscard]] Result<KeyNumbers> read_pem(std::string_view pem);

/// write_public_pem returns a "PUBLIC KEY". kUnsupported: a shared secret.
[[nodiscard]] Result<std::string> write_public_pem(const KeyNumbers& numbers);

/// write_private_pem returns a "PRIVATE KEY", not encrypted. kUnsupported: a shared secret. kInvalidArgument:
/// a public key.
[[nodiscard]] Result<std::string> write_private_pem(const KeyNumbers& numbers);

}  // namespace signet::crypto

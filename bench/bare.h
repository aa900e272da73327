// The yardstick: OpenSSL and libsodium used directly, in the fastest way that they document, on the same
// bytes. No parsing, no policy: nobody who checks signatures with these libraries can be faster.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace signet::bench {

class Bare {
 public:
  virtual ~Bare() = default;
  /// verify checks the signature of a signing input, both as they are in the token, decoded beforehand.
  [[nodiscard]] virtual bool verify(std::string_view input, std::string_view signature) = 0;
};

/// make_bare_hmac saves the inner and outer SHA-256 states, as OpenSSL's documentation suggests for repeated
/// use.
[[nodiscard]] std::unique_ptr<Bare> make_bare_hmac(std::string_view secret);

/// make_bare_evp reuses one EVP_PKEY_CTX for a public key in PEM, with SHA-256 beside it. ECDSA signatures
/// are in DER.
[[nodiscard]] std::unique_ptr<Bare> make_bare_evp(std::string_view pem);

/// make_bare_ed25519 is libsodium's.
[[nodiscard]] std::unique_ptr<Bare> make_bare_ed25519(std::string_view public_key);

/// to_der turns r || s into what make_bare_evp wants.
[[nodiscard]] std::string to_der(std::string_view r_and_s);

}  // namespace signet::bench

// OpenSSL's objects with owners, and the numbers of a key turned into one. For crypto/ alone.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>

#include "crypto/numbers.h"
#include "signet/result.h"

namespace signet::crypto {

template <auto release>
struct Releaser {
  template <class T>
  void operator()(T* object) const noexcept {
    release(object);
  }
};

using EvpKey = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using EvpContext = std::unique_ptr<EVP_PKEY_CTX, Releaser<EVP_PKEY_CTX_free>>;
using BigNumber = std::unique_ptr<BIGNUM, Releaser<BN_clear_free>>;
using Bio = std::unique_ptr<BIO, Releaser<BIO_free_all>>;

/// ErrorMark takes what OpenSSL complains about during a call of ours off the thread's error queue again, and leaves what
/// was there before: the queue belongs to the application, which would take our refusal of a token for a fault of its
/// own TLS connection.
class ErrorMark {
 public:
  ErrorMark() { ERR_set_mark(); }
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
  ~ErrorMark() { ERR_pop_to_mark(); }
};

/// to_bignum reads unsigned big-endian bytes; never null unless memory has run out.
[[nodiscard]] BigNumber to_bignum(ByteView bytes);

/// to_evp makes OpenSSL's key of the numbers. kInvalidArgument: OpenSSL refuses them (a point that is not on
/// the curve, an impossible modulus). kUnsupported: a shared secret, which OpenSSL has no key for.
[[nodiscard]] Result<EvpKey> to_evp(const KeyNumbers& numbers);
[[nodiscard]] Result<EvpKey> to_evp(const RsaNumbers& numbers);
[[nodiscard]] Result<EvpKey> to_evp(const EcNumbers& numbers);
[[nodiscard]] Result<EvpKey> to_evp(const Ed25519Numbers& numbers);

/// from_evp reads the numbers of a key that OpenSSL has parsed or made. kUnsupported: neither RSA, nor EC on
/// one of our curves, nor Ed25519.
[[nodiscard]] Result<KeyNumbers> from_evp(const EVP_PKEY& key);

}  // namespace signet::crypto

#include "crypto/generate.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "base/try.h"
#include "crypto/evp.h"
#include "crypto/random.h"

namespace signet::crypto {
namespace {

constexpr const char* kFailed = "OpenSSL could not make a key";

Result<KeyNumbers> read_back(EVP_PKEY* key) {
  const EvpKey owner(key);
  if (!owner) return fail(Errc::kInternal, kFailed);
  return from_evp(*owner);
}

const char* nist_name(Curve curve) {
  switch (curve) {
    case Curve::kP384:
      return "P-384";
    case Curve::kP521:
      return "P-521";
    case Curve::kSecp256k1:
      return "secp256k1";
    default:
      return "P-256";
  }
}

}  // namespace

Result<KeyNumbers> generate_rsa(unsigned bits) {
  return read_back(EVP_RSA_gen(bits));
}

Result<KeyNumbers> generate_ec(Curve curve) {
  return read_back(EVP_EC_gen(nist_name(curve)));
}

Result<KeyNumbers> generate_ed25519() {
  return read_back(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

KeyNumbers generate_secret(std::size_t size) {
  return OctNumbers{random_secret(size)};
}

}  // namespace signet::crypto

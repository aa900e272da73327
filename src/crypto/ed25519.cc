#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/try.h"
#include "crypto/random.h"
#include "crypto/scheme.h"

namespace signet::crypto {
namespace {

class Ed25519 final : public Scheme {
 public:
  Ed25519(ByteView public_key, Secret secret_key) : secret_(std::move(secret_key)) {
    std::copy(public_key.begin(), public_key.end(), public_.begin());
  }

  bool verify(ByteView data, ByteView signature) const noexcept override {
    if (signature.size() != crypto_sign_BYTES) return false;
    return crypto_sign_verify_detached(signature.data(), data.data(), data.size(), public_.data()) == 0;
  }

  Result<Bytes> sign(ByteView data) const override {
    if (secret_.empty()) return fail(Errc::kInvalidArgument, "a public key cannot sign");
    Bytes signature(crypto_sign_BYTES);
    crypto_sign_detached(signature.data(), nullptr, data.data(), data.size(), secret_.view().data());
    return signature;
  }

 private:
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> public_;
  Secret secret_;  // libsodium's form: seed || public key; empty for a public key
};

}  // namespace

Result<SchemePtr> make_ed25519(const Ed25519Numbers& numbers) {
  TRY_DO(start_sodium());
  if (numbers.x.size() != crypto_sign_PUBLICKEYBYTES ||
      (!numbers.d.empty() && numbers.d.size() != crypto_sign_SEEDBYTES)) {
    return fail(Errc::kInvalidArgument, "an Ed25519 key has 32 bytes");
  }
  if (crypto_core_ed25519_is_valid_point(numbers.x.data()) != 1) {
    return fail(Errc::kInvalidArgument, "not a point of Ed25519's prime-order group");
  }
  if (numbers.d.empty()) return std::make_shared<Ed25519>(numbers.x, Secret{});

  Bytes derived(crypto_sign_PUBLICKEYBYTES);
  Secret secret(crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(derived.data(), secret.writable().data(), numbers.d.view().data());
  if (derived != numbers.x)
    return fail(Errc::kInvalidArgument, "the private key belongs to another public key");
  return std::make_shared<Ed25519>(numbers.x, std::move(secret));
}

}  // namespace signet::crypto

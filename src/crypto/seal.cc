#include "crypto/seal.h"

#include <sodium.h>

#include "base/base64url.h"
#include "base/try.h"
#include "crypto/random.h"

namespace signet::crypto {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

}  // namespace

Result<MasterKey> MasterKey::from(Secret bytes) {
  TRY_DO(start_sodium());
  if (bytes.size() != kSize) return fail(Errc::kInvalidArgument, "a master key has 32 bytes");
  return MasterKey(std::move(bytes));
}

Secret MasterKey::derive(std::string_view purpose) const {
  // BLAKE2b keyed with the master key is a PRF; the purpose is its whole input.
  Secret key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  const ByteView input = as_bytes(purpose);
  crypto_generichash(key.writable().data(), key.size(), input.data(), input.size(), bytes_.view().data(),
                     bytes_.size());
  return key;
}

std::string MasterKey::seal(std::string_view purpose, ByteView plain) const {
  const Secret key = derive(purpose);
  Bytes sealed(kNonce + plain.size() + kTag);
  randombytes_buf(sealed.data(), kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonce, nullptr, plain.data(), plain.size(),
                                             nullptr, 0, nullptr, sealed.data(), key.view().data());
  return base64url_encode(sealed);
}

Result<Secret> MasterKey::open(std::string_view purpose, std::string_view text) const {
  TRY(sealed, base64url_decode(text));
  if (sealed.size() < kNonce + kTag) return fail(Errc::kMalformed, "a sealed value that was cut short");
  const Secret key = derive(purpose);
  Secret plain(sealed.size() - kNonce - kTag);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.writable().data(), nullptr, nullptr,
                                                 sealed.data() + kNonce, sealed.size() - kNonce, nullptr, 0,
                                                 sealed.data(), key.view().data()) != 0) {
    return fail(Errc::kMalformed, "sealed under another master key, or damaged");
  }
  return plain;
}

Bytes MasterKey::mac(std::string_view purpose, std::string_view text) const {
  const Secret key = derive(purpose);
  Bytes tag(32);
  const ByteView input = as_bytes(text);
  crypto_generichash(tag.data(), tag.size(), input.data(), input.size(), key.view().data(), key.size());
  return tag;
}

}  // namespace signet::crypto

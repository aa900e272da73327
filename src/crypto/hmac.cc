#include <openssl/crypto.h>

#include <array>

#include "base/try.h"
#include "crypto/scheme.h"
#include "crypto/sha2.h"

namespace signet::crypto {
namespace {

// RFC 2104: H(K XOR opad, H(K XOR ipad, text)). Both inner and outer states are computed once, when the key
// is loaded; each use copies them.
template <Hash hash>
class Hmac final : public Scheme {
  using H = Sha2<hash>;

 public:
  explicit Hmac(ByteView secret) {
    std::array<std::uint8_t, H::kBlock> block{};
    if (secret.size() > block.size()) {
      const Digest shorter = digest(hash, secret);
      std::copy(shorter.view().begin(), shorter.view().end(), block.begin());
    } else {
      std::copy(secret.begin(), secret.end(), block.begin());
    }
    inner_ = start_with(block, 0x36);
    outer_ = start_with(block, 0x5c);
    OPENSSL_cleanse(block.data(), block.size());
  }

  ~Hmac() override {
    OPENSSL_cleanse(&inner_, sizeof inner_);
    OPENSSL_cleanse(&outer_, sizeof outer_);
  }

  bool verify(ByteView data, ByteView signature) const noexcept override {
    if (signature.size() != digest_size(hash)) return false;
    // RFC 7518 §3.2: the comparison "MUST be done in a constant-time manner to thwart timing attacks"; RFC
    // 7515 §10.9-1.
    return CRYPTO_memcmp(mac(data).view().data(), signature.data(), signature.size()) == 0;
  }

  Result<Bytes> sign(ByteView data) const override {
    const Digest tag = mac(data);
    return Bytes(tag.view().begin(), tag.view().end());
  }

 private:
  static typename H::State start_with(std::array<std::uint8_t, H::kBlock> block, std::uint8_t pad) {
    for (std::uint8_t& byte : block) byte ^= pad;
    typename H::State state;
    H::start(state);
    H::feed(state, block);
    OPENSSL_cleanse(block.data(), block.size());
    return state;
  }

  Digest mac(ByteView data) const noexcept {
    Digest tag(hash);
    typename H::State state = inner_;
    H::feed(state, data);
    H::finish(state, tag.data());
    state = outer_;
    H::feed(state, tag.view());
    H::finish(state, tag.data());
    return tag;
  }

  typename H::State inner_;
  typename H::State outer_;
};

}  // namespace

Result<SchemePtr> make_hmac(const OctNumbers& numbers, Hash hash) {
  // RFC 7518 §3.2: "A key of the same size as the hash output (for instance, 256 bits for "HS256") or larger
  // MUST be used with this algorithm." RFC 8725 §3.5-1: a password has no such length, and comes in by no
  // door.
  if (numbers.k.size() < digest_size(hash)) {
    return fail(Errc::kInvalidArgument,
                "the secret is shorter than its hash: use 32 random bytes or more for "
                "HS256, 48 for HS384, 64 for HS512");
  }
  switch (hash) {
    case Hash::kSha384:
      return std::make_shared<Hmac<Hash::kSha384>>(numbers.k.view());
    case Hash::kSha512:
      return std::make_shared<Hmac<Hash::kSha512>>(numbers.k.view());
    default:
      return std::make_shared<Hmac<Hash::kSha256>>(numbers.k.view());
  }
}

}  // namespace signet::crypto

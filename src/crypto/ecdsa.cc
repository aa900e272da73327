#include <openssl/ec.h>

#include <algorithm>
#include <array>

#include "base/try.h"
#include "crypto/context_pool.h"
#include "crypto/scheme.h"

namespace signet::crypto {
namespace {

using Signature = std::unique_ptr<ECDSA_SIG, Releaser<ECDSA_SIG_free>>;

/// DerSignature is an Ecdsa-Sig-Value (RFC 3279 §2.2.3), which OpenSSL wants, made from JWS's r || s without
/// an allocation: at most 3 + 2 * (3 + 66) bytes.
class DerSignature {
 public:
  explicit DerSignature(ByteView r_and_s) {
    const std::size_t half = r_and_s.size() / 2;
    std::array<std::uint8_t, 2 * (3 + 66)> body;
    std::uint8_t* end = write_integer(body.data(), r_and_s.first(half));
    end = write_integer(end, r_and_s.last(half));
    const auto length = static_cast<std::size_t>(end - body.data());

    std::uint8_t* to = bytes_.data();
    *to++ = 0x30;  // SEQUENCE
    if (length > 127) *to++ = 0x81;
    *to++ = static_cast<std::uint8_t>(length);
    to = std::copy(body.data(), end, to);
    size_ = static_cast<std::size_t>(to - bytes_.data());
  }
  [[nodiscard]] ByteView view() const noexcept { return {bytes_.data(), size_}; }

 private:
  static std::uint8_t* write_integer(std::uint8_t* to, ByteView number) {
    while (number.size() > 1 && number.front() == 0) number = number.subspan(1);
    const bool needs_zero = number.front() & 0x80;
    *to++ = 0x02;  // INTEGER
    *to++ = static_cast<std::uint8_t>(number.size() + (needs_zero ? 1 : 0));
    if (needs_zero) *to++ = 0;
    return std::copy(number.begin(), number.end(), to);
  }

  std::array<std::uint8_t, 3 + 2 * (3 + 66)> bytes_;
  std::size_t size_;
};

class Ecdsa final : public Scheme {
 public:
  Ecdsa(EvpContext verifier, EvpContext signer, Hash hash, Curve curve)
      : verifiers_(std::move(verifier)), hash_(hash), half_(field_size(curve)) {
    if (signer) signers_ = std::make_unique<ContextPool>(std::move(signer));
  }

  bool verify(ByteView data, ByteView signature) const noexcept override {
    // RFC 7518 §3.4: the signature is r || s, each as long as the curve's order: exactly one length. "If it
    // is not a 64-octet sequence, the validation has failed."; leading zeros stay (RFC 7518 §3.4-1).
    if (signature.size() != 2 * half_) return false;
    const ErrorMark mark;
    const auto context = verifiers_.borrow();
    const Digest hashed = digest(hash_, data);
    // OpenSSL refuses r and s outside [1, n-1] (CVE-2022-21449 is what happens to those who do not).
    const DerSignature der(signature);
    return context.get() && EVP_PKEY_verify(context.get(), der.view().data(), der.view().size(),
                                            hashed.view().data(), hashed.view().size()) == 1;
  }

  Result<Bytes> sign(ByteView data) const override {
    if (!signers_) return fail(Errc::kInvalidArgument, "a public key cannot sign");
    const ErrorMark mark;
    const auto context = signers_->borrow();
    const Digest hashed = digest(hash_, data);
    std::array<std::uint8_t, 160> der;
    std::size_t size = der.size();
    if (!context.get() ||
        EVP_PKEY_sign(context.get(), der.data(), &size, hashed.view().data(), hashed.view().size()) != 1) {
      return fail(Errc::kInternal, "OpenSSL could not sign");
    }
    return r_and_s(ByteView(der).first(size));
  }

 private:
  Result<Bytes> r_and_s(ByteView der) const {
    const std::uint8_t* from = der.data();
    const Signature parsed(d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(der.size())));
    Bytes signature(2 * half_);
    const int half = static_cast<int>(half_);
    if (!parsed || BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), signature.data(), half) != half ||
        BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), signature.data() + half_, half) != half) {
      return fail(Errc::kInternal, "OpenSSL made a signature that it cannot read");
    }
    return signature;
  }

  ContextPool verifiers_;
  std::unique_ptr<ContextPool> signers_;  // null for a public key
  Hash hash_;
  std::size_t half_;  // the length of r, and of s
};

Result<EvpContext> prepare(EVP_PKEY& key, int (*init)(EVP_PKEY_CTX*)) {
  EvpContext context(EVP_PKEY_CTX_new(&key, nullptr));
  if (!context || init(context.get()) != 1)
    return fail(Errc::kInternal, "OpenSSL could not prepare an EC key");
  return context;
}

}  // namespace

Result<SchemePtr> make_ecdsa(const EcNumbers& numbers, Hash hash) {
  const ErrorMark mark;
  // RFC 7518 §6.2.1.2: "The length of this octet string MUST be the full size of a coordinate for the curve";
  // of `d`: RFC 7518 §6.2.2.1-1; of secp256k1's: RFC 8812 §3.1-1, RFC 8812 §3.1-2. RFC 8725 §3.4-1: OpenSSL looks
  // whether the point is on the curve.
  const std::size_t size = field_size(numbers.curve);
  if (numbers.x.size() != size || numbers.y.size() != size ||
      (!numbers.d.empty() && numbers.d.size() != size)) {
    return fail(Errc::kInvalidArgument, "an EC number has the full length of its curve's field");
  }
  TRY(key, to_evp(numbers));
  TRY(verifier, prepare(*key, EVP_PKEY_verify_init));
  EvpContext signer;
  if (!numbers.d.empty()) {
    TRY(context, prepare(*key, EVP_PKEY_sign_init));
    signer = std::move(context);
  }
  return std::make_shared<Ecdsa>(std::move(verifier), std::move(signer), hash, numbers.curve);
}

}  // namespace signet::crypto

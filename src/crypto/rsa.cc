#include <openssl/rsa.h>

#include "base/try.h"
#include "crypto/context_pool.h"
#include "crypto/roca.h"
#include "crypto/scheme.h"

namespace signet::crypto {
namespace {

const EVP_MD* evp_md(Hash hash) {
  return hash == Hash::kSha256 ? EVP_sha256() : hash == Hash::kSha384 ? EVP_sha384() : EVP_sha512();
}

class Rsa final : public Scheme {
 public:
  Rsa(EvpContext verifier, EvpContext signer, Hash hash, std::size_t size)
      : verifiers_(std::move(verifier)), hash_(hash), size_(size) {
    if (signer) signers_ = std::make_unique<ContextPool>(std::move(signer));
  }

  bool verify(ByteView data, ByteView signature) const noexcept override {
    // RFC 8017 §8.2.2: "If the length of the signature S is not k octets, output "invalid signature" and
    // stop."
    if (signature.size() != size_) return false;
    const ErrorMark mark;
    const auto context = verifiers_.borrow();
    const Digest hashed = digest(hash_, data);
    return context.get() && EVP_PKEY_verify(context.get(), signature.data(), signature.size(),
                                            hashed.view().data(), hashed.view().size()) == 1;
  }

  Result<Bytes> sign(ByteView data) const override {
    if (!signers_) return fail(Errc::kInvalidArgument, "a public key cannot sign");
    const ErrorMark mark;
    const auto context = signers_->borrow();
    const Digest hashed = digest(hash_, data);
    Bytes signature(size_);
    std::size_t written = size_;
    if (!context.get() || EVP_PKEY_sign(context.get(), signature.data(), &written, hashed.view().data(),
                                        hashed.view().size()) != 1) {
      return fail(Errc::kInternal, "OpenSSL could not sign");
    }
    return signature;
  }

 private:
  ContextPool verifiers_;
  std::unique_ptr<ContextPool> signers_;  // null for a public key
  Hash hash_;
  std::size_t size_;
};

Result<void> check_strength(const RsaNumbers& rsa) {
  const BigNumber n = to_bignum(rsa.n);
  const BigNumber e = to_bignum(rsa.e);
  // RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used with these algorithms." PSS: RFC 7518
  // §3.5-1.
  if (BN_num_bits(n.get()) < 2048) return fail(Errc::kInvalidArgument, "an RSA key needs 2048 bits or more");
  if (BN_num_bits(n.get()) > 8192) return fail(Errc::kInvalidArgument, "an RSA key of more than 8192 bits");
  if (!BN_is_odd(n.get())) return fail(Errc::kInvalidArgument, "an RSA modulus is odd");
  if (BN_num_bits(e.get()) > 64 || BN_get_word(e.get()) < 65537 || !BN_is_odd(e.get())) {
    return fail(Errc::kInvalidArgument, "an RSA exponent is an odd number, 65537 or more");
  }
  if (looks_like_roca(*n)) {
    return fail(Errc::kInvalidArgument,
                "an RSA key made by a faulty chip (ROCA, CVE-2017-15361): replace it");
  }
  return {};
}

/// RFC 8017 §3.2: n = p q, e d = 1 modulo p - 1 and q - 1, and the CRT numbers follow from these. A key that
/// breaks one may still sign, by the numbers that are left, until a fault or another library uses the wrong
/// one.
Result<void> check_private(const RsaNumbers& rsa) {
  constexpr const char* kWrong = "the numbers of the private RSA key do not belong together";
  for (const Secret* number : {&rsa.d, &rsa.p, &rsa.q, &rsa.dp, &rsa.dq, &rsa.qi}) {
    if (number->size() > rsa.n.size()) return fail(Errc::kInvalidArgument, kWrong);  // before any arithmetic
  }
  const std::unique_ptr<BN_CTX, Releaser<BN_CTX_free>> scratch(BN_CTX_new());
  const BigNumber n = to_bignum(rsa.n), e = to_bignum(rsa.e), d = to_bignum(rsa.d.view());
  const BigNumber p = to_bignum(rsa.p.view()), q = to_bignum(rsa.q.view()), qi = to_bignum(rsa.qi.view());
  const BigNumber product(BN_new());
  bool good = scratch && product && BN_mul(product.get(), p.get(), q.get(), scratch.get()) == 1 &&
              BN_cmp(product.get(), n.get()) == 0 && BN_is_odd(p.get()) && BN_is_odd(q.get());
  const auto fits = [&](const BigNumber& prime, const Secret& exponent) {
    const BigNumber order(BN_dup(prime.get())), rest(BN_new());
    const BigNumber expected = to_bignum(exponent.view());
    return BN_sub_word(order.get(), 1) == 1 &&
           BN_mod_mul(rest.get(), d.get(), e.get(), order.get(), scratch.get()) == 1 &&
           BN_is_one(rest.get()) && BN_nnmod(rest.get(), d.get(), order.get(), scratch.get()) == 1 &&
           BN_cmp(rest.get(), expected.get()) == 0;
  };
  good = good && fits(p, rsa.dp) && fits(q, rsa.dq) &&
         BN_mod_mul(product.get(), qi.get(), q.get(), p.get(), scratch.get()) == 1 &&
         BN_is_one(product.get());
  if (!good) return fail(Errc::kInvalidArgument, kWrong);
  return {};
}

Result<EvpContext> prepare(EVP_PKEY& key, int (*init)(EVP_PKEY_CTX*), Hash hash, RsaPadding padding) {
  EvpContext context(EVP_PKEY_CTX_new(&key, nullptr));
  const bool pss = padding == RsaPadding::kPss;
  const bool ready =
      context && init(context.get()) == 1 &&
      EVP_PKEY_CTX_set_rsa_padding(context.get(), pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1 &&
      EVP_PKEY_CTX_set_signature_md(context.get(), evp_md(hash)) == 1 &&
      // RFC 7518 §3.5: "The size of the salt value is the same size as the hash function output."
      (!pss || (EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) == 1 &&
                EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), evp_md(hash)) == 1));
  if (!ready) return fail(Errc::kInternal, "OpenSSL could not prepare an RSA key");
  return context;
}

}  // namespace

Result<SchemePtr> make_rsa(const RsaNumbers& numbers, Hash hash, RsaPadding padding) {
  const ErrorMark mark;
  TRY_DO(check_strength(numbers));
  if (!numbers.d.empty()) TRY_DO(check_private(numbers));
  TRY(key, to_evp(numbers));
  TRY(verifier, prepare(*key, EVP_PKEY_verify_init, hash, padding));
  EvpContext signer;
  if (!numbers.d.empty()) {
    TRY(context, prepare(*key, EVP_PKEY_sign_init, hash, padding));
    signer = std::move(context);
  }
  const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
  return std::make_shared<Rsa>(std::move(verifier), std::move(signer), hash, size);
}

}  // namespace signet::crypto

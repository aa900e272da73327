// Keys. A Key has exactly one algorithm, fixed when it is loaded: the key picks the algorithm, never the
// token.
//
//   auto key = signet::Key::from_pem(pem, signet::Algorithm::kRS256);
//   if (!key) return complain(key.error().what);
//   auto keys = signet::KeySet::only(*key);
//
// Weak and impossible keys are refused here, once, so that nothing later has to ask: RSA below 2048 bits or
// with an exponent below 65537, secrets shorter than their hash, points that are not on their curve, private
// keys that do not fit their public half. Keys and sets are immutable values, cheap to copy and safe to use
// from many threads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signet/result.h"

namespace signet {

/// Algorithm lists what signs and verifies here: RFC 7518 §3.1, RFC 8812 §3 (ES256K), RFC 9864 §2.2
/// (Ed25519). "none" is not among them.
enum class Algorithm : std::uint8_t {
  // HMAC: a secret shared with whoever verifies
  kHS256,
  kHS384,
  kHS512,
  // RSASSA-PKCS1-v1_5
  kRS256,
  kRS384,
  kRS512,
  // RSASSA-PSS
  kPS256,
  kPS384,
  kPS512,
  // ECDSA on P-256, P-384, P-521, secp256k1
  kES256,
  kES384,
  kES512,
  kES256K,
  // RFC 8032
  kEd25519,
};

/// algorithm_name returns the name that JOSE gives it: "RS256", "Ed25519", ...
[[nodiscard]] SIGNET_API std::string_view algorithm_name(Algorithm algorithm) noexcept;

/// parse_algorithm is its inverse, and takes "EdDSA", the old name of Ed25519, too. kUnsupported for all
/// else; names are compared exactly.
[[nodiscard]] SIGNET_API Result<Algorithm> parse_algorithm(std::string_view name) noexcept;

namespace token {
struct KeyMaterial;
}

class SIGNET_API Key {
 public:
  /// from_jwk reads a JSON Web Key (RFC 7517), public, private or symmetric. The algorithm is the one that
  /// the JWK's `alg` names, or its curve implies, or else `algorithm`. kMalformed, kUnsupported;
  /// kInvalidArgument: weak or impossible numbers, no algorithm, or one that contradicts `algorithm`.
  [[nodiscard]] static Result<Key> from_jwk(std::string_view jwk, std::optional<Algorithm> algorithm = {});

  /// from_pem reads one PEM block: PKCS#8, SubjectPublicKeyInfo, PKCS#1 or SEC1. RSA keys need `algorithm`;
  /// an EC or Ed25519 key implies its own. Fails like from_jwk.
  [[nodiscard]] static Result<Key> from_pem(std::string_view pem, std::optional<Algorithm> algorithm = {});

  /// from_secret takes raw bytes as the key of an HMAC. kInvalidArgument: fewer bytes than the hash has, or
  /// an algorithm that is not HS256, HS384 or HS512.
  [[nodiscard]] static Result<Key> from_secret(std::string_view bytes, Algorithm algorithm);

  /// generate makes a new private key, or secret: RSA of 2048 bits. kInternal: no memory or randomness left.
  [[nodiscard]] static Result<Key> generate(Algorithm algorithm);

  [[nodiscard]] Algorithm algorithm() const noexcept;

  /// kid is the JWK's own, or else the thumbprint. Borrows from the key.
  [[nodiscard]] const std::string& kid() const noexcept;

  /// thumbprint is RFC 7638's, with SHA-256, in base64url.
  [[nodiscard]] std::string thumbprint() const;

  /// can_sign: it has its private half, and its `use` and `key_ops` allow it.
  [[nodiscard]] bool can_sign() const noexcept;
  /// can_verify: its `use` and `key_ops` allow it.
  [[nodiscard]] bool can_verify() const noexcept;
  /// is_symmetric: whoever can verify with it can also forge.
  [[nodiscard]] bool is_symmetric() const noexcept;

  /// public_key returns the half to hand out. kInvalidArgument: a shared secret has none, and a key that is not for
  /// signatures (`use`, `key_ops`) is not made into one that is.
  [[nodiscard]] Result<Key> public_key() const;

  /// jwk writes all there is, private numbers included; keep it secret unless the key is public.
  [[nodiscard]] std::string jwk() const;

  /// pem writes "PRIVATE KEY" (PKCS#8, not encrypted) or "PUBLIC KEY". kUnsupported: a shared secret.
  [[nodiscard]] Result<std::string> pem() const;

  /// For the library itself.
  [[nodiscard]] const token::KeyMaterial& material() const noexcept { return *material_; }

 private:
  friend struct token::KeyMaterial;
  explicit Key(std::shared_ptr<const token::KeyMaterial> material) noexcept
      : material_(std::move(material)) {}

  std::shared_ptr<const token::KeyMaterial> material_;
};

class SIGNET_API KeySet {
 public:
  /// Skipped is a key of a JWKS that was left out, and why.
  struct Skipped {
    std::string kid;
    Error why;
  };

  /// only makes a set of one key that was handed over by itself: against it, a token may lack a `kid`.
  [[nodiscard]] static KeySet only(Key key);

  /// of makes a set in which tokens find their key by `kid`. kInvalidArgument: empty, the same kid twice, or
  /// shared secrets together with public keys.
  [[nodiscard]] static Result<KeySet> of(std::vector<Key> keys);

  /// from_jwks reads a JWK Set (RFC 7517 §5). Keys that are not for signatures, of unknown kinds, or bad are
  /// left out and listed in skipped(). `algorithm` is for RSA keys and secrets that name none. Fails like
  /// of(), and with kMalformed; kInvalidArgument also when no usable key is left.
  [[nodiscard]] static Result<KeySet> from_jwks(std::string_view jwks,
                                                std::optional<Algorithm> algorithm = {});

  /// from_text reads a key file: JSON is a JWK Set (when it has `keys`) or a single JWK, all else must be
  /// PEM. A raw secret is never taken for a key. Fails like the three.
  [[nodiscard]] static Result<KeySet> from_text(std::string_view text,
                                                std::optional<Algorithm> algorithm = {});

  /// find returns the key that a token with this `kid`, or without one, must have been signed with.
  /// kUnknownKey: there is none; no key is ever tried in turn. Borrows from the set.
  [[nodiscard]] Result<const Key*> find(std::optional<std::string_view> kid) const noexcept;

  [[nodiscard]] const std::vector<Key>& keys() const noexcept { return keys_; }
  [[nodiscard]] const std::vector<Skipped>& skipped() const noexcept { return skipped_; }

  /// jwks writes the public halves as a JWK Set, for publishing. Shared secrets are left out.
  [[nodiscard]] std::string jwks() const;

 private:
  [[nodiscard]] static Result<KeySet> of(std::vector<Key> keys, std::vector<Skipped> skipped);
  explicit KeySet(std::vector<Key> keys, bool kid_optional)
      : keys_(std::move(keys)), kid_optional_(kid_optional) {}

  std::vector<Key> keys_;
  std::vector<Skipped> skipped_;
  bool kid_optional_;
};

}  // namespace signet

#include "signet/key.h"

#include "base/base64url.h"
#include "base/try.h"
#include "crypto/pem.h"
#include "json/document.h"
#include "token/algorithm.h"
#include "token/jwk.h"
#include "token/jws.h"
#include "token/material.h"

namespace signet {
namespace token {
namespace {

/// A private key must fit its public half: what it signs must verify. (For a secret this is always so.)
Result<void> check_pair(const crypto::Scheme& scheme) {
  const ByteView sample = as_bytes("signet: does this private key belong to this public key?");
  TRY(signature, scheme.sign(sample));
  if (!scheme.verify(sample, signature)) {
    return fail(Errc::kInvalidArgument, "the private key belongs to another public key");
  }
  return {};
}

}  // namespace

Result<Key> make_key(crypto::KeyNumbers numbers, Algorithm algorithm, std::string kid, Usage usage) {
  TRY(scheme, make_scheme(numbers, algorithm));
  if (!crypto::is_private(numbers)) {
    usage.sign = false;
  } else if (!check_pair(*scheme)) {
    // Whatever OpenSSL found wrong with the numbers, to the caller it means this:
    return fail(Errc::kInvalidArgument, "the private key belongs to another public key");
  }
  if (kid.empty()) kid = thumbprint(numbers);
  std::string header = base64url_encode(as_bytes(own_header(algorithm, kid, kOwnType)));
  return KeyMaterial::wrap(std::make_shared<const KeyMaterial>(KeyMaterial{
      algorithm, std::move(kid), std::move(numbers), std::move(scheme), usage, std::move(header)}));
}

}  // namespace token

Result<Key> Key::from_jwk(std::string_view jwk, std::optional<Algorithm> algorithm) {
  TRY(document, json::parse_secret_object(jwk));
  return token::read_jwk(json::root(*document), algorithm);
}

Result<Key> Key::from_pem(std::string_view pem, std::optional<Algorithm> algorithm) {
  TRY(numbers, crypto::read_pem(pem));
  TRY(chosen, token::choose_algorithm(numbers, std::nullopt, algorithm));
  return token::make_key(std::move(numbers), chosen, {}, {});
}

Result<Key> Key::from_secret(std::string_view bytes, Algorithm algorithm) {
  return token::make_key(crypto::OctNumbers{Secret(bytes)}, algorithm, {}, {});
}

Result<Key> Key::generate(Algorithm algorithm) {
  TRY(numbers, token::generate_numbers(algorithm));
  return token::make_key(std::move(numbers), algorithm, {}, {});
}

Algorithm Key::algorithm() const noexcept {
  return material_->algorithm;
}
const std::string& Key::kid() const noexcept {
  return material_->kid;
}
std::string Key::thumbprint() const {
  return token::thumbprint(material_->numbers);
}
bool Key::can_sign() const noexcept {
  return material_->usage.sign;
}
bool Key::can_verify() const noexcept {
  return material_->usage.verify;
}
bool Key::is_symmetric() const noexcept {
  return std::holds_alternative<crypto::OctNumbers>(material_->numbers);
}

Result<Key> Key::public_key() const {
  if (is_symmetric()) return fail(Errc::kInvalidArgument, "a shared secret has no public half");
  if (!can_sign() && !can_verify()) return fail(Errc::kInvalidArgument, "a key that is not for signatures");
  return token::make_key(crypto::public_half(material_->numbers), algorithm(), kid(), {});
}

std::string Key::jwk() const {
  return token::write_jwk(*material_, true);
}

Result<std::string> Key::pem() const {
  return crypto::is_private(material_->numbers) ? crypto::write_private_pem(material_->numbers)
                                                : crypto::write_public_pem(material_->numbers);
}

}  // namespace signet

#include "token/algorithm.h"

#include <array>

#include "base/try.h"
#include "crypto/generate.h"

namespace signet {
namespace {

using crypto::Curve;
using crypto::Hash;
using crypto::RsaPadding;

enum class Family : std::uint8_t { kHmac, kRsa, kEcdsa, kEd25519 };

struct Row {
  Algorithm algorithm;
  std::string_view name;
  Family family;
  Hash hash = Hash::kSha256;
  RsaPadding padding = RsaPadding::kPkcs1;
  Curve curve = Curve::kP256;
};

// RFC 9068 §2.1: "MUST include RS256 (as defined in [RFC7518]) among their supported signature algorithms."
// "none" is not here: RFC 8725 §3.2-2.
constexpr std::array<Row, 14> kTable = {{
    {Algorithm::kHS256, "HS256", Family::kHmac, Hash::kSha256},
    {Algorithm::kHS384, "HS384", Family::kHmac, Hash::kSha384},
    {Algorithm::kHS512, "HS512", Family::kHmac, Hash::kSha512},
    {Algorithm::kRS256, "RS256", Family::kRsa, Hash::kSha256, RsaPadding::kPkcs1},
    {Algorithm::kRS384, "RS384", Family::kRsa, Hash::kSha384, RsaPadding::kPkcs1},
    {Algorithm::kRS512, "RS512", Family::kRsa, Hash::kSha512, RsaPadding::kPkcs1},
    {Algorithm::kPS256, "PS256", Family::kRsa, Hash::kSha256, RsaPadding::kPss},
    {Algorithm::kPS384, "PS384", Family::kRsa, Hash::kSha384, RsaPadding::kPss},
    {Algorithm::kPS512, "PS512", Family::kRsa, Hash::kSha512, RsaPadding::kPss},
    {Algorithm::kES256, "ES256", Family::kEcdsa, Hash::kSha256, {}, Curve::kP256},
    {Algorithm::kES384, "ES384", Family::kEcdsa, Hash::kSha384, {}, Curve::kP384},
    {Algorithm::kES512, "ES512", Family::kEcdsa, Hash::kSha512, {}, Curve::kP521},
    {Algorithm::kES256K, "ES256K", Family::kEcdsa, Hash::kSha256, {}, Curve::kSecp256k1},
    {Algorithm::kEd25519, "Ed25519", Family::kEd25519},
}};

constexpr const Row& row(Algorithm algorithm) {
  return kTable[static_cast<std::size_t>(algorithm)];
}

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (kTable[i].algorithm != static_cast<Algorithm>(i)) return false;
  }
  return true;
}
static_assert(is_in_order(), "row() looks algorithms up by their number");

// NIST SP 800-57 gives 2048 bits until 2030; the issuer changes keys every 90 days, and 3072 would double the
// cost of every verification.
constexpr unsigned kRsaBits = 2048;

}  // namespace

std::string_view algorithm_name(Algorithm algorithm) noexcept {
  return row(algorithm).name;
}

Result<Algorithm> parse_algorithm(std::string_view name) noexcept {
  for (const Row& known : kTable) {
    if (known.name == name) return known.algorithm;
  }
  if (name == "EdDSA") return Algorithm::kEd25519;  // RFC 8037's name: RFC 9864 §Abstract-1
  return fail(Errc::kUnsupported, "an algorithm that is not supported");
}

namespace token {

// RFC 8812 §3.2: "Implementations need to check that the key type is "EC" for JOSE or "EC2" (2) for COSE and that
// the curve of the key is secp256k1 when creating or verifying a signature." So it is with every algorithm.
Result<crypto::SchemePtr> make_scheme(const crypto::KeyNumbers& numbers, Algorithm algorithm) {
  const Row& is = row(algorithm);
  if (const auto* oct = std::get_if<crypto::OctNumbers>(&numbers); oct && is.family == Family::kHmac) {
    return crypto::make_hmac(*oct, is.hash);
  }
  if (const auto* rsa = std::get_if<crypto::RsaNumbers>(&numbers); rsa && is.family == Family::kRsa) {
    return crypto::make_rsa(*rsa, is.hash, is.padding);
  }
  if (const auto* ec = std::get_if<crypto::EcNumbers>(&numbers);
      ec && is.family == Family::kEcdsa && ec->curve == is.curve) {
    return crypto::make_ecdsa(*ec, is.hash);
  }
  if (const auto* ed = std::get_if<crypto::Ed25519Numbers>(&numbers); ed && is.family == Family::kEd25519) {
    return crypto::make_ed25519(*ed);
  }
  return fail(Errc::kInvalidArgument, "the key is of another kind than its algorithm");
}

std::optional<Algorithm> implied_algorithm(const crypto::KeyNumbers& numbers) noexcept {
  if (std::holds_alternative<crypto::Ed25519Numbers>(numbers)) return Algorithm::kEd25519;
  const auto* ec = std::get_if<crypto::EcNumbers>(&numbers);
  if (!ec) return std::nullopt;
  for (const Row& known : kTable) {
    if (known.family == Family::kEcdsa && known.curve == ec->curve) return known.algorithm;
  }
  return std::nullopt;
}

Result<crypto::KeyNumbers> generate_numbers(Algorithm algorithm) {
  const Row& is = row(algorithm);
  switch (is.family) {
    case Family::kHmac:
      return crypto::generate_secret(crypto::digest_size(is.hash));
    case Family::kRsa:
      return crypto::generate_rsa(kRsaBits);
    case Family::kEcdsa:
      return crypto::generate_ec(is.curve);
    case Family::kEd25519:
      return crypto::generate_ed25519();
  }
  return fail(Errc::kInternal, "an algorithm without a family");
}

}  // namespace token
}  // namespace signet

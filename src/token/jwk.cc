#include "token/jwk.h"

#include <algorithm>

#include "base/base64url.h"
#include "base/try.h"
#include "crypto/hash.h"
#include "json/writer.h"
#include "token/algorithm.h"

namespace signet::token {
namespace {

using crypto::Curve;
using crypto::EcNumbers;
using crypto::Ed25519Numbers;
using crypto::KeyNumbers;
using crypto::OctNumbers;
using crypto::RsaNumbers;

Result<std::string_view> required_text(Json jwk, const char* name, const char* otherwise) {
  const auto member = jwk.member(name);
  if (!member) return fail(Errc::kMalformed, otherwise);
  const auto text = member->as_string();
  if (!text) return fail(Errc::kMalformed, otherwise);
  return *text;
}

/// An optional member: nullopt when absent, malformed when it is no string.
Result<std::optional<std::string_view>> optional_text(Json jwk, const char* name) {
  const auto member = jwk.member(name);
  if (!member) return std::nullopt;
  const auto text = member->as_string();
  if (!text) return fail(Errc::kMalformed, "a JWK member that must be a string is none");
  return *text;
}

Result<Bytes> read_bytes(Json jwk, const char* name) {
  TRY(text, required_text(jwk, name, "the JWK lacks a number of its key"));
  return base64url_decode(text);
}

Result<Secret> read_secret(Json jwk, const char* name) {
  TRY(text, required_text(jwk, name, "the JWK lacks a number of its private key"));
  Secret secret(base64url_decoded_size(text.size()));
  TRY_DO(base64url_decode_into(text, secret.writable()));
  return secret;
}

/// RFC 7518 §2: "The octet sequence MUST utilize the minimum number of octets needed to represent the value."
Result<void> check_minimal(ByteView integer) {
  if (integer.empty() || integer.front() == 0)
    return fail(Errc::kMalformed, "a JWK integer with leading zeros");
  return {};
}

Result<KeyNumbers> read_oct(Json jwk) {
  TRY(k, read_secret(jwk, "k"));
  return OctNumbers{std::move(k)};
}

/// RFC 7518 §6.3.1: "The following members MUST be present for RSA public keys."
Result<KeyNumbers> read_rsa(Json jwk) {
  RsaNumbers rsa;
  TRY(n, read_bytes(jwk, "n"));
  TRY(e, read_bytes(jwk, "e"));
  TRY_DO(check_minimal(n));
  TRY_DO(check_minimal(e));
  rsa.n = std::move(n);
  rsa.e = std::move(e);
  if (!jwk.member("d")) return rsa;

  // RFC 7518 §6.3.2 lets a key have `d` alone, but no producer leaves the others out, and OpenSSL wants them.
  // "then all of the others MUST be present" (RFC 7518 §6.3.2-1). With `oth`, "it MUST NOT use the key" (RFC
  // 7518 §6.3.2.7-1).
  if (jwk.member("oth")) return fail(Errc::kUnsupported, "an RSA key of more than two primes");
  const std::pair<const char*, Secret*> members[] = {{"d", &rsa.d},   {"p", &rsa.p},   {"q", &rsa.q},
                                                     {"dp", &rsa.dp}, {"dq", &rsa.dq}, {"qi", &rsa.qi}};
  for (const auto& [name, number] : members) {
    TRY(secret, read_secret(jwk, name));
    TRY_DO(check_minimal(secret.view()));
    *number = std::move(secret);
  }
  return rsa;
}

Result<Curve> parse_curve(std::string_view name) {
  if (name == "P-256") return Curve::kP256;
  if (name == "P-384") return Curve::kP384;
  if (name == "P-521") return Curve::kP521;
  if (name == "secp256k1") return Curve::kSecp256k1;
  return fail(Errc::kUnsupported, "a curve other than P-256, P-384, P-521, secp256k1 and Ed25519");
}

constexpr std::string_view curve_name(Curve curve) {
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

/// RFC 7518 §6.2.1-1, RFC 7518 §6.2.1-2, RFC 7518 §6.2.2-1: `crv`, `x` and `y` MUST be present, `d` in
/// private keys.
Result<KeyNumbers> read_ec(Json jwk) {
  EcNumbers ec;
  TRY(name, required_text(jwk, "crv", "the JWK names no curve"));
  TRY(curve, parse_curve(name));
  TRY(x, read_bytes(jwk, "x"));
  TRY(y, read_bytes(jwk, "y"));
  ec = {curve, std::move(x), std::move(y), {}};
  if (jwk.member("d")) {
    TRY(d, read_secret(jwk, "d"));
    ec.d = std::move(d);
    if (ec.d.empty()) return fail(Errc::kMalformed, "an empty private key");
  }
  return ec;
}

/// RFC 8037 §2: "The parameter "crv" MUST be present"; "The parameter "x" MUST be present"; "The parameter
/// "d" MUST be present for private keys".
Result<KeyNumbers> read_okp(Json jwk) {
  Ed25519Numbers ed;
  TRY(name, required_text(jwk, "crv", "the JWK names no curve"));
  if (name != "Ed25519") return fail(Errc::kUnsupported, "an OKP curve other than Ed25519");
  TRY(x, read_bytes(jwk, "x"));
  ed.x = std::move(x);
  if (jwk.member("d")) {
    TRY(d, read_secret(jwk, "d"));
    ed.d = std::move(d);
    if (ed.d.empty()) return fail(Errc::kMalformed, "an empty private key");
  }
  return ed;
}

/// RFC 7517 §4.1: "This member MUST be present in a JWK." Ed25519's: RFC 8037 §2: "The parameter "kty" MUST
/// be "OKP"." What is not supported any more, or not yet, is no key here: RFC 8725 §3.2-1.
Result<KeyNumbers> read_numbers(Json jwk) {
  TRY(kty, required_text(jwk, "kty", "the JWK has no kty"));
  if (kty == "oct") return read_oct(jwk);
  if (kty == "RSA") return read_rsa(jwk);
  if (kty == "EC") return read_ec(jwk);
  if (kty == "OKP") return read_okp(jwk);
  return fail(Errc::kUnsupported, "a JWK of an unknown kty");
}

/// RFC 7517 §4.2, §4.3. Values that are not for signatures leave a key that may do nothing here, and so do
/// two that differ: RFC 7517 §4.3: "if both are used, the information they convey MUST be consistent."
Result<Usage> read_usage(Json jwk) {
  Usage usage;
  TRY(use, optional_text(jwk, "use"));
  if (use && *use != "sig") usage = {false, false};
  const auto member = jwk.member("key_ops");
  if (!member) return usage;

  const auto operations = member->as_strings();
  if (!operations) return fail(Errc::kMalformed, "key_ops is not an array of strings");
  std::vector<std::string_view> sorted = *operations;
  std::sort(sorted.begin(), sorted.end());
  // RFC 7517 §4.3: "Duplicate key operation values MUST NOT be present in the array."
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    return fail(Errc::kMalformed, "key_ops names an operation twice");
  }
  usage.sign &= std::binary_search(sorted.begin(), sorted.end(), "sign");
  usage.verify &= std::binary_search(sorted.begin(), sorted.end(), "verify");
  return usage;
}

/// Writes one number; nothing when it is empty.
void write_number(json::Writer& json, const char* name, ByteView bytes) {
  if (!bytes.empty()) json.member(name, base64url_encode(bytes));
}

/// Writes the members that define the key, in the order of their names, as RFC 7638 §3.2 lists them. RFC 7638
/// §3: "with no whitespace or line breaks before or after any syntactic elements"; no value has a character
/// that JSON could escape (RFC 7638 §3.3-1); private members have no part in it (RFC 7638 §3.2.1-1).
struct RequiredMembers {
  json::Writer& json;

  void operator()(const OctNumbers& key) const {
    write_number(json, "k", key.k.view());
    json.member("kty", "oct");
  }
  void operator()(const RsaNumbers& key) const {
    write_number(json, "e", key.e);
    json.member("kty", "RSA");
    write_number(json, "n", key.n);
  }
  void operator()(const EcNumbers& key) const {
    json.member("crv", curve_name(key.curve)).member("kty", "EC");
    write_number(json, "x", key.x);
    write_number(json, "y", key.y);
  }
  void operator()(const Ed25519Numbers& key) const {
    json.member("crv", "Ed25519").member("kty", "OKP");
    write_number(json, "x", key.x);
  }
};

/// What a key may not do, it may not do after it was written, either.
void write_usage(json::Writer& json, const KeyMaterial& key) {
  const bool can_do_all = key.usage.verify && (key.usage.sign || !crypto::is_private(key.numbers));
  if (can_do_all) {
    json.member("use", "sig");
    return;
  }
  json.key("key_ops").begin_array();
  if (key.usage.sign) json.string("sign");
  if (key.usage.verify) json.string("verify");
  json.end_array();
}

struct PrivateMembers {
  json::Writer& json;

  void operator()(const OctNumbers&) const {}  // `k` is written already
  void operator()(const RsaNumbers& key) const {
    write_number(json, "d", key.d.view());
    write_number(json, "p", key.p.view());
    write_number(json, "q", key.q.view());
    write_number(json, "dp", key.dp.view());
    write_number(json, "dq", key.dq.view());
    write_number(json, "qi", key.qi.view());
  }
  void operator()(const EcNumbers& key) const { write_number(json, "d", key.d.view()); }
  void operator()(const Ed25519Numbers& key) const { write_number(json, "d", key.d.view()); }
};

}  // namespace

// RFC 8725 §3.1: "each key MUST be used with exactly one algorithm, and this MUST be checked when the
// cryptographic operation is performed."
Result<Algorithm> choose_algorithm(const KeyNumbers& numbers, std::optional<Algorithm> named,
                                   std::optional<Algorithm> fallback) {
  const std::optional<Algorithm> own = named ? named : implied_algorithm(numbers);
  if (!own && !fallback)
    return fail(Errc::kInvalidArgument, "the key names no algorithm: say which, e.g. RS256");
  if (own && fallback && *own != *fallback) {
    return fail(Errc::kInvalidArgument, "the key is for another algorithm than the one asked for");
  }
  return own ? *own : *fallback;
}

// RFC 7517 §4: "Additional members can be present in the JWK; if not understood by implementations
// encountering them, they MUST be ignored."
Result<Key> read_jwk(Json jwk, std::optional<Algorithm> fallback) {
  if (jwk.type() != Json::Type::kObject) return fail(Errc::kMalformed, "a JWK is a JSON object");
  TRY(name, optional_text(jwk, "alg"));
  TRY(kid, optional_text(jwk, "kid"));
  TRY(usage, read_usage(jwk));
  if (kid && (kid->empty() || kid->size() > kMaxKid)) {
    return fail(Errc::kMalformed, "a kid that is empty or longer than 256 bytes");
  }
  TRY(numbers, read_numbers(jwk));
  std::optional<Algorithm> named;
  if (name) {
    TRY(algorithm, parse_algorithm(*name));
    named = algorithm;
  }
  TRY(algorithm, choose_algorithm(numbers, named, fallback));
  return make_key(std::move(numbers), algorithm, std::string(kid.value_or("")), usage);
}

std::string write_jwk(const KeyMaterial& key, bool with_private) {
  json::Writer json;
  json.begin_object();
  std::visit(RequiredMembers{json}, key.numbers);
  if (with_private) std::visit(PrivateMembers{json}, key.numbers);
  json.member("alg", algorithm_name(key.algorithm)).member("kid", key.kid);
  write_usage(json, key);
  json.end_object();
  return json.take();
}

std::string thumbprint(const KeyNumbers& numbers) {
  json::Writer json;
  json.begin_object();
  std::visit(RequiredMembers{json}, numbers);
  json.end_object();
  const std::string text = json.take();
  return base64url_encode(crypto::digest(crypto::Hash::kSha256, as_bytes(text)).view());
}

}  // namespace signet::token

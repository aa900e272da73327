#include "token/jws.h"

#include <string.h>

#include <array>

#include "base/base64url.h"
#include "base/try.h"
#include "json/writer.h"
#include "token/jwk.h"
#include "token/material.h"

namespace signet::token {
namespace {

/// Compact is a token cut at its dots; everything in it is still base64url, and borrows.
struct Compact {
  std::string_view signing_input;  // header "." payload
  std::string_view header, payload, signature;
};

/// For a token that has one. (std::string_view's search from the end goes byte by byte.)
std::size_t last_dot(std::string_view token) noexcept {
  const void* const last = ::memrchr(token.data(), '.', token.size());
  return static_cast<std::size_t>(static_cast<const char*>(last) - token.data());
}

/// RFC 7519 §7.2: "Verify that the JWT contains at least one period ('.') character." The compact form has two. They are
/// sought from both ends, past the two short parts: a further one is inside the long one, where base64url allows none.
Result<Compact> cut(std::string_view token, std::size_t max = kMaxToken) {
  if (token.size() > max) {
    return max == kMaxToken ? fail(Errc::kMalformed, "the token is longer than 16 KiB")
                            : fail(Errc::kMalformed, "the statement is longer than 4 MiB");
  }
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? first : last_dot(token);
  if (first == second) return fail(Errc::kMalformed, "a compact JWS has exactly two dots");
  const Compact parts{token.substr(0, second), token.substr(0, first),
                      token.substr(first + 1, second - first - 1), token.substr(second + 1)};
  if (base64url_decoded_size(parts.header.size()) > kMaxHeader) {
    return fail(Errc::kMalformed, "the token's header is longer than 4 KiB");
  }
  return parts;
}

Result<std::optional<std::string_view>> optional_text(Json header, const char* name) {
  const auto member = header.member(name);
  if (!member) return std::nullopt;
  const auto text = member->as_string();
  if (!text) return fail(Errc::kMalformed, "a header parameter that must be a string is none");
  return *text;
}

/// RFC 7515 §4.1.11: "If any of the listed extension Header Parameters are not understood and supported by
/// the recipient, then the JWS is invalid." None is. "Producers MUST NOT use the empty list "[]" as the
/// "crit" value." RFC 7515 §4.1.11-2, RFC 7515 §4.1.11-4: producers' mistakes in it are refused like the
/// extensions that they would name. RFC 7797 §6-1; RFC 7797 §7: "JSON Web Tokens [JWT] MUST NOT use "b64"
/// with a "false" value." RFC 7519 §7.2: the header "includes only parameters and values whose syntax and
/// semantics are both understood and supported or that are specified as being ignored when not understood."
Result<void> refuse_extensions(Json header) {
  if (const auto crit = header.member("crit")) {
    const auto names = crit->as_strings();
    if (!names || names->empty()) return fail(Errc::kMalformed, "crit is not a list of names");
    return fail(Errc::kUnsupported, "the header demands an extension (crit)");
  }
  if (header.member("b64")) return fail(Errc::kUnsupported, "an unencoded payload (b64, RFC 7797)");
  if (header.member("zip")) return fail(Errc::kUnsupported, "a compressed payload (zip)");
  return {};
}

/// Header parameters that are not read here "MUST be ignored when not understood": RFC 7515 §4-2, RFC 7515
/// §4-3, RFC 7515 §4-4. So jku, x5u and jwk lead nowhere (RFC 8725 §3.10-2).
Result<Header> read_header(json::DocumentPtr document) {
  const Json root = json::root(*document);
  TRY(algorithm, optional_text(root, "alg"));
  // RFC 7515 §4.1.1: "This Header Parameter MUST be present and MUST be understood and processed by
  // implementations."
  if (!algorithm) return fail(Errc::kMalformed, "the header has no alg");
  // RFC 7515 §4.1.4: "Its value MUST be a case-sensitive string."
  TRY(kid, optional_text(root, "kid"));
  TRY(type, optional_text(root, "typ"));
  TRY(content_type, optional_text(root, "cty"));
  static_cast<void>(content_type);
  if (kid && kid->size() > kMaxKid) return fail(Errc::kMalformed, "a kid longer than 256 bytes");
  TRY_DO(refuse_extensions(root));
  return Header{std::move(document), *algorithm, kid, type};
}

bool holds_more_than(std::size_t most, char what, std::string_view text) noexcept {
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) {
    if (most-- == 0) return true;
  }
  return false;
}

/// Whether a header would cost more to read than any is worth: anybody can send one, before a signature is asked for.
/// A comma stands before each member and element but the first ones; a backslash before each escape.
bool is_overlong(ByteView header) noexcept {
  return holds_more_than(kMaxHeaderCommas, ',', as_text(header)) ||
         holds_more_than(kMaxHeaderEscapes, '\\', as_text(header));
}

/// RFC 7515 §5.2: "Verify that the resulting octet sequence is a UTF-8-encoded representation of a completely
/// valid JSON object"; RFC 7519 §7.2: "Base64url decode the Encoded JOSE Header following the restriction
/// that no line breaks, whitespace, or other additional characters have been used."
Result<Header> decode_header(std::string_view encoded) {
  TRY(text, json::Draft::from_base64url(encoded));
  if (is_overlong(text.bytes())) {
    return fail(Errc::kMalformed, "the token's header has more than 64 commas, or more than 128 escapes");
  }
  TRY(document, std::move(text).parse_object());
  return read_header(std::move(document));
}

/// Signature is a decoded signature on the stack: 1024 bytes hold one of RSA with 8192 bits.
class Signature {
 public:
  /// Filled in place: to return it would be to copy it.
  [[nodiscard]] Result<void> decode(std::string_view base64url) {
    size_ = base64url_decoded_size(base64url.size());
    if (size_ > bytes_.size()) return fail(Errc::kBadSignature, "the signature is too long");
    return base64url_decode_into(base64url, bytes_);
  }
  [[nodiscard]] ByteView view() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<std::uint8_t, 1024> bytes_;
  std::size_t size_ = 0;
};

/// RFC 8725 §3.1-2: "The library MUST ensure that the "alg" or "enc" header specifies the same algorithm that
/// is used for the cryptographic operation." So none is no algorithm: RFC 7515 §4.1.1-1, RFC 7518 §3.6-1, RFC
/// 9068 §2.1-1, RFC 9068 §4-6. Which ones are acceptable (RFC 7519 §7.2-6, RFC 8725 §3.1-1), the caller says
/// by the keys. The header's `alg` is compared with the key's one algorithm, and with nothing else.
Result<void> check_algorithm(std::string_view named, Algorithm expected) {
  const bool same =
      named == algorithm_name(expected) || (expected == Algorithm::kEd25519 && named == "EdDSA");
  if (!same) return fail(Errc::kUnsupported, "the token's alg is not its key's");
  return {};
}

/// RFC 7515 §5.2: the signature is checked "in the manner defined for the algorithm being used"; RFC 9068
/// §4-5.
Result<void> check_signature(const Key& key, const Compact& token, const Signature& signature) {
  if (!key.can_verify()) return fail(Errc::kInvalidArgument, "the key's use or key_ops forbids verifying");
  if (!key.material().scheme->verify(as_bytes(token.signing_input), signature.view())) {
    return fail(Errc::kBadSignature, "the signature does not hold");
  }
  return {};
}

/// Tokens of ours begin with one of few texts, known since the keys were loaded: comparing bytes replaces
/// parsing. Null for any other header, which is then read in full.
const Key* find_by_own_header(const KeySet& keys, std::string_view header) {
  for (const Key& key : keys.keys()) {
    if (key.material().own_header == header) return &key;
  }
  return nullptr;
}

/// Fills `header`, and returns the one key that it leads to.
Result<const Key*> follow_header(std::string_view encoded, const KeySet& keys, Header& header) {
  if (const Key* key = find_by_own_header(keys, encoded)) {
    header.algorithm = algorithm_name(key->algorithm());
    header.kid = key->kid();
    header.type = kOwnType;
    return key;
  }
  TRY(decoded, decode_header(encoded));
  header = std::move(decoded);
  TRY(key, keys.find(header.kid));
  TRY_DO(check_algorithm(header.algorithm, key->algorithm()));
  return key;
}

Result<Verified> verify(std::string_view token, const KeySet& keys, std::size_t max) {
  TRY(compact, cut(token, max));
  TRY(payload, json::Draft::from_base64url(compact.payload));
  Signature signature;
  TRY_DO(signature.decode(compact.signature));
  Header header;
  TRY(key, follow_header(compact.header, keys, header));
  TRY_DO(check_signature(*key, compact, signature));
  return Verified{std::move(header.document), header.type, std::move(payload)};
}

Result<std::string> sign(const Key& key, std::string_view header, ByteView payload, std::size_t max) {
  if (!key.can_sign()) return fail(Errc::kInvalidArgument, "the key cannot or may not sign");
  TRY(document, json::parse_object(header));
  TRY(parsed, read_header(std::move(document)));
  TRY_DO(check_algorithm(parsed.algorithm, key.algorithm()));
  std::string token = base64url_encode(as_bytes(header)) + '.' + base64url_encode(payload);
  TRY(signature, key.material().scheme->sign(as_bytes(token)));
  token += '.';
  token += base64url_encode(signature);
  if (!cut(token, max)) {
    return fail(Errc::kInvalidArgument,
                "longer than verifiers accept: 16 KiB for a token, 4 MiB for a statement");
  }
  return token;
}

}  // namespace

/// RFC 7515 §4.1.9: "A recipient using the media type value MUST treat it as if "application/" were prepended
/// to any "typ" value not containing a '/'." So "at+jwt" and "application/at+jwt" are the same, and nothing
/// else is. RFC 9068 §4: "reject tokens carrying any other value"; RFC 8725 §3.12: so that the rules for the
/// kinds of token "MUST be written such that they are mutually exclusive".
bool is_type(std::optional<std::string_view> type, std::string_view expected) noexcept {
  constexpr std::string_view kPrefix = "application/";
  const auto bare = [&](std::string_view text) {
    return text.starts_with(kPrefix) ? text.substr(kPrefix.size()) : text;
  };
  return type && bare(*type) == bare(expected);
}

// RFC 9068 §2.1: "JWT access tokens MUST include this media type in the "typ" header parameter".
std::string own_header(Algorithm algorithm, std::string_view kid, std::string_view type) {
  json::Writer header;
  header.begin_object()
      .member("alg", algorithm_name(algorithm))
      .member("kid", kid)
      .member("typ", type)
      .end_object();
  return header.take();
}

// RFC 8725 §3.3: "All cryptographic operations used in the JWT MUST be validated and the entire JWT MUST be
// rejected if any of them fail to validate." RFC 7515 §5.2-2, RFC 7515 §5.2-3: payload and signature are
// decoded as strictly.
Result<Verified> verify_jws(std::string_view token, const KeySet& keys) {
  return verify(token, keys, kMaxToken);
}

// RFC 7515 §5.1: "with the algorithm value accurately representing the algorithm used to construct the JWS
// Signature"; RFC 7519 §7.1: "all steps specified in [JWS] for creating a JWS MUST be followed."
Result<std::string> sign_jws(const Key& key, std::string_view header, ByteView payload) {
  return sign(key, header, payload, kMaxToken);
}

Result<json::DocumentPtr> verify_statement(std::string_view statement, const KeySet& keys,
                                           std::string_view type, std::string_view issuer) {
  TRY(jws, verify(statement, keys, kMaxStatement));
  if (!is_type(jws.type, type)) return fail(Errc::kWrongType, "another kind of statement");
  TRY(document, std::move(jws.payload).parse_object());
  const auto iss = json::root(*document).member("iss");
  if (!iss || iss->as_string() != issuer) return fail(Errc::kWrongIssuer, "a statement of somebody else");
  return document;
}

Result<std::string> sign_statement(const Key& key, std::string_view type, std::string_view claims) {
  return sign(key, own_header(key.algorithm(), key.kid(), type), as_bytes(claims), kMaxStatement);
}

Result<Unverified> take_apart(std::string_view token) {
  TRY(compact, cut(token));
  TRY(header, base64url_decode(compact.header));
  TRY(payload, base64url_decode(compact.payload));
  TRY(signature, base64url_decode(compact.signature));
  return Unverified{std::move(header), std::move(payload), signature.size()};
}

}  // namespace signet::token

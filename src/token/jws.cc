#include "token/jws.h"

#include <algorithm>

#include "base/base64url.h"
#include "base/try.h"
#include "token/jwk.h"
#include "token/material.h"

namespace signet::token {
namespace {

/// Compact is a token cut at its dots; everything in it is still base64url, and borrows.
struct Compact {
  std::string_view signing_input;  // header "." payload
  std::string_view header, payload, signature;
};

Result<Compact> cut(std::string_view token) {
  if (token.size() > kMaxToken) return fail(Errc::kMalformed, "the token is longer than 16 KiB");
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) {
    return fail(Errc::kMalformed, "a compact JWS has exactly two dots");
  }
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
/// "crit" value."
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

Result<Header> read_header(ByteView text) {
  TRY(document, json::parse_object(as_text(text)));
  const Json root = json::root(*document);
  TRY(algorithm, optional_text(root, "alg"));
  // RFC 7515 §4.1.1: "This Header Parameter MUST be present and MUST be understood and processed by
  // implementations."
  if (!algorithm) return fail(Errc::kMalformed, "the header has no alg");
  TRY(kid, optional_text(root, "kid"));
  TRY(type, optional_text(root, "typ"));
  TRY(content_type, optional_text(root, "cty"));
  static_cast<void>(content_type);
  if (kid && kid->size() > kMaxKid) return fail(Errc::kMalformed, "a kid longer than 256 bytes");
  TRY_DO(refuse_extensions(root));
  return Header{document, *algorithm, kid, type};
}

/// The header's `alg` is compared with the key's one algorithm, and with nothing else.
Result<void> check_algorithm(std::string_view named, Algorithm expected) {
  const bool same =
      named == algorithm_name(expected) || (expected == Algorithm::kEd25519 && named == "EdDSA");
  if (!same) return fail(Errc::kUnsupported, "the token's alg is not its key's");
  return {};
}

}  // namespace

Result<Verified> verify_jws(std::string_view token, const KeySet& keys) {
  TRY(compact, cut(token));
  TRY(header_text, base64url_decode(compact.header));
  TRY(payload, base64url_decode(compact.payload));
  TRY(signature, base64url_decode(compact.signature));
  TRY(header, read_header(header_text));
  TRY(key, keys.find(header.kid));
  TRY_DO(check_algorithm(header.algorithm, key->algorithm()));
  if (!key->can_verify()) return fail(Errc::kInvalidArgument, "the key's use or key_ops forbids verifying");
  if (!key->material().scheme->verify(as_bytes(compact.signing_input), signature)) {
    return fail(Errc::kBadSignature, "the signature does not hold");
  }
  return Verified{std::move(header), std::move(payload)};
}

Result<std::string> sign_jws(const Key& key, std::string_view header, ByteView payload) {
  if (!key.can_sign()) return fail(Errc::kInvalidArgument, "the key cannot or may not sign");
  TRY(parsed, read_header(as_bytes(header)));
  TRY_DO(check_algorithm(parsed.algorithm, key.algorithm()));
  std::string token = base64url_encode(as_bytes(header)) + '.' + base64url_encode(payload);
  TRY(signature, key.material().scheme->sign(as_bytes(token)));
  token += '.';
  token += base64url_encode(signature);
  if (!cut(token))
    return fail(Errc::kInvalidArgument, "the token would be longer than verifiers accept (16 KiB)");
  return token;
}

Result<Unverified> take_apart(std::string_view token) {
  TRY(compact, cut(token));
  TRY(header, base64url_decode(compact.header));
  TRY(payload, base64url_decode(compact.payload));
  TRY(signature, base64url_decode(compact.signature));
  return Unverified{std::move(header), std::move(payload), signature.size()};
}

}  // namespace signet::token

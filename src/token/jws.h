// JSON Web Signatures in the compact form (RFC 7515 §3.1), and only that: no JSON serialization, no JWE, no
// `crit` extension, no compressed or unencoded payload.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "json/document.h"
#include "signet/key.h"

namespace signet::token {

// Caps on what is looked at: attackers choose what they send.
inline constexpr std::size_t kMaxToken = 16 * 1024;            // bytes
inline constexpr std::size_t kMaxHeader = 4 * 1024;            // bytes
inline constexpr std::size_t kMaxHeaderCommas = 64;            // most headers have one or two
inline constexpr std::size_t kMaxHeaderEscapes = 128;          // enough for an x5c that some write with \/
inline constexpr std::size_t kMaxStatement = 4 * 1024 * 1024;  // bytes

/// Header is what counts in a JOSE header; whatever else it holds (jwk, jku, x5u, ...) is never looked at.
/// Its views borrow from `document`.
struct Header {
  json::DocumentPtr document;
  std::string_view algorithm;
  std::optional<std::string_view> kid;
  std::optional<std::string_view> type;
};

/// Verified is a JWS whose signature holds. Its payload has not been parsed yet.
struct Verified {
  json::DocumentPtr header;  // what `type` borrows from; null where the header was known without parsing
  std::optional<std::string_view> type;
  json::Draft payload;
};

/// own_header returns the header of what we sign: alg, kid and `type`.
[[nodiscard]] std::string own_header(Algorithm algorithm, std::string_view kid, std::string_view type);

/// verify_jws splits the token, reads its header, finds the one key that it must have been signed with, and
/// checks the signature. kMalformed, kUnsupported, kUnknownKey, kInvalidArgument (the key may not verify),
/// kBadSignature.
[[nodiscard]] Result<Verified> verify_jws(std::string_view token, const KeySet& keys);

/// sign_jws signs `payload` under `header`, a JSON object whose `alg` is the key's. kMalformed: not such a
/// header; kInvalidArgument: the key cannot sign, or the token would be longer than verifiers accept.
[[nodiscard]] Result<std::string> sign_jws(const Key& key, std::string_view header, ByteView payload);

/// verify_statement is verify_jws for what an issuer says by itself, and not in a token for somebody: a status list, a
/// batch of revocations. It may be longer, kMaxStatement. Returns the claims once `typ` (kWrongType) and `iss` (kWrongIssuer) are
/// the ones expected; kMalformed also when the claims are no object.
[[nodiscard]] Result<json::DocumentPtr> verify_statement(std::string_view statement, const KeySet& keys,
                                                         std::string_view type, std::string_view issuer);

/// sign_statement signs the claims of a statement, a JSON object. kInvalidArgument: the key cannot sign, or the
/// statement would be longer than verifiers accept.
[[nodiscard]] Result<std::string> sign_statement(const Key& key, std::string_view type,
                                                 std::string_view claims);

/// is_type compares a header's `typ`, as RFC 7515 §4.1.9 has it: "application/" before it makes no difference.
[[nodiscard]] bool is_type(std::optional<std::string_view> type, std::string_view expected) noexcept;

/// Unverified is what anybody may have written: for showing to people (`signet inspect`), never to decide
/// with.
struct Unverified {
  Bytes header;
  Bytes payload;
  std::size_t signature_size;
};

/// take_apart decodes without verifying. kMalformed.
[[nodiscard]] Result<Unverified> take_apart(std::string_view token);

}  // namespace signet::token

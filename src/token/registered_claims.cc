#include "token/registered_claims.h"

#include <cmath>

#include "base/try.h"
#include "json/document.h"

namespace signet::token {
namespace {

constexpr std::int64_t kMaxTime = std::int64_t{1} << 53;  // beyond it a double is no exact second any more

/// What is wrong with a claim, for Error::what; null when nothing is.
using Fault = const char*;

enum class Round { kDown, kUp };

/// RFC 7519 §2, NumericDate: a JSON number, "other than that non-integer values can be represented."
/// Fractions round against the bearer. RFC 7519 §4.1.4: "Its value MUST be a number containing a NumericDate
/// value."
Fault read_time(const json::Walk& claim, Round round, std::optional<Time>& time) {
  constexpr Fault kWrong = "a time in the claims is not a number of seconds";
  if (claim.is_integer()) {
    if (claim.integer() < 0 || claim.integer() > kMaxTime) return kWrong;
    time = from_unix(claim.integer());
    return nullptr;
  }
  const auto number = claim.value().as_double();
  if (!number || !(*number >= 0 && *number <= static_cast<double>(kMaxTime))) return kWrong;
  time =
      from_unix(static_cast<std::int64_t>(round == Round::kDown ? std::floor(*number) : std::ceil(*number)));
  return nullptr;
}

Fault read_text(const json::Walk& claim, std::optional<std::string_view>& text) {
  if (!claim.is_string()) return "a claim that must be a string is none";
  text = claim.string();
  return nullptr;
}

/// RFC 7519 §4.1.3: "In the general case, the "aud" value is an array of case-sensitive strings"; it "MAY be
/// a single case-sensitive string".
Fault read_audience(const json::Walk& claim, std::optional<Json>& audience) {
  constexpr Fault kWrong = "aud is neither a string nor an array of strings";
  audience = claim.value();
  if (claim.is_string()) return nullptr;
  if (audience->type() != Json::Type::kArray) return kWrong;
  for (json::Walk element(*audience); element.next();) {
    if (!element.is_string()) return kWrong;
  }
  return nullptr;
}

/// Token Status List §6.2: "The status (status) claim MUST specify a JSON Object"; its status_list "MUST specify a
/// JSON Object that contains a reference"; "The idx (index) claim MUST specify a non-negative Integer"; "The uri (URI)
/// claim MUST specify a String value". A `status` that knows other mechanisms alone is none of ours: then there is no
/// reference.
Fault read_status(Json value, std::optional<StatusReference>& status) {
  constexpr Fault kWrong = "a status claim that is malformed";
  if (value.type() != Json::Type::kObject) return kWrong;
  const auto list = value.member("status_list");
  if (!list) return nullptr;
  const auto index = list->member("idx");
  const auto uri = list->member("uri");
  if (!index || !index->as_int() || *index->as_int() < 0 || !uri || !uri->as_string()) return kWrong;
  status = StatusReference{static_cast<std::uint64_t>(*index->as_int()), *uri->as_string()};
  return nullptr;
}

/// The claims that have rules, and all others.
enum class Claim : std::uint8_t {
  kExpires,
  kNotBefore,
  kIssuedAt,
  kIssuer,
  kAudience,
  kStatus,
  kText,
  kOther
};

constexpr std::uint32_t three(const char* name) noexcept {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(name[0]) << 16 |
                                    static_cast<unsigned char>(name[1]) << 8 |
                                    static_cast<unsigned char>(name[2]));
}

/// Nearly all of their names have three letters, and are compared as one number.
Claim claim_named(std::string_view name) noexcept {
  if (name.size() != 3)
    return name == "status" ? Claim::kStatus : name == "scope" ? Claim::kText : Claim::kOther;
  switch (three(name.data())) {
    case three("exp"):
      return Claim::kExpires;
    case three("nbf"):
      return Claim::kNotBefore;
    case three("iat"):
      return Claim::kIssuedAt;
    case three("iss"):
      return Claim::kIssuer;
    case three("aud"):
      return Claim::kAudience;
    case three("sub"):
    case three("jti"):
    case three("sid"):
      return Claim::kText;
    default:
      return Claim::kOther;
  }
}

/// Reads one claim, if it is one that has rules.
/// RFC 7519 §4: "all claims that are not understood by implementations MUST be ignored."
Fault read_claim(const json::Walk& claim, RegisteredClaims& claims) {
  switch (claim_named(claim.name())) {
    case Claim::kExpires:
      return read_time(claim, Round::kDown, claims.expires_at);
    case Claim::kNotBefore:
      return read_time(claim, Round::kUp, claims.not_before);
    case Claim::kIssuedAt: {
      std::optional<Time> unused;
      return read_time(claim, Round::kDown, unused);
    }
    case Claim::kIssuer:
      return read_text(claim, claims.issuer);
    case Claim::kAudience:
      return read_audience(claim, claims.audience);
    case Claim::kStatus:
      return read_status(claim.value(), claims.status);
    case Claim::kText: {
      std::optional<std::string_view> unused;
      return read_text(claim, unused);
    }
    case Claim::kOther:
      return nullptr;
  }
  return nullptr;
}

}  // namespace

Result<RegisteredClaims> read_registered_claims(Json object) {
  Result<RegisteredClaims> claims(std::in_place);  // filled where it is: it is large
  for (json::Walk member(object); member.next();) {
    if (const Fault fault = read_claim(member, *claims)) return fail(Errc::kMalformed, fault);
  }
  // RFC 9068 §2.2 requires `exp`; a token without an end could not be outlived.
  if (!claims->expires_at) return fail(Errc::kMalformed, "the token has no exp");
  return claims;
}

// RFC 9068 §4: "The resource server MUST validate that the "aud" claim contains a resource indicator value
// corresponding to an identifier the resource server expects for itself." RFC 7519 §2: compared "with no
// transformations or canonicalizations applied".
bool names(Json audience, std::string_view service) {
  for (json::Walk element(audience); element.next();) {
    if (element.is_string() && element.string() == service) return true;
  }
  const auto one = audience.as_string();
  return one && *one == service;
}

}  // namespace signet::token

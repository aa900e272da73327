#include "token/registered_claims.h"

#include <algorithm>
#include <cmath>

#include "base/try.h"

namespace signet::token {
namespace {

constexpr std::int64_t kMaxTime = std::int64_t{1} << 53;  // beyond it a double is no exact second any more

enum class Round { kDown, kUp };

/// RFC 7519 §2, NumericDate: a JSON number, "non-integer values can be represented". Fractions round against
/// the bearer.
Result<Time> read_time(Json value, Round round) {
  constexpr const char* kWrong = "a time in the claims is not a number of seconds";
  if (const auto whole = value.as_int()) {
    if (*whole < 0 || *whole > kMaxTime) return fail(Errc::kMalformed, kWrong);
    return from_unix(*whole);
  }
  const auto number = value.as_double();
  if (!number || !(*number >= 0 && *number <= static_cast<double>(kMaxTime)))
    return fail(Errc::kMalformed, kWrong);
  return from_unix(
      static_cast<std::int64_t>(round == Round::kDown ? std::floor(*number) : std::ceil(*number)));
}

Result<std::optional<Time>> optional_time(Json claims, const char* name, Round round) {
  const auto member = claims.member(name);
  if (!member) return std::nullopt;
  TRY(time, read_time(*member, round));
  return time;
}

Result<std::optional<std::string_view>> optional_text(Json claims, const char* name) {
  const auto member = claims.member(name);
  if (!member) return std::nullopt;
  const auto text = member->as_string();
  if (!text) return fail(Errc::kMalformed, "a claim that must be a string is none");
  return *text;
}

/// RFC 7519 §4.1.3: "an array of case-sensitive strings", or "a single case-sensitive string".
bool is_audience(Json value) {
  if (value.type() == Json::Type::kString) return true;
  const auto elements = value.elements();
  return value.type() == Json::Type::kArray &&
         std::all_of(elements.begin(), elements.end(),
                     [](Json element) { return element.type() == Json::Type::kString; });
}

}  // namespace

Result<RegisteredClaims> read_registered_claims(Json claims) {
  for (const char* name : {"sub", "jti", "sid", "scope"}) {
    TRY(text, optional_text(claims, name));
    static_cast<void>(text);
  }
  RegisteredClaims read{};
  TRY(issuer, optional_text(claims, "iss"));
  TRY(expires_at, optional_time(claims, "exp", Round::kDown));
  TRY(not_before, optional_time(claims, "nbf", Round::kUp));
  TRY(issued_at, optional_time(claims, "iat", Round::kDown));
  static_cast<void>(issued_at);
  // RFC 9068 §2.2 requires `exp`; a token without an end could not be outlived.
  if (!expires_at) return fail(Errc::kMalformed, "the token has no exp");
  if (const auto audience = claims.member("aud")) {
    if (!is_audience(*audience))
      return fail(Errc::kMalformed, "aud is neither a string nor an array of strings");
    read.audience = *audience;
  }
  read.issuer = issuer;
  read.expires_at = *expires_at;
  read.not_before = not_before;
  return read;
}

bool names(Json audience, std::string_view service) {
  if (const auto one = audience.as_string()) return *one == service;
  const auto all = audience.elements();
  return std::any_of(all.begin(), all.end(), [&](Json element) { return element.as_string() == service; });
}

}  // namespace signet::token

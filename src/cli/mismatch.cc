#include "cli/mismatch.h"

#include <fmt/format.h>

#include "base/try.h"
#include "cli/moment.h"
#include "cli/output.h"
#include "cli/pretty.h"
#include "token/jws.h"
#include "token/registered_claims.h"

namespace signet::cli {
namespace {

std::string quote(std::optional<std::string_view> text) {
  return text ? printable_json_string(*text) : "missing";
}

/// "3 minutes ago (2023-11-14 22:13:20 UTC)"
std::string moment(Time time, Time now) {
  const std::string date = absolute(time);
  return date.empty() ? relative(time, now) : fmt::format("{} ({})", relative(time, now), date);
}

std::string claims_mismatch(const token::RegisteredClaims& claims, const Expectations& wanted, Time now,
                            Errc refusal) {
  switch (refusal) {
    case Errc::kWrongIssuer:
      return fmt::format("iss is {}, wanted {}", quote(claims.issuer), quote(wanted.issuer));
    case Errc::kWrongAudience:
      return fmt::format("aud is {}, wanted {}", claims.audience ? compact(*claims.audience) : "missing",
                         quote(wanted.audience));
    case Errc::kExpired:
      return "expired " + moment(*claims.expires_at, now);
    case Errc::kNotYetValid:
      return "not valid yet: nbf is " + moment(*claims.not_before, now);
    default:
      return {};
  }
}

Result<std::string> find_mismatch(std::string_view token, const KeySet& keys, const Expectations& wanted,
                                  Time now, Errc refusal) {
  TRY(jws, token::verify_jws(token, keys));
  if (refusal == Errc::kWrongType) {
    return fmt::format("typ is {}, wanted {}", quote(jws.type), quote(wanted.type));
  }
  TRY(document, std::move(jws.payload).parse_object());
  TRY(claims, token::read_registered_claims(json::root(*document)));
  return claims_mismatch(claims, wanted, now, refusal);
}

}  // namespace

std::string mismatch(std::string_view token, const KeySet& keys, const Expectations& wanted, Time now,
                     Errc refusal) {
  return find_mismatch(token, keys, wanted, now, refusal).value_or("");
}

}  // namespace signet::cli

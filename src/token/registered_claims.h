// The claims that a Verifier judges, RFC 7519 §4.1, each checked for its type. Absent is one thing, malformed
// another.
#pragma once

#include <optional>
#include <string_view>

#include "signet/json.h"
#include "signet/result.h"
#include "signet/time.h"
#include "signet/token.h"

namespace signet::token {

/// Views borrow from the parsed claims.
struct RegisteredClaims {
  RegisteredClaims() noexcept {}  // not "= default": a Result would fill all of it with zeros first

  std::optional<std::string_view> issuer;
  std::optional<Json> audience;    // a string, or an array of strings
  std::optional<Time> expires_at;  // always there once read
  std::optional<Time> not_before;
  std::optional<StatusReference> status;
};

/// read_registered_claims fails with kMalformed when one has the wrong type, or `exp` is missing.
[[nodiscard]] Result<RegisteredClaims> read_registered_claims(Json claims);

/// names tells whether the audience is, or holds, `service`; compared byte by byte.
[[nodiscard]] bool names(Json audience, std::string_view service);

}  // namespace signet::token

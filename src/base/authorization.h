// The Authorization header, read alike by the guard and by the issuer.
#pragma once

#include <optional>
#include <string_view>

#include "base/ascii.h"

namespace signet {

/// credentials_of returns what follows the scheme and its spaces; nothing when that is empty, or the scheme another one.
/// RFC 9110 §11.1: the scheme is case-insensitive. RFC 9110 §11.4: credentials = auth-scheme [ 1*SP ... ].
[[nodiscard]] constexpr std::optional<std::string_view> credentials_of(std::string_view authorization,
                                                                       std::string_view scheme) noexcept {
  const std::string_view named = authorization.substr(0, scheme.size());
  if (named != scheme && !equal_ignoring_case(named, scheme)) return std::nullopt;  // most write it as we do
  const std::string_view rest = authorization.substr(scheme.size());
  const auto start = rest.find_first_not_of(' ');
  if (start == 0 || start == rest.npos) return std::nullopt;
  return rest.substr(start);
}

/// bearer_token takes the token out of an Authorization header.
/// RFC 6750 §2.1: "Resource servers MUST support this method."
[[nodiscard]] constexpr std::optional<std::string_view> bearer_token(
    std::string_view authorization) noexcept {
  return credentials_of(authorization, "Bearer");
}

}  // namespace signet

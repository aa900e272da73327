// The Authorization header, read alike by the guard and by the issuer.
#pragma once

#include <string_view>

#include "base/ascii.h"

namespace signet {

/// credentials_of returns what follows the scheme and its spaces; empty when nothing does, or the scheme is another one.
/// RFC 9110 §11.1: the scheme is case-insensitive. RFC 9110 §11.4: credentials = auth-scheme [ 1*SP ... ].
[[nodiscard]] constexpr std::string_view credentials_of(std::string_view authorization,
                                                        std::string_view scheme) noexcept {
  // Most write it as we do: then this is a comparison of few bytes, once a request.
  if (!authorization.starts_with(scheme) &&
      !equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) {
    return {};
  }
  std::string_view rest = authorization.substr(scheme.size());
  if (!rest.starts_with(' ')) return {};
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return rest;
}

/// bearer_token takes the token out of an Authorization header; empty when there is none.
/// RFC 6750 §2.1: "Resource servers MUST support this method."
[[nodiscard]] constexpr std::string_view bearer_token(std::string_view authorization) noexcept {
  return credentials_of(authorization, "Bearer");
}

}  // namespace signet

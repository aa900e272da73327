// The characters of HTTP's grammar, whatever the locale, and the methods that we know.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ascii.h"

namespace signet::http {

/// equal_names compares as HTTP compares field names: without regard to case.
[[nodiscard]] constexpr bool equal_names(std::string_view a, std::string_view b) noexcept {
  return equal_ignoring_case(a, b);
}

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
  return '0' <= c && c <= '9';
}

/// is_control is true for C0 controls, NUL among them, and DEL.
[[nodiscard]] constexpr bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

/// is_token_char is RFC 9110, section 5.6.2: what methods and field names are made of.
[[nodiscard]] constexpr bool is_token_char(char c) noexcept {
  const bool letter = 'a' <= to_lower(c) && to_lower(c) <= 'z';
  return letter || is_digit(c) || (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").contains(c));
}

inline constexpr std::array<std::string_view, 7> kMethods = {"GET",    "HEAD",  "POST",   "PUT",
                                                             "DELETE", "PATCH", "OPTIONS"};

[[nodiscard]] constexpr bool is_method(std::string_view name) noexcept {
  return std::ranges::find(kMethods, name) != kMethods.end();
}

}  // namespace signet::http

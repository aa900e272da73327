// The letters of ASCII, whatever the locale.
#pragma once

#include <algorithm>
#include <string_view>

namespace signet {

[[nodiscard]] constexpr char to_lower(char c) noexcept {
  return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// equal_ignoring_case compares ASCII letters in any case, and all else as it is.
[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

}  // namespace signet

// Comparing the words of HTTP headers.
#pragma once

#include <algorithm>
#include <string_view>

namespace signet::guard {

/// equal_ignoring_case compares ASCII letters in any case with a text in lower case.
[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view lower) noexcept {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y;
  });
}

}  // namespace signet::guard

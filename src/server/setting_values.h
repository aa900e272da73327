// How the texts of settings become values. Each function sets its first argument, or says what it would have
// accepted.
#pragma once

#include <fmt/core.h>
#include <charconv>
#include <type_traits>

#include "server/settings.h"

namespace signet::server {

/// set_duration takes a number and a unit, s, m, h or d: "10m".
[[nodiscard]] Accepted set_duration(std::chrono::seconds& value, std::string_view text,
                                    std::chrono::seconds least, std::chrono::seconds most);
/// duration_text is its inverse, in the largest unit that fits: "10m".
[[nodiscard]] std::string duration_text(std::chrono::seconds value);

/// set_listen takes ADDRESS:PORT, with an IPv6 address in brackets.
[[nodiscard]] Accepted set_listen(Config::Server& value, std::string_view text);

/// set_issuer takes an http or https URL without query, fragment, credentials or a slash at the end, so that
/// issuers can be compared byte by byte.
[[nodiscard]] Accepted set_issuer(std::string& value, std::string_view text);

[[nodiscard]] Accepted set_path(std::filesystem::path& value, std::string_view text);
[[nodiscard]] Accepted set_algorithm(Algorithm& value, std::string_view text);
[[nodiscard]] Accepted set_log_level(Config::LogLevel& value, std::string_view text);
[[nodiscard]] Accepted set_log_format(Config::LogFormat& value, std::string_view text);

template <class T>
[[nodiscard]] Accepted set_number(T& value, std::string_view text, std::type_identity_t<T> least,
                                  std::type_identity_t<T> most) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most) {
    return std::unexpected(fmt::format("a whole number from {} to {}", least, most));
  }
  value = number;
  return {};
}

}  // namespace signet::server

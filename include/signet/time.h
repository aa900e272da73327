// Time as tokens know it: whole seconds of UTC.
#pragma once

#include <chrono>
#include <cstdint>

namespace signet {

/// Time is whole seconds since 1970-01-01T00:00:00Z, RFC 7519's NumericDate.
using Time = std::chrono::sys_seconds;

/// unix_seconds turns a Time into the number that tokens hold.
[[nodiscard]] constexpr std::int64_t unix_seconds(Time time) noexcept {
  return time.time_since_epoch().count();
}

/// from_unix is its inverse.
[[nodiscard]] constexpr Time from_unix(std::int64_t seconds) noexcept {
  return Time{std::chrono::seconds{seconds}};
}

/// system_now is the machine's clock, for callers that keep none of their own. Nothing that verifies calls
/// it: there, time is an argument.
[[nodiscard]] inline Time system_now() noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace signet

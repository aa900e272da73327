// Waiting at random, so that a hundred APIs do not come at once after an outage.
#pragma once

#include <chrono>
#include <random>

namespace signet::guard {

/// jittered returns a time between half of it and all of it.
[[nodiscard]] inline std::chrono::milliseconds jittered(std::chrono::milliseconds longest) {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<std::int64_t> between(longest.count() / 2, longest.count());
  return std::chrono::milliseconds{between(random)};
}

}  // namespace signet::guard

// How a store goes on that was put back from a backup: it has forgotten what was given out since.
#pragma once

#include <cstdint>
#include <string>

#include "signet/time.h"

namespace signet::storage {

/// EpochStart is what a new epoch of the feed begins with.
struct EpochStart {
  static constexpr std::uint32_t kJumps = 1 << 20;

  std::string name;        // one that no epoch had
  std::uint32_t jump = 0;  // drawn at random, below kJumps
  Time now{};
  bool keep_sessions = false;

  /// unused_after returns the number of a list that was not opened since the backup, in which `last` was the last one: that of
  /// the second, counted from 1970. Otherwise than by a restore, no list is opened before the second that has its number is
  /// over, since numbers begin at 0, and after a restore at its second; and two restores are never of the same second. Only
  /// where the clock has been set back it is of no use.
  [[nodiscard]] std::int64_t unused_after(std::int64_t last) const {
    const std::int64_t second = unix_seconds(now);
    return second > last ? second : last + 1 + jump;
  }
};

}  // namespace signet::storage

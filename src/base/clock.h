// Time is an argument. Only guard/, server/ and cli/ hold a Clock; below them functions are handed the time.
#pragma once

#include "signet/time.h"

namespace signet {

/// Clock is the seam where tests put their own time.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
};

/// SystemClock is the machine's own clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return system_now(); }
};

/// CoarseClock is the machine's own clock as of the kernel's last tick: at most 10 ms behind, at a quarter of the price.
class CoarseClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override;
};

}  // namespace signet

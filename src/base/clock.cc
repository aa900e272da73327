#include "base/clock.h"

#include <time.h>

namespace signet {

Time CoarseClock::now() const {
#ifdef CLOCK_REALTIME_COARSE
  timespec now{};
  if (::clock_gettime(CLOCK_REALTIME_COARSE, &now) == 0) return from_unix(now.tv_sec);
#endif
  return system_now();
}

}  // namespace signet

#include "guard/at_exit.h"

#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <vector>

namespace signet::guard {
namespace {

struct Stop {
  pid_t process;  // a child that it forks has none of the threads that are to be stopped
  const std::function<void()>* call;
};

struct Living {
  std::mutex mutex;
  std::vector<Stop> stops;
};

/// Never destroyed: a guard may be the last to go.
Living& living() {
  static Living& all = *new Living;
  return all;
}

}  // namespace

AtExit::AtExit(std::function<void()> stop) : stop_(std::move(stop)) {
  static const bool registered = std::atexit(stop_all) == 0;
  static_cast<void>(registered);  // without room for it, things are as they would be without this class
  const std::lock_guard lock(living().mutex);
  living().stops.push_back({getpid(), &stop_});
}

AtExit::~AtExit() {
  const std::lock_guard lock(living().mutex);
  std::erase_if(living().stops, [this](const Stop& stop) { return stop.call == &stop_; });
}

void AtExit::stop_all() noexcept {
  const std::lock_guard lock(living().mutex);
  for (const Stop& stop : living().stops) {
    if (stop.process == getpid()) (*stop.call)();
  }
}

}  // namespace signet::guard

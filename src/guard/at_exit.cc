#include "guard/at_exit.h"

#include <cstdlib>
#include <mutex>
#include <vector>

namespace signet::guard {
namespace {

struct Living {
  std::mutex mutex;
  std::vector<const std::function<void()>*> stops;
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
  living().stops.push_back(&stop_);
}

AtExit::~AtExit() {
  const std::lock_guard lock(living().mutex);
  std::erase(living().stops, &stop_);
}

void AtExit::stop_all() noexcept {
  const std::lock_guard lock(living().mutex);
  for (const auto* stop : living().stops) (*stop)();
}

}  // namespace signet::guard

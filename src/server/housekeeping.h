// What the issuer does by itself, now and then.
#pragma once

#include <thread>

#include "base/clock.h"
#include "storage/store.h"

namespace signet::server {

/// Housekeeping forgets, at once and then every hour, the sessions that ended or expired more than a day ago.
/// It runs on a thread of its own from construction to destruction; a failure is logged, and tried again an
/// hour later.
class Housekeeping {
 public:
  /// Both must outlive it.
  Housekeeping(storage::Store& store, const Clock& clock);

 private:
  std::jthread thread_;
};

}  // namespace signet::server

// What the issuer does by itself, now and then.
#pragma once

#include <thread>

#include "server/app.h"

namespace signet::server {

/// Housekeeping forgets, at once and then every hour, the sessions that ended or expired more than a day ago,
/// and the status lists whose sessions are all over;
/// and every half a minute tends the signing keys (key_life.h). It runs on a thread of its own from
/// construction to destruction; a failure is logged, and tried again when it is due the next time.
class Housekeeping {
 public:
  /// `app` must outlive it.
  explicit Housekeeping(App& app);

 private:
  std::jthread thread_;
};

}  // namespace signet::server

// What must end before the process does.
//
// A guard may be a global variable. While the process exits, the statics of libraries go in an order that nobody chose, and a
// thread that still parses JSON or fetches would use what is gone. So the threads of every guard end when exiting begins.
#pragma once

#include <functional>

namespace signet::guard {

/// AtExit calls `stop` when the process begins to exit, unless it was destroyed before. Make one only after what `stop` ends has
/// used its libraries once: what began to exist earlier goes later.
class AtExit {
 public:
  explicit AtExit(std::function<void()> stop);
  ~AtExit();
  AtExit(const AtExit&) = delete;
  AtExit& operator=(const AtExit&) = delete;

 private:
  static void stop_all() noexcept;

  std::function<void()> stop_;
};

}  // namespace signet::guard

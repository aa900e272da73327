// SIGINT and SIGTERM, as a request to stop that cannot come too early.
#pragma once

#include <signal.h>

#include <atomic>
#include <functional>
#include <thread>

namespace signet::server {

/// HeldSignals keeps both signals waiting, in the thread that makes it and in those that this one starts from
/// then on; so it is made before all of them. When it goes, what still waits is dropped.
class HeldSignals {
 public:
  HeldSignals();
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

 private:
  sigset_t before_{};
};

/// SignalWatch calls `stop`, on a thread of its own, at each signal that comes, or came since HeldSignals.
class SignalWatch {
 public:
  explicit SignalWatch(std::function<void()> stop);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace signet::server

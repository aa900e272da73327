#include "server/stop_signals.h"

#include <pthread.h>

#include <utility>

namespace signet::server {
namespace {

sigset_t both() {
  sigset_t set{};
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

HeldSignals::HeldSignals() {
  const sigset_t held = both();
  ::pthread_sigmask(SIG_BLOCK, &held, &before_);
}

HeldSignals::~HeldSignals() {
  // Whoever presses Ctrl-C twice wants what has just been done; the second must not kill the process yet.
  const sigset_t held = both();
  const timespec at_once{};
  while (::sigtimedwait(&held, nullptr, &at_once) > 0) {
  }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

SignalWatch::SignalWatch(std::function<void()> stop)
    : thread_([this, stop = std::move(stop)] {
        const sigset_t held = both();
        ::pthread_sigmask(SIG_BLOCK, &held, nullptr);
        int signal = 0;
        while (::sigwait(&held, &signal) == 0 && !over_) stop();
      }) {}

SignalWatch::~SignalWatch() {
  over_ = true;
  ::pthread_kill(thread_.native_handle(), SIGTERM);  // to that thread alone, which waits for it
  thread_.join();
}

}  // namespace signet::server

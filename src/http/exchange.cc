#include "http/exchange.h"

#include <utility>

#include "http/faults.h"

namespace signet::http {

// on_cancel_ may hold the last Responder, whose end calls fulfil(): it is always called and let go of outside
// the lock.

bool Exchange::fulfil(Response response) noexcept {
  std::function<void()> unneeded;
  const std::lock_guard lock(mutex_);
  if (answered_) return false;
  answered_ = true;
  response_ = std::move(response);
  unneeded = std::exchange(on_cancel_, nullptr);
  try {
    if (wake_) std::exchange(wake_, nullptr)();
  } catch (...) {
    log_error("http: the answer to {} {} comes late: {}", request_.method, request_.path, reason());
  }
  return true;
}

bool Exchange::answered() {
  const std::lock_guard lock(mutex_);
  return answered_;
}

void Exchange::on_cancel(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (answered_) return;
    if (!over_) {
      std::swap(on_cancel_, callback);
      return;
    }
  }
  callback();
}

bool Exchange::over() {
  const std::lock_guard lock(mutex_);
  return over_;
}

bool Exchange::await(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  if (answered_) return false;
  wake_ = std::move(wake);
  return true;
}

std::optional<Response> Exchange::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(response_, std::nullopt);
}

bool Exchange::cancellable() {
  const std::lock_guard lock(mutex_);
  return on_cancel_ != nullptr;
}

void Exchange::cancel() {
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    callback = std::exchange(on_cancel_, nullptr);
  }
  if (!callback) return;
  try {
    callback();
  } catch (...) {
    log_error("http: the on_cancel of {} {} threw: {}", request_.method, request_.path, reason());
  }
}

void Exchange::detach() {
  {
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
  }
  cancel();
}

}  // namespace signet::http

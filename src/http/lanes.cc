#include "http/lanes.h"

#include <algorithm>

#include "http/faults.h"

namespace signet::http {
namespace {

/// call keeps exceptions from the threads. The log has the reason; the client learns nothing about our
/// insides.
void call(const AsyncHandler& handler, const Responder& responder) noexcept {
  const Request& request = responder.request();
  try {
    handler(request, responder);
    return;
  } catch (...) {
    log_error("http: the handler of {} {} threw: {}", request.method, request.path, reason());
  }
  responder.send(internal_error("the server could not answer; its log says why"));
}

Response busy() {
  return Response::problem(503, status_phrase(503), "too busy just now: try again soon")
      .with("Retry-After", "1");
}

}  // namespace

Pool::Pool(PoolSize size) : capacity_(size.queue) {
  try {
    for (std::size_t i = 0; i < std::max<std::size_t>(size.threads, 1); ++i) {
      threads_.emplace_back([this] { work(); });
    }
  } catch (...) {
    stop();  // those that have started would be waited for, and wait themselves
    throw;
  }
}

Pool::~Pool() {
  stop();
}

bool Pool::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    // A job that an idle thread will fetch in a moment does not wait, so it takes no place in the queue.
    if (stopping_ || jobs_.size() >= capacity_ + idle_) return false;
    jobs_.push_back(std::move(job));
  }
  ready_.notify_one();
  return true;
}

void Pool::stop() {
  std::deque<std::function<void()>> dropped;  // outlives the lock: letting go of a job may answer its request
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(jobs_);
  }
  ready_.notify_all();
  threads_.clear();
}

void Pool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    ready_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    --idle_;
    if (stopping_) return;
    {
      const auto job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
    }
    lock.lock();
  }
}

void Lanes::run(const Router::Route& route, const Responder& responder) {
  if (route.lane == Lane::kInline) return call(route.handler, responder);
  Pool& pool = route.lane == Lane::kPassword ? password_ : blocking_;
  const bool queued = pool.post([&handler = route.handler, responder] { call(handler, responder); });
  if (!queued) responder.send(busy());
}

void Lanes::stop() {
  blocking_.stop();
  password_.stop();
}

}  // namespace signet::http

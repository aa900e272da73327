// The bounded pools behind the lanes. A lane is full when its threads are busy and its queue is: then it says
// so at once, since a queue that grows only makes everybody late.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "http/responder.h"
#include "http/router.h"
#include "http/server.h"

namespace signet::http {

class Pool {
 public:
  explicit Pool(PoolSize size);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// post queues a job for some thread; false when the queue is full. Jobs must not throw.
  [[nodiscard]] bool post(std::function<void()> job);

  /// stop lets the jobs under way finish and drops those that wait. Nothing can be posted after it.
  void stop();

 private:
  void work();

  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> jobs_;
  std::size_t idle_ = 0;  // threads that no job is meant for yet
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

class Lanes {
 public:
  Lanes(PoolSize blocking, PoolSize password) : blocking_(blocking), password_(password) {}

  /// run has the handler answer, on its lane; or answers 503 when the lane is full.
  void run(const Router::Route& route, const Responder& responder);

  void stop();

 private:
  Pool blocking_;
  Pool password_;
};

}  // namespace signet::http

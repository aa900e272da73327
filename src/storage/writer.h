// Writer is group commit: the one thread that writes to a database which takes one writer at a time. What
// waits is committed together, so that many callers share one wait for the disk, and each hears of its own
// success only after the commit has succeeded.
#pragma once

#include <soci/soci.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "signet/result.h"

namespace signet::storage {

class Writer {
 public:
  /// Work is one transaction. What it did is undone when it returns an error or throws; that of its
  /// neighbours is not.
  using Work = std::function<Result<void>(soci::session&)>;

  explicit Writer(std::unique_ptr<soci::session> connection);
  /// Nobody may be inside run() any more.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// run returns when the work is durable or undone. kUnavailable when the commit failed, whatever the work
  /// answered.
  [[nodiscard]] Result<void> run(const Work& work);

 private:
  /// Job lives on the stack of the caller, who waits for it.
  struct Job {
    const Work& work;
    Result<void> result{};
    bool done = false;
    std::condition_variable woken{};
  };

  void loop();
  std::vector<Job*> await_jobs();
  void commit_together(const std::vector<Job*>& jobs) noexcept;
  Result<void> run_alone(const Work& work);
  void undo_everything() noexcept;
  void answer(const std::vector<Job*>& jobs);

  std::unique_ptr<soci::session> connection_;  // used by thread_ alone
  std::mutex mutex_;                           // guards what follows
  std::condition_variable work_waits_;
  std::vector<Job*> waiting_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace signet::storage

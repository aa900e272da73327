#include "storage/writer.h"

#include <utility>

#include "storage/failure.h"

namespace signet::storage {

Writer::Writer(std::unique_ptr<soci::session> connection)
    : connection_(std::move(connection)), thread_([this] { loop(); }) {}

Writer::~Writer() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  work_waits_.notify_one();
  thread_.join();
}

Result<void> Writer::run(const Work& work) {
  Job job{work};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&job);
  work_waits_.notify_one();
  job.woken.wait(lock, [&] { return job.done; });
  return job.result;
}

void Writer::loop() {
  for (auto jobs = await_jobs(); !jobs.empty(); jobs = await_jobs()) {
    commit_together(jobs);
    answer(jobs);
  }
}

/// await_jobs takes all that wait; none means that it is time to stop.
std::vector<Writer::Job*> Writer::await_jobs() {
  std::unique_lock lock(mutex_);
  work_waits_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
  return std::exchange(waiting_, {});
}

void Writer::commit_together(const std::vector<Job*>& jobs) noexcept try {
  *connection_ << "begin immediate";
  for (Job* job : jobs) job->result = run_alone(job->work);
  *connection_ << "commit";
} catch (...) {
  const Error failure = failure_in_flight();
  undo_everything();
  for (Job* job : jobs) job->result = std::unexpected(Error{Errc::kUnavailable, failure.what});
}

/// run_alone throws only when the savepoint could not be undone: then its neighbours are lost as well.
Result<void> Writer::run_alone(const Work& work) {
  *connection_ << "savepoint job";
  Result<void> result;
  try {
    result = work(*connection_);
  } catch (...) {
    result = std::unexpected(failure_in_flight());
  }
  if (!result) *connection_ << "rollback to savepoint job";
  *connection_ << "release savepoint job";
  return result;
}

void Writer::undo_everything() noexcept try { *connection_ << "rollback"; } catch (...) {
  // The engine has rolled back by itself, as SQLite does after some failures; if not, the next "begin" will
  // tell.
}

void Writer::answer(const std::vector<Job*>& jobs) {
  const std::scoped_lock lock(mutex_);
  for (Job* job : jobs) {
    job->done = true;
    job->woken.notify_one();  // under the lock: once the caller sees `done`, the job is gone
  }
}

}  // namespace signet::storage

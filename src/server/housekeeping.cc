#include "server/housekeeping.h"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <mutex>

namespace signet::server {
namespace {

constexpr std::chrono::hours kEvery{1};
constexpr std::chrono::hours kKept{24};  // so that somebody who asks what happened still finds it

constexpr int kBatch = 1000;  // in one transaction: whoever wants to write meanwhile waits for it

void purge(storage::Store& store, Time now, const std::stop_token& stop) {
  std::int64_t forgotten = 0;
  std::int64_t batch = kBatch;
  while (batch >= kBatch && !stop.stop_requested()) {
    const auto purged = store.purge_sessions(now - kKept, kBatch);
    if (!purged) {
      spdlog::warn("old sessions could not be forgotten: {}", purged.error().what);
      return;
    }
    batch = *purged;
    forgotten += batch;
  }
  if (forgotten > 0) spdlog::debug("forgot {} sessions that ended or expired more than a day ago", forgotten);
}

}  // namespace

Housekeeping::Housekeeping(storage::Store& store, const Clock& clock)
    : thread_([&store, &clock](const std::stop_token& stop) {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any asleep;
        do {
          purge(store, clock.now(), stop);
          asleep.wait_for(lock, stop, kEvery, [] { return false; });
        } while (!stop.stop_requested());
      }) {}

}  // namespace signet::server

#include "server/housekeeping.h"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <mutex>

#include "server/key_life.h"

namespace signet::server {
namespace {

constexpr std::chrono::seconds kEvery{30};
constexpr int kTurnsBetweenPurges = 120;  // an hour
constexpr std::chrono::hours kKept{24};   // so that somebody who asks what happened still finds it

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

/// What was revoked in a list whose sessions are all over need not be known any more, here or anywhere.
void drop_lists(storage::Store& store, Time now) {
  const auto dropped = store.drop_finished_lists(now);
  if (!dropped) spdlog::warn("old status lists could not be dropped: {}", dropped.error().what);
  if (dropped.value_or(0) > 0) spdlog::info("dropped {} status lists whose sessions are all over", *dropped);
}

}  // namespace

Housekeeping::Housekeeping(App& app)
    : thread_([&app](const std::stop_token& stop) {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any asleep;
        for (int turn = 0; !stop.stop_requested(); ++turn) {
          if (const auto tended = tend_signing_keys(app); !tended) {
            spdlog::warn("the signing keys could not be tended: {}", tended.error().what);
          }
          if (turn % kTurnsBetweenPurges == 0) {
            purge(app.store, app.clock.now(), stop);
            drop_lists(app.store, app.clock.now());
          }
          asleep.wait_for(lock, stop, kEvery, [] { return false; });
        }
      }) {}

}  // namespace signet::server

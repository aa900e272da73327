// Which status index the next session gets.
#pragma once

#include <mutex>

#include "server/revocation_log.h"
#include "storage/store.h"

namespace signet::server {

/// StatusIndices hands indices out of blocks that the store has given out for good: one write for many sessions. A crash
/// leaves a gap, which costs a bit for each index. Safe to use from many threads.
class StatusIndices {
 public:
  StatusIndices(storage::Store& store, const RevocationLog& log) : store_(store), log_(log) {}

  /// next fails like Store::reserve_status_indices.
  [[nodiscard]] Result<std::int64_t> next();

 private:
  storage::Store& store_;
  const RevocationLog& log_;
  std::mutex mutex_;
  storage::StatusBlock block_;  // what is left of it
};

}  // namespace signet::server

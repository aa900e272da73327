#include "server/status_indices.h"

#include "base/try.h"

namespace signet::server {
namespace {

constexpr std::int64_t kBlock = 256;

}  // namespace

Result<std::int64_t> StatusIndices::next() {
  const std::lock_guard lock(mutex_);
  // When everyone was revoked, so were the sessions that the rest of the block was meant for.
  const auto first_live = static_cast<std::int64_t>(log_.now().lists.first) * storage::kStatusListSize;
  if (block_.count == 0 || block_.first < first_live) {
    TRY(fresh, store_.reserve_status_indices(kBlock));
    block_ = fresh;
  }
  --block_.count;
  return block_.first++;
}

}  // namespace signet::server

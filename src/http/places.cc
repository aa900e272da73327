#include "http/places.h"

#include <algorithm>

#include "http/connection.h"

namespace signet::http {
namespace {

constexpr std::size_t kRemembered = 256;  // of a look at all

}  // namespace

Places::Places(std::size_t most) : most_(std::max<std::size_t>(1, most)) {}

/// Whether somebody has sent nothing, has sent half a request, or does not read its answer makes no difference: else a
/// byte on each of many connections would lock everybody out, and a newcomer whose request is still on its way would
/// be the first to go.
bool Places::take(Connection& newcomer) {
  const std::lock_guard lock(mutex_);
  if (connections_.size() < most_) {
    connections_.insert(&newcomer);
    return true;
  }
  Connection* const longest = longest_waiting();
  if (longest == nullptr) return false;
  connections_.insert(&newcomer);
  longest->ask_to_make_way();
  connections_.erase(longest);
  return true;
}

/// Who has begun to wait anew since the last look has waited for less long than all who have not: so one look at all
/// serves many newcomers, and a flood of them costs little.
Connection* Places::longest_waiting() {
  for (int look = 0; look < 2; ++look) {
    while (!longest_.empty()) {
      const auto [since, connection] = longest_.back();
      longest_.pop_back();
      if (connections_.contains(connection) && connection->waiting_since() == since) return connection;
    }
    if (look == 0) look_at_all();
  }
  return nullptr;
}

void Places::look_at_all() {
  for (Connection* const connection : connections_) {
    const TimePoint since = connection->waiting_since();
    if (since != TimePoint::max()) longest_.push_back({since, connection});
  }
  const auto kept = longest_.begin() + static_cast<std::ptrdiff_t>(std::min(longest_.size(), kRemembered));
  std::ranges::partial_sort(longest_, kept, {}, &Waiting::since);
  longest_.erase(kept, longest_.end());
  std::ranges::reverse(longest_);
}

void Places::leave(Connection& connection) {
  const std::lock_guard lock(mutex_);
  connections_.erase(&connection);
}

}  // namespace signet::http

#include "http/places.h"

#include <algorithm>

#include "http/connection.h"

namespace signet::http {

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

Connection* Places::longest_waiting() const {
  Connection* longest = nullptr;
  TimePoint since = TimePoint::max();
  for (Connection* const connection : connections_) {
    const TimePoint its = connection->waiting_since();
    if (its >= since) continue;
    since = its;
    longest = connection;
  }
  return longest;
}

void Places::leave(Connection& connection) {
  const std::lock_guard lock(mutex_);
  connections_.erase(&connection);
}

}  // namespace signet::http

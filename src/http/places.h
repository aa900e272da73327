// The places that connections take, counted for all workers together: else a worker whose places are all taken by
// requests that wait would turn newcomers away, while another one has room.
#pragma once

#include <cstddef>
#include <mutex>
#include <unordered_set>

namespace signet::http {

class Connection;

/// Places is safe to use from many threads.
class Places {
 public:
  explicit Places(std::size_t most);

  /// take gives the newcomer a place. When there is none left, the connection that has kept us waiting longest, on
  /// whichever worker, loses its own and is closed. False: all are at work.
  [[nodiscard]] bool take(Connection& newcomer);

  /// leave gives a place back. A connection that has none may call it too.
  void leave(Connection& connection);

 private:
  [[nodiscard]] Connection* longest_waiting() const;

  const std::size_t most_;
  std::mutex mutex_;
  std::unordered_set<Connection*> connections_;
};

}  // namespace signet::http

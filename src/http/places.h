// The places that connections take, counted for all workers together: else a worker whose places are all taken by
// requests that wait would turn newcomers away, while another one has room.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <unordered_set>
#include <vector>

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
  struct Waiting {
    std::chrono::steady_clock::time_point since;
    Connection* connection;
  };

  [[nodiscard]] Connection* longest_waiting();
  void look_at_all();

  const std::size_t most_;
  std::mutex mutex_;  // guards what follows
  std::unordered_set<Connection*> connections_;
  std::vector<Waiting> longest_;  // at the last look at all, the very longest at the end
};

}  // namespace signet::http

// Connections are many clients of one server in one thread, for the revocation benchmark: plain HTTP/1.1 to 127.0.0.1, kept
// alive, one request at a time on each. What must not happen (a connection that is closed, a malformed answer) ends
// the program: a figure must not rest on it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::bench {

/// nanoseconds of CLOCK_MONOTONIC, which all processes of one machine share.
[[nodiscard]] std::int64_t nanoseconds_now();

/// die says why on standard error and ends the program.
[[noreturn]] void die(const std::string& why);

struct Answer {
  int status = 0;
  std::string_view body;  // borrowed for the call
};

class Connections {
 public:
  using OnAnswer = std::function<void(std::size_t who, const Answer& answer)>;

  /// Connects `count` times.
  Connections(std::uint16_t port, std::size_t count, OnAnswer on_answer);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  [[nodiscard]] std::size_t size() const { return peers_.size(); }

  /// send sends a whole request. Only after the answer to the one before.
  void send(std::size_t who, std::string_view request);

  /// serve waits for answers, for so long at most, and hands them over. It also returns once `also`, a descriptor, can be
  /// read (true).
  bool serve(std::chrono::nanoseconds longest, int also = -1);

 private:
  struct Peer {
    int socket = -1;
    std::string received{};
  };
  void watch(int descriptor, std::uint64_t name) const;
  void receive(std::size_t who);

  const OnAnswer on_answer_;
  int epoll_ = -1;
  int watched_ = -1;
  std::vector<Peer> peers_;
};

/// percentile returns the smallest figure that `percent` of them are not above. Sorts them; 0 of none.
[[nodiscard]] double percentile(std::vector<double>& figures, double percent);

}  // namespace signet::bench

// A small HTTP/1.1 server: strict about what it takes in, bounded in everything it holds.
//
//   auto server = http::Server::listen({.port = 8080, .stop_on_signals = true}, std::move(router));
//   if (!server) return complain(server.error().what);
//   (*server)->run();
//
// listen, run and the destructor belong to one thread; port and stop may be called from any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/operator_error.h"
#include "http/message.h"
#include "http/router.h"

namespace signet::http {

/// Limits bound what one client, and all of them together, can take from us.
struct Limits {
  std::size_t header_bytes = 16 * 1024;  // request line and headers; past it 431
  std::size_t target_bytes = 8 * 1024;   // past it 414
  std::size_t body_bytes = 64 * 1024;  // past it 413, before any of it is read where its length is announced
  std::size_t max_connections = 10'000;  // past it the one that has kept us waiting longest makes room
  std::chrono::milliseconds header_time{10'000};  // from the first byte of a request, or from connecting
  std::chrono::milliseconds body_time{10'000};
  std::chrono::milliseconds idle_time{30'000};  // between requests
  std::chrono::milliseconds write_time{30'000};
};

/// PoolSize bounds a pool of threads. A job that finds the queue full is answered 503 with Retry-After at
/// once.
struct PoolSize {
  std::size_t threads = 1;
  std::size_t queue = 64;
};

struct Options {
  std::string address = "127.0.0.1";  // an IPv4 or IPv6 address; not a name
  std::uint16_t port = 0;             // 0 takes any free one: see Server::port
  std::size_t io_threads = 0;         // 0 is one per core
  PoolSize blocking{.threads = 8, .queue = 1024};
  PoolSize password{.threads = 2, .queue = 64};
  Limits limits{};
  std::chrono::milliseconds drain_time{5'000};  // how long stop() waits for requests under way
  bool stop_on_signals = false;                 // SIGINT and SIGTERM call stop()

  /// on_done is called when an answer has been written, or could not be; for logs and metrics. It runs on an
  /// I/O thread, several at a time, and must be quick. Of a request that was refused unread, the fields may
  /// be empty.
  std::function<void(const Request&, const Response&, std::chrono::microseconds)> on_done{};
};

class Server {
 public:
  /// listen binds the port; clients wait in the kernel's queue until run(). It fails with a sentence for the
  /// operator: kInvalidArgument for an address that is none, kUnavailable where the port cannot be had.
  [[nodiscard]] static OrExplain<std::unique_ptr<Server>> listen(Options options, Router router);

  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// port returns the port that is being listened on.
  [[nodiscard]] std::uint16_t port() const;

  /// run serves until stop() and returns when all threads have come home. Call it once.
  void run();

  /// stop takes no more connections, closes idle ones, cancels what waits (Responder::on_cancel) and lets
  /// requests under way finish for up to drain_time. It returns at once; run() returns when it is done.
  void stop();

 private:
  struct State;  // keeps Boost out of this header
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace signet::http

// One connection: a coroutine that reads a request, has it answered, writes the answer, and begins again.
// Everything here happens on the worker's thread, unless it says otherwise.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <memory>
#include <string>

#include "http/exchange.h"
#include "http/request_parser.h"
#include "http/serialize.h"
#include "http/worker.h"

namespace signet::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, Worker& worker);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();

  /// waiting_since is since when the client has kept us waiting: for a request to begin, for one that has begun
  /// to be whole, or for an answer to be read. TimePoint::max() while it waits for us. From any thread.
  [[nodiscard]] TimePoint waiting_since() const { return waiting_since_.load(std::memory_order_relaxed); }

  /// ask_to_make_way has the connection end soon: at once, or after its answer if a request has become whole
  /// meanwhile. From any thread.
  void ask_to_make_way();

  /// tick ends what is under way when its deadline has passed.
  void tick(TimePoint now);

  /// drain ends the connection now when it is idle, or else after the request under way.
  void drain();

  /// abort ends the connection now.
  void abort();

 private:
  template <class T>
  using Awaitable = boost::asio::awaitable<T, Executor>;
  using Pieces = std::array<boost::asio::const_buffer, 2>;  // head and content

  Awaitable<void> serve();
  Awaitable<bool> serve_one();
  Awaitable<bool> read_request(RequestParser& parser);
  Awaitable<std::optional<Response>> answer(const std::shared_ptr<Exchange>& exchange,
                                            const Router::Route& route);
  Awaitable<void> answered(const std::shared_ptr<Exchange>& exchange);
  void report(const Exchange& exchange, const Response& response, TimePoint started);
  Awaitable<bool> write(Response& response, const Framing& framing);
  Awaitable<bool> write_continue();
  Awaitable<bool> send(const Pieces& bytes);
  Awaitable<bool> receive();
  Awaitable<void> linger();

  void make_way();
  void watch(std::shared_ptr<Exchange> exchange);
  [[nodiscard]] bool peer_closed();
  void rest(std::chrono::milliseconds limit);
  void listen(std::chrono::milliseconds limit);
  void hand_over(std::chrono::milliseconds limit);
  void attend();
  void allow(std::chrono::milliseconds limit);
  void wait_since(TimePoint time) { waiting_since_.store(time, std::memory_order_relaxed); }

  Worker& worker_;
  Socket socket_;
  Timer answer_timer_;  // never expires: cancelled to wake the coroutine
  const std::string remote_address_;
  std::string buffer_;  // what has been received and not been understood yet
  std::shared_ptr<Exchange> pending_;
  std::atomic<TimePoint> waiting_since_ = TimePoint::max();
  TimePoint deadline_ = TimePoint::max();
  bool idle_ = false;  // at rest: no request has begun
  bool expired_ = false;
  bool aborted_ = false;
  bool leaving_ = false;  // the request under way is the last
  bool first_ = true;
  const Worker::Place place_;  // last: once it is on the worker's list, nothing may fail any more
};

}  // namespace signet::http

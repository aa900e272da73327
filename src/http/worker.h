// One I/O thread: its event loop, its connections, and the one clock hand that all their deadlines hang on.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>
#include <string>

#include "http/lanes.h"
#include "http/places.h"
#include "http/router.h"
#include "http/server.h"

namespace signet::http {

class Connection;

// The executor is named in the types: erased, it costs a measurable share of a small request.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Timer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
using TimePoint = std::chrono::steady_clock::time_point;

/// Service is what all workers share. It outlives them.
struct Service {
  Service(Options the_options, Router the_router)
      : options(std::move(the_options)),
        router(std::move(the_router)),
        places(options.limits.max_connections),
        lanes(options.blocking, options.password) {}

  const Options options;
  const Router router;
  Places places;
  Lanes lanes;
};

class Worker {
 public:
  explicit Worker(Service& service);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // From any thread.
  [[nodiscard]] boost::asio::io_context& context() { return context_; }
  void adopt(Socket socket);
  void drain();

  /// run serves until drain() is through.
  void run();

  // For this worker's connections.
  [[nodiscard]] Service& service() { return service_; }
  [[nodiscard]] bool draining() const { return draining_; }
  [[nodiscard]] const std::string& date() const { return date_; }
  using Place = std::list<Connection*>::iterator;
  [[nodiscard]] Place enter(Connection& connection);
  void leave(Place place);

 private:
  void start(Socket socket);
  void tick();
  void start_draining();

  Service& service_;
  std::list<Connection*> connections_;
  bool draining_ = false;
  bool ticking_ = false;
  TimePoint drain_deadline_ = TimePoint::max();
  std::string date_;
  boost::asio::io_context context_;  // destroyed before the list, which its connections leave
  Timer ticker_;
};

}  // namespace signet::http

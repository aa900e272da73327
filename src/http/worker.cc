#include "http/worker.h"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "http/connection.h"
#include "http/faults.h"
#include "http/serialize.h"

namespace signet::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// tick_time is how late a deadline may be noticed: one timer for all connections instead of several per
/// request.
milliseconds tick_time(const Limits& limits) {
  const auto shortest = std::min({limits.header_time, limits.body_time, limits.idle_time, limits.write_time});
  return std::clamp(shortest / 4, milliseconds(5), milliseconds(250));
}

}  // namespace

Worker::Worker(Service& service) : service_(service), context_(1), ticker_(context_) {}

Worker::~Worker() {
  draining_ = false;  // connections that leave with the context find no ticker to cancel any more
}

void Worker::adopt(Socket socket) {
  boost::asio::post(context_, [this, socket = std::move(socket)]() mutable { start(std::move(socket)); });
}

void Worker::start(Socket socket) {
  if (draining_) return;  // closes it
  const auto newcomer = std::make_shared<Connection>(std::move(socket), *this);
  if (service_.places.take(*newcomer)) newcomer->start();
}

Worker::Place Worker::enter(Connection& connection) {
  return connections_.insert(connections_.end(), &connection);
}

void Worker::leave(Place place) {
  connections_.erase(place);
  if (draining_ && connections_.empty()) ticker_.cancel();
}

void Worker::drain() {
  boost::asio::post(context_, [this] { start_draining(); });
}

void Worker::start_draining() {
  draining_ = true;
  drain_deadline_ = steady_clock::now() + service_.options.drain_time;
  for (Connection* connection : connections_) connection->drain();
  if (connections_.empty()) ticker_.cancel();
}

void Worker::tick() {
  ticking_ = false;
  if (draining_ && connections_.empty()) return;  // nothing is left to do, and run() returns
  ticker_.expires_after(tick_time(service_.options.limits));
  ticker_.async_wait([this](const boost::system::error_code&) { tick(); });
  ticking_ = true;

  const auto now = steady_clock::now();
  date_ = http_date(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
  for (Connection* connection : connections_) {
    if (now >= drain_deadline_) connection->abort();
    connection->tick(now);
  }
}

void Worker::run() {
  for (;;) {
    try {
      if (!ticking_) tick();  // at first, and when there was no memory for the next one
      context_.run();
      return;
    } catch (...) {
      log_error("http: a callback threw on an I/O thread: {}", reason());
    }
  }
}

}  // namespace signet::http

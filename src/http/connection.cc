#include "http/connection.h"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <exception>
#include <utility>

#include "http/faults.h"

namespace signet::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable_t<Executor>{});
constexpr std::size_t kReadSize = 4096;
constexpr std::size_t kWriteSize = 65'536;
constexpr std::size_t kKeptBuffer = 8192;  // an idle connection holds no more than this
constexpr milliseconds kLingerTime{1000};
constexpr std::size_t kLingerBytes = 1024 * 1024;

std::string address_of(const Socket& socket) {
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  return error ? std::string() : peer.address().to_string();
}

Router::Found refused(const Refusal& refusal) {
  return {.route = nullptr,
          .refusal = Response::problem(refusal.status, status_phrase(refusal.status), refusal.why)};
}

/// Detached parts an exchange from its connection when the coroutine ends, however it ends.
struct Detached {
  explicit Detached(std::shared_ptr<Exchange> the_exchange) : exchange(std::move(the_exchange)) {}
  Detached(const Detached&) = delete;
  Detached& operator=(const Detached&) = delete;
  ~Detached() { exchange->detach(); }
  std::shared_ptr<Exchange> exchange;
};

}  // namespace

Connection::Connection(Socket socket, Worker& worker)
    : worker_(worker),
      socket_(std::move(socket)),
      answer_timer_(socket_.get_executor()),
      remote_address_(address_of(socket_)),
      place_(worker.enter(*this)) {}

Connection::~Connection() {
  worker_.service().places.leave(*this);
  worker_.leave(place_);
}

void Connection::start() {
  error_code ignored;  // a peer that has gone already is found out by the first read
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  const auto done = [self = shared_from_this()](std::exception_ptr failure) {
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (...) {
      log_error("http: a connection from {} failed: {}", self->remote_address_, reason());
      self->abort();  // whatever still waits on its socket
    }
  };
  asio::co_spawn(socket_.get_executor(), serve(), done);  // done keeps this connection alive
}

void Connection::tick(TimePoint now) {
  if (pending_ && pending_->answered()) answer_timer_.cancel();
  if (now < deadline_) return;
  deadline_ = TimePoint::max();
  expired_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::drain() {
  if (idle_) return abort();
  if (pending_) pending_->cancel();
}

void Connection::abort() {
  aborted_ = true;
  wait_since(TimePoint::max());  // nobody needs to abort it again
  error_code ignored;
  socket_.cancel(ignored);
  answer_timer_.cancel();
}

void Connection::ask_to_make_way() {
  asio::post(socket_.get_executor(), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->make_way();
  });
}

void Connection::make_way() {
  if (waiting_since() != TimePoint::max()) return abort();
  leaving_ = true;
  if (pending_) pending_->cancel();
}

void Connection::rest(milliseconds limit) {
  idle_ = true;
  wait_since(steady_clock::now());
  allow(limit);
}

/// listen is for the first bytes of a request. Those that follow leave waiting_since_ as it is: a byte now
/// and then must not buy a place.
void Connection::listen(milliseconds limit) {
  idle_ = false;
  wait_since(steady_clock::now());
  allow(limit);
}

/// hand_over is for an answer that is ready: a client that does not read it keeps us waiting. Bytes that it does
/// read leave waiting_since_ as it is, as those of a request do.
void Connection::hand_over(milliseconds limit) {
  wait_since(steady_clock::now());
  allow(limit);
}

/// attend is for a request that is whole: how long an answer takes is the handler's business.
void Connection::attend() {
  idle_ = false;
  wait_since(TimePoint::max());
  deadline_ = TimePoint::max();
}

void Connection::allow(milliseconds limit) {
  deadline_ = steady_clock::now() + limit;
  expired_ = false;
}

Connection::Awaitable<void> Connection::serve() {
  for (;;) {
    const bool again = co_await serve_one();
    if (!again) break;
  }
  co_await linger();
}

Connection::Awaitable<bool> Connection::serve_one() {
  RequestParser parser(worker_.service().options.limits);
  const bool heard = co_await read_request(parser);
  if (!heard) co_return false;
  attend();
  const auto started = steady_clock::now();

  Request& request = parser.request();
  request.remote_address = remote_address_;
  const Router::Found found =
      parser.refusal() ? refused(*parser.refusal()) : worker_.service().router.find(request);
  const auto exchange = std::make_shared<Exchange>(std::move(request));
  const Detached guard(exchange);
  std::optional<Response> response = found.refusal;
  if (found.route != nullptr) response = co_await answer(exchange, *found.route);
  if (!response) co_return false;

  const bool keep_alive = !parser.refusal() && parser.keep_alive() && !leaving_ && !worker_.draining();
  const Framing framing = {.date = worker_.date(),
                           .close = !keep_alive,
                           .keep_alive = keep_alive && parser.is_http_1_0(),
                           .content = exchange->request().method != "HEAD"};
  const bool written = co_await write(*response, framing);
  report(*exchange, *response, started);
  co_return written&& keep_alive;
}

void Connection::report(const Exchange& exchange, const Response& response, TimePoint started) {
  const auto& on_done = worker_.service().options.on_done;
  if (!on_done) return;
  const auto took = steady_clock::now() - started;
  try {
    on_done(exchange.request(), response, std::chrono::duration_cast<std::chrono::microseconds>(took));
  } catch (...) {
    log_error("http: on_done threw: {}", reason());
  }
}

/// read_request is false when the client went away, or said nothing for so long that there is nobody to
/// answer.
Connection::Awaitable<bool> Connection::read_request(RequestParser& parser) {
  using Progress = RequestParser::Progress;
  const Limits& limits = worker_.service().options.limits;
  if (buffer_.empty() && buffer_.capacity() > kKeptBuffer) buffer_ = std::string();
  rest(std::exchange(first_, false) ? limits.header_time : limits.idle_time);
  bool in_body = false;
  for (;;) {
    const Progress progress = parser.feed(buffer_);
    if (progress == Progress::kComplete || progress == Progress::kRefused) co_return true;
    if (idle_ && (!buffer_.empty() || progress == Progress::kBody)) listen(limits.header_time);
    if (progress == Progress::kBody && !std::exchange(in_body, true)) {
      allow(limits.body_time);
      const bool told = !parser.wants_continue() || !buffer_.empty() || co_await write_continue();
      if (!told) co_return false;
    }
    const bool received = co_await receive();
    if (received) continue;
    if (!expired_ || idle_) co_return false;
    parser.refuse(408, "the request took too long to arrive");
    co_return true;
  }
}

Connection::Awaitable<bool> Connection::receive() {
  if (expired_ || aborted_) co_return false;
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kReadSize);
  const auto [error, count] =
      co_await socket_.async_read_some(asio::buffer(buffer_.data() + size, kReadSize), kNoThrow);
  buffer_.resize(size + count);
  co_return !error;
}

/// answer is nothing when the connection was aborted first.
Connection::Awaitable<std::optional<Response>> Connection::answer(const std::shared_ptr<Exchange>& exchange,
                                                                  const Router::Route& route) {
  worker_.service().lanes.run(route, Responder(exchange));
  auto response = exchange->take();
  if (response) co_return response;
  co_await answered(exchange);
  co_return exchange->take();
}

Connection::Awaitable<void> Connection::answered(const std::shared_ptr<Exchange>& exchange) {
  answer_timer_.expires_at(TimePoint::max());
  // Called on the answering thread, and never once this connection is gone (Exchange::detach).
  const auto wake = [executor = socket_.get_executor(), weak = weak_from_this()] {
    asio::post(executor, [weak] {
      if (const auto self = weak.lock()) self->answer_timer_.cancel();
    });
  };
  if (!exchange->await(wake)) co_return;
  pending_ = exchange;
  const bool watching = exchange->cancellable();
  if (watching) watch(exchange);
  if (worker_.draining()) exchange->cancel();
  co_await answer_timer_.async_wait(kNoThrow);
  pending_ = nullptr;
  error_code ignored;
  if (watching) socket_.cancel(ignored);
}

/// watch cancels the exchange when the client closes its side. Bytes mean a pipelined request: then it is
/// alive, and nothing more can be learned without taking them.
void Connection::watch(std::shared_ptr<Exchange> exchange) {
  socket_.async_wait(Socket::wait_read,
                     [self = shared_from_this(), exchange = std::move(exchange)](const error_code& error) {
                       if (!error && self->peer_closed()) exchange->cancel();
                     });
}

bool Connection::peer_closed() {
  char byte = 0;
  const ssize_t count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

Connection::Awaitable<bool> Connection::write(Response& response, const Framing& framing) {
  auto head = serialize_head(response, framing);
  if (!head) {
    log_error("http: a handler's response was not sent: {}", head.error());
    response = Response::problem(500, status_phrase(500));
    head = serialize_head(response, framing);
  }
  const bool content = framing.content && has_content(response.status);
  const Pieces bytes = {asio::buffer(*head),
                        content ? asio::buffer(response.content()) : asio::const_buffer()};
  hand_over(worker_.service().options.limits.write_time);
  const bool sent = co_await send(bytes);
  co_return sent && !aborted_;
}

Connection::Awaitable<bool> Connection::write_continue() {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const Pieces bytes = {asio::buffer(kContinue.data(), kContinue.size()), asio::const_buffer()};
  co_return co_await send(bytes);
}

/// send is false when not all was sent. Between two writes there is nothing for tick() and abort() to cancel, so what
/// they ask for is looked at before each: else a client that reads a little at the right moment could not be cut off.
Connection::Awaitable<bool> Connection::send(const Pieces& bytes) {
  const auto next_size = [this](const error_code& error, std::size_t) {
    return error || expired_ || aborted_ ? 0 : kWriteSize;
  };
  const auto [error, count] = co_await asio::async_write(socket_, bytes, next_size, kNoThrow);
  co_return !error && count == asio::buffer_size(bytes);
}

/// linger keeps a last answer from being lost. RFC 9112, section 9.6: "If a server performs an immediate
/// close of a TCP connection, there is a significant risk that the client will not be able to read the last
/// HTTP response."
Connection::Awaitable<void> Connection::linger() {
  if (expired_ || aborted_) co_return;
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  rest(kLingerTime);
  bool more = true;
  for (std::size_t total = 0; more && total < kLingerBytes; total += kReadSize) {
    buffer_.clear();
    more = co_await receive();
  }
}

}  // namespace signet::http

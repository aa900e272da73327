// The answer to one request, given later and from any thread: for handlers that wait for something.
//
//   router.add_async("GET", "/v1/revocations", [&feed](const Request& request, Responder responder) {
//     responder.on_cancel([&feed, responder] { feed.forget(responder); });
//     feed.when_past(sequence(request), [responder](Response batch) { responder.send(std::move(batch)); });
//   });
//
// The connection waits without a thread, and without a limit of its own: how long is the handler's business.
// Copies share the one answer. All functions may be called from any thread, also after the server has gone.
#pragma once

#include <functional>
#include <memory>

#include "http/message.h"

namespace signet::http {

class Exchange;

class Responder {
 public:
  explicit Responder(std::shared_ptr<Exchange> exchange);

  /// request lives as long as any copy of this Responder.
  [[nodiscard]] const Request& request() const;

  /// send answers. Only the first call counts; it returns true, even when nobody is listening any more. When
  /// the last copy goes without a call, the client gets a 500.
  bool send(Response response) const;

  /// on_cancel names what to call, once, when an answer has lost its worth: the client went away, or the
  /// server is stopping. A send() is still welcome then, since a client may have closed only its sending
  /// half. Name it before the handler returns. It runs on an I/O thread and must be quick; never after
  /// send(). One that holds a copy of the Responder is let go at send().
  void on_cancel(std::function<void()> callback) const;

  /// same tells whether both answer the same request.
  [[nodiscard]] bool same(const Responder& other) const { return promise_ == other.promise_; }

 private:
  class Promise;
  std::shared_ptr<Promise> promise_;
};

}  // namespace signet::http

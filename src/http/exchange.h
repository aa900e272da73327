// One request and its answer, between the connection (on its I/O thread) and whoever answers (on any thread).
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "http/message.h"

namespace signet::http {

class Exchange {
 public:
  explicit Exchange(Request request) : request_(std::move(request)) {}

  [[nodiscard]] const Request& request() const { return request_; }

  // For whoever answers, from any thread; see responder.h.
  bool fulfil(Response response) noexcept;
  void on_cancel(std::function<void()> callback);
  [[nodiscard]] bool over();  // nobody may be waiting any more: cancelled or detached

  // For the connection.

  /// await names what to call, on the answering thread, when the answer comes. It returns false, and will not
  /// call, when the answer is there already.
  [[nodiscard]] bool await(std::function<void()> wake);

  /// answered tells whether the answer has come. Without memory `wake` may fail, so it pays to look.
  [[nodiscard]] bool answered();

  /// take moves the answer out, once it is there.
  [[nodiscard]] std::optional<Response> take();

  /// cancellable tells whether there is an on_cancel to call: if not, nobody cares if the client goes away.
  [[nodiscard]] bool cancellable();

  void cancel();

  /// detach says that the connection has gone. After it `wake` is not called, nor running on another thread.
  void detach();

 private:
  const Request request_;
  std::mutex mutex_;
  bool answered_ = false;
  bool over_ = false;
  std::optional<Response> response_;
  std::function<void()> wake_;
  std::function<void()> on_cancel_;
};

}  // namespace signet::http

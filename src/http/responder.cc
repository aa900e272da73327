#include "http/responder.h"

#include "http/exchange.h"
#include "http/faults.h"

namespace signet::http {

/// Promise is what the copies of a Responder share: when it goes unkept, the client must not wait for ever.
class Responder::Promise {
 public:
  explicit Promise(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  Promise(const Promise&) = delete;
  Promise& operator=(const Promise&) = delete;
  ~Promise() {
    const bool expected = exchange_->over();
    if (!exchange_->fulfil(internal_error()) || expected) return;
    log_error("http: the handler of {} {} let go of its request without an answer",
              exchange_->request().method, exchange_->request().path);
  }
  [[nodiscard]] Exchange& exchange() const { return *exchange_; }

 private:
  std::shared_ptr<Exchange> exchange_;
};

Responder::Responder(std::shared_ptr<Exchange> exchange)
    : promise_(std::make_shared<Promise>(std::move(exchange))) {}

const Request& Responder::request() const {
  return promise_->exchange().request();
}

bool Responder::send(Response response) const {
  return promise_->exchange().fulfil(std::move(response));
}

void Responder::on_cancel(std::function<void()> callback) const {
  promise_->exchange().on_cancel(std::move(callback));
}

}  // namespace signet::http

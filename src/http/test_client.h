// What the tests of http/ talk with: a server on a thread of its own, and a client that sends any bytes it
// likes.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "http/ascii.h"
#include "http/server.h"

namespace signet::http::test {

/// Answer is a response as it came over the wire.
struct Answer {
  int status = 0;
  std::string head;
  std::string body;

  [[nodiscard]] std::string header(std::string_view name) const {
    for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
      const std::string_view line = std::string_view(head).substr(at + 2, head.find("\r\n", at + 2) - at - 2);
      const std::size_t colon = line.find(": ");
      if (colon != line.npos && equal_names(line.substr(0, colon), name)) {
        return std::string(line.substr(colon + 2));
      }
    }
    return {};
  }
};

/// Client is one connection. What it waits for it awaits; the long timeout only turns a hang into a failure.
class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int result = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    EXPECT_EQ(result, 0) << "connect";
  }
  Client(Client&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), received_(std::move(other.received_)) {}
  Client& operator=(Client&&) = delete;
  ~Client() { close(); }

  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void shut_sending() { ::shutdown(fd_, SHUT_WR); }

  /// send says whether the peer still takes bytes.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// read waits for one whole response; nothing when the server closed first.
  std::optional<Answer> read(bool has_body = true) {
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == received_.npos) {
      if (!receive()) return std::nullopt;
    }
    Answer answer{.status = 0, .head = received_.substr(0, end + 2), .body = {}};
    received_.erase(0, end + 4);
    std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
    std::size_t length = 0;
    const std::string announced = answer.header("Content-Length");
    std::from_chars(announced.data(), announced.data() + announced.size(), length);
    while (has_body && received_.size() < length) {
      if (!receive()) return std::nullopt;
    }
    answer.body = received_.substr(0, has_body ? length : 0);
    received_.erase(0, answer.body.size());
    return answer;
  }

  /// poll is read() when something has come already; it does not wait for it to come.
  std::optional<Answer> poll() {
    char byte = 0;
    if (received_.empty() && ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) return std::nullopt;
    return read();
  }

  /// await_bytes waits for something to come, and leaves it there.
  [[nodiscard]] bool await_bytes() const {
    char byte = 0;
    return ::recv(fd_, &byte, 1, MSG_PEEK) > 0;
  }

  /// read_to_the_end waits for the server to close, and says how many bytes came first.
  [[nodiscard]] std::size_t read_to_the_end() {
    char bytes[4096];
    std::size_t total = 0;
    for (ssize_t count = 0; (count = ::recv(fd_, bytes, sizeof bytes, 0)) > 0;) {
      total += static_cast<std::size_t>(count);
    }
    return total;
  }

  Answer ask(std::string_view bytes, bool has_body = true) {
    send(bytes);
    return read(has_body).value_or(Answer{});
  }

  Answer get(std::string_view target) {
    return ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  /// closed waits for the server to close, and says whether it did so in order (no reset, which can cost the
  /// client an answer it has not read yet) and without another byte.
  bool closed() {
    while (receive()) continue;
    return received_.empty() && over_;
  }

 private:
  bool receive() {
    char bytes[4096];
    const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
    over_ = count == 0;
    if (count > 0) received_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  int fd_;
  bool over_ = false;
  std::string received_;
};

/// Running is a server that runs until it goes out of scope.
class Running {
 public:
  explicit Running(Router router, Options options = {})
      : server_(make(std::move(options), std::move(router))) {
    thread_ = std::jthread([this] { server_->run(); });
  }
  ~Running() { server_->stop(); }

  [[nodiscard]] Server& server() { return *server_; }
  [[nodiscard]] Client client() { return Client(server_->port()); }
  void wait() { thread_.join(); }  // for run() to return

 private:
  static std::unique_ptr<Server> make(Options options, Router router) {
    if (options.io_threads == 0) options.io_threads = 2;
    auto server = Server::listen(std::move(options), std::move(router));
    EXPECT_TRUE(server.has_value()) << server.error().what;
    return std::move(*server);
  }

  std::unique_ptr<Server> server_;
  std::jthread thread_;  // joined first
};

/// Gate holds handlers until it opens, and says when they have come.
struct Gate {
  std::counting_semaphore<> arrived{0};
  std::counting_semaphore<> open{0};
  Response operator()(const Request&) {
    arrived.release();
    open.acquire();
    return Response::text(200, "through");
  }
};

}  // namespace signet::http::test

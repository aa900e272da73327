// An HTTP server for tests that answers whatever it is told to, byte by byte: also what no server should.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace signet::guard {

/// MisbehavingServer listens on loopback. Each connection gets what the script in force writes, and is closed.
class MisbehavingServer {
 public:
  /// Peer is one connection; the request has been read.
  struct Peer {
    int fd;
    std::string request;  // up to the end of its headers
    /// False when the other side is gone.
    bool send(std::string_view bytes) const {
      while (!bytes.empty()) {
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      }
      return true;
    }
    /// Waits until the other side hangs up.
    void await_end() const {
      char byte = 0;
      while (::recv(fd, &byte, 1, 0) > 0) continue;
    }
  };
  using Script = std::function<void(const Peer&)>;

  MisbehavingServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_, 64);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }

  ~MisbehavingServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    for (std::thread& peer : peers_) peer.join();
    ::close(listener_);
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  void behave(Script script) {
    const std::lock_guard lock(mutex_);
    script_ = std::move(script);
  }
  void answer(std::string bytes) {
    behave([bytes = std::move(bytes)](const Peer& peer) { peer.send(bytes); });
  }

  [[nodiscard]] std::size_t requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  void await_requests(std::size_t count) {
    std::unique_lock lock(mutex_);
    asked_.wait(lock, [&] { return requests_ >= count; });
  }

 private:
  void serve() {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      peers_.emplace_back([this, fd] { talk(fd); });
    }
  }

  void talk(int fd) {
    std::string request;
    char bytes[4096];
    while (request.find("\r\n\r\n") == request.npos) {
      const ssize_t count = ::recv(fd, bytes, sizeof bytes, 0);
      if (count <= 0) break;
      request.append(bytes, static_cast<std::size_t>(count));
    }
    Script script;
    {
      const std::lock_guard lock(mutex_);
      ++requests_;
      script = script_;
    }
    asked_.notify_all();
    if (script) script({fd, std::move(request)});
    ::close(fd);
  }

  const int listener_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;  // guards the next two
  Script script_;
  std::size_t requests_ = 0;
  std::condition_variable asked_;
  std::vector<std::thread> peers_;  // thread_'s
  std::thread thread_;
};

}  // namespace signet::guard

#include "revocation/connections.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

namespace signet::bench {
namespace {

constexpr std::uint64_t kAlso = UINT64_MAX;

int connect_to(std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (made < 0 || ::connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    die(std::string("cannot connect: ") + std::strerror(errno));
  }
  const int on = 1;
  ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return made;
}

std::size_t number_after(std::string_view head, std::string_view name) {
  const auto at = head.find(name);
  std::size_t value = 0;
  if (at == head.npos) return 0;  // 204 has no length
  const char* begin = head.data() + at + name.size();
  if (std::from_chars(begin, head.data() + head.size(), value).ec != std::errc()) die("a malformed answer");
  return value;
}

/// whole_size returns how long the first answer in `text` is, and 0 while it is not whole.
std::size_t whole_size(std::string_view text) {
  const auto end = text.find("\r\n\r\n");
  if (end == text.npos) return 0;
  const std::size_t size = end + 4 + number_after(text.substr(0, end + 2), "\r\nContent-Length: ");
  return text.size() >= size ? size : 0;
}

}  // namespace

std::int64_t nanoseconds_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

void die(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

Connections::Connections(std::uint16_t port, std::size_t count, OnAnswer on_answer)
    : on_answer_(std::move(on_answer)), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  for (std::size_t who = 0; who < count; ++who) {
    peers_.push_back({.socket = connect_to(port)});
    watch(peers_.back().socket, who);
  }
}

Connections::~Connections() {
  for (const Peer& peer : peers_) ::close(peer.socket);
  ::close(epoll_);
}

void Connections::watch(int descriptor, std::uint64_t name) const {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = name;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) die("epoll refuses");
}

void Connections::send(std::size_t who, std::string_view request) {
  const ssize_t sent = ::send(peers_.at(who).socket, request.data(), request.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(request.size())) die("a request could not be sent");
}

bool Connections::serve(std::chrono::nanoseconds longest, int also) {
  if (also >= 0 && std::exchange(watched_, also) != also) watch(also, kAlso);
  std::array<epoll_event, 512> events{};
  const auto left = std::max<std::int64_t>(longest.count(), 0);
  const timespec timeout{.tv_sec = left / 1'000'000'000, .tv_nsec = left % 1'000'000'000};
  const int count = ::epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
  if (count < 0 && errno != EINTR) die("epoll fails");
  bool readable = false;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t name = events.at(static_cast<std::size_t>(i)).data.u64;
    readable |= name == kAlso;
    if (name != kAlso) receive(name);
  }
  return readable;
}

void Connections::receive(std::size_t who) {
  static std::array<char, 256 * 1024> buffer;
  Peer& peer = peers_.at(who);
  const ssize_t count = ::recv(peer.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) die("the server closed a connection");
  std::string_view text(buffer.data(), static_cast<std::size_t>(count));
  if (!peer.received.empty()) text = peer.received.append(text);
  const std::size_t size = whole_size(text);
  if (size == 0) {
    if (peer.received.empty()) peer.received = text;
    return;
  }
  if (size != text.size()) die("the server sent more than it was asked for");
  const std::string kept = std::move(peer.received);  // what `text` may borrow
  peer.received.clear();
  on_answer_(who, {.status = static_cast<int>(number_after(text, "HTTP/1.1 ")),
                   .body = text.substr(text.find("\r\n\r\n") + 4)});
}

double percentile(std::vector<double>& figures, double percent) {
  if (figures.empty()) return 0;
  std::ranges::sort(figures);
  const double rank = std::ceil(percent / 100 * static_cast<double>(figures.size()));
  return figures.at(static_cast<std::size_t>(std::max(rank, 1.0)) - 1);
}

}  // namespace signet::bench

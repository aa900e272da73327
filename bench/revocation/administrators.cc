// revocation_administrators PORT TOKEN_FILE SESSIONS_FILE CONNECTIONS RATE SECONDS: revokes sessions, one by one, on so many
// connections at once, RATE a second (0: each as soon as the one before was answered). Prints JSON. An answer counts from when the
// request was due, not from when a connection was free for it: what waits is late.
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>

#include "revocation/connections.h"

namespace {

using namespace signet::bench;

struct Options {
  std::uint16_t port;
  std::string token;
  std::vector<std::string> sessions;
  std::size_t connections;
  double rate;
  double seconds;
};

std::vector<std::string> lines_of(const char* file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  if (lines.empty()) die(std::string("nothing in ") + file);
  return lines;
}

class Administrators {
 public:
  explicit Administrators(Options options)
      : options_(std::move(options)),
        connections_(options_.port, options_.connections,
                     [this](std::size_t who, const Answer& answer) { hear(who, answer); }),
        due_(options_.connections) {
    for (std::size_t who = 0; who < connections_.size(); ++who) idle_.push_back(who);
  }

  void revoke() {
    started_ = nanoseconds_now();
    const auto ends = started_ + static_cast<std::int64_t>(options_.seconds * 1e9);
    while (nanoseconds_now() < ends && next_ < options_.sessions.size()) {
      while (!idle_.empty() && next_ < options_.sessions.size() && due_next() <= nanoseconds_now()) send();
      const std::int64_t until = idle_.empty() ? ends : std::min(due_next(), ends);
      connections_.serve(std::chrono::nanoseconds(until - nanoseconds_now()));
    }
    while (idle_.size() < connections_.size()) connections_.serve(std::chrono::seconds(1));
    finished_ = nanoseconds_now();
  }

  void report() {
    const auto took = static_cast<double>(finished_ - started_) / 1e9;
    const std::size_t revoked = took_.size();
    const double p50 = percentile(took_, 50), p99 = percentile(took_, 99), most = percentile(took_, 100);
    std::printf(
        "{\"revoked\":%zu,\"failed\":%zu,\"seconds\":%.2f,\"per_second\":%.1f,\"ms\":{\"p50\":%.2f,\"p99\":%."
        "2f,"
        "\"max\":%.2f}}\n",
        revoked, failed_, took, static_cast<double>(revoked) / took, p50, p99, most);
  }

 private:
  [[nodiscard]] std::int64_t due_next() const {
    if (options_.rate <= 0) return nanoseconds_now();
    return started_ + static_cast<std::int64_t>(static_cast<double>(next_) / options_.rate * 1e9);
  }

  void send() {
    const std::size_t who = idle_.front();
    idle_.pop_front();
    due_[who] = due_next();
    const std::string body = "{\"session\":\"" + options_.sessions[next_++] + "\"}";
    connections_.send(
        who,
        "POST /v1/admin/revocations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        "Authorization: Bearer " +
            options_.token + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  void hear(std::size_t who, const Answer& answer) {
    const bool revoked = answer.status == 200 && answer.body.find("\"revoked\":1,") != answer.body.npos;
    if (revoked) took_.push_back(static_cast<double>(nanoseconds_now() - due_[who]) / 1e6);
    if (!revoked && failed_++ == 0)
      std::fprintf(stderr, "%d %.*s\n", answer.status, static_cast<int>(answer.body.size()),
                   answer.body.data());
    idle_.push_back(who);
  }

  const Options options_;
  Connections connections_;
  std::vector<std::int64_t> due_;  // of the request under way on each connection
  std::deque<std::size_t> idle_;   // taken in turn: one that says nothing for long is closed by the server
  std::vector<double> took_;       // milliseconds
  std::size_t next_ = 0, failed_ = 0;
  std::int64_t started_ = 0, finished_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7)
    die("usage: revocation_administrators PORT TOKEN_FILE SESSIONS_FILE CONNECTIONS RATE SECONDS");
  Administrators administrators({.port = static_cast<std::uint16_t>(std::atoi(argv[1])),
                                 .token = lines_of(argv[2]).front(),
                                 .sessions = lines_of(argv[3]),
                                 .connections = static_cast<std::size_t>(std::atol(argv[4])),
                                 .rate = std::atof(argv[5]),
                                 .seconds = std::atof(argv[6])});
  administrators.revoke();
  administrators.report();
}

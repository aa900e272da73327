#include "http/server.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <thread>
#include <vector>

#include "http/accept_error.h"
#include "http/faults.h"
#include "http/worker.h"

namespace signet::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable_t<Executor>{});
constexpr int kBacklog = 4096;                          // the kernel lowers it to net.core.somaxconn
constexpr std::chrono::milliseconds kAcceptPause{100};  // until there is memory, or a file, again
constexpr rlim_t kOtherFiles = 256;                     // databases, logs, event loops

std::size_t worker_count(const Options& options) {
  if (options.io_threads != 0) return options.io_threads;
  return std::max(1U, std::thread::hardware_concurrency());
}

/// make_room_for raises the soft limit of open files: most systems start programs with 1024, far below the
/// hard one.
void make_room_for(std::size_t connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = connections + kOtherFiles;
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted) {
    spdlog::warn("http: {} connections need {} open files, but the limit is {}: raise it with ulimit -n",
                 connections, wanted, limit.rlim_cur);
  }
}

std::string why_not(const error_code& error) {
  if (error == asio::error::address_in_use)
    return "another program does already. Stop it, or choose another port";
  if (error == asio::error::access_denied) return "ports below 1024 need privileges. Choose a higher one";
  if (error == boost::system::errc::address_not_available) {
    return "this machine has no such address. 0.0.0.0 means all of its IPv4 addresses";
  }
  return error.message();
}

OrExplain<tcp::endpoint> parse_endpoint(const Options& options) {
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (!error) return tcp::endpoint(address, options.port);
  return explain(
      Errc::kInvalidArgument,
      fmt::format("'{}' is not an IP address to listen on. Use 127.0.0.1 for this machine alone, or "
                  "0.0.0.0 for every network it is on.",
                  options.address));
}

}  // namespace

struct Server::State {
  State(Options options, Router router);

  [[nodiscard]] OrExplain<void> listen(const tcp::endpoint& endpoint);
  asio::awaitable<void, Executor> accept_all();
  asio::awaitable<bool, Executor> accept_one(Worker& worker);
  void stop_on_signals();
  void stop();

  Service service;
  std::vector<std::unique_ptr<Worker>> workers;
  // One acceptor that deals connections out in turn, on the first worker's thread. SO_REUSEPORT would have
  // the kernel deal by hash, unevenly for a few busy connections, and would let a second server share the
  // port unnoticed.
  Acceptor acceptor;
  asio::basic_signal_set<Executor> signals;
  std::uint16_t port = 0;
  std::atomic<bool> stopping = false;

 private:
  static std::vector<std::unique_ptr<Worker>> make_workers(Service& service);
};

Server::State::State(Options options, Router router)
    : service(std::move(options), std::move(router)),
      workers(make_workers(service)),
      acceptor(workers.front()->context().get_executor()),
      signals(workers.front()->context().get_executor()) {}

std::vector<std::unique_ptr<Worker>> Server::State::make_workers(Service& service) {
  const std::size_t count = worker_count(service.options);
  std::vector<std::unique_ptr<Worker>> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(std::make_unique<Worker>(service));
  return made;
}

OrExplain<void> Server::State::listen(const tcp::endpoint& endpoint) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error)
    acceptor.set_option(Acceptor::reuse_address(true), error);  // not wait for TIME_WAIT after a restart
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (!error) port = acceptor.local_endpoint(error).port();
  if (!error) return {};
  const std::string host =
      endpoint.address().is_v6() ? fmt::format("[{}]", service.options.address) : service.options.address;
  return explain(Errc::kUnavailable,
                 fmt::format("Cannot listen on {}:{}: {}.", host, service.options.port, why_not(error)));
}

asio::awaitable<void, Executor> Server::State::accept_all() {
  Timer pause(acceptor.get_executor());
  for (std::size_t next = 0; acceptor.is_open(); ++next) {
    try {
      const bool accepted = co_await accept_one(*workers[next % workers.size()]);
      if (accepted) continue;
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kNoThrow);
    } catch (...) {  // without memory for a timer either, all of this thread waits
      log_error("http: a new client was lost: {}", reason());
      std::this_thread::sleep_for(kAcceptPause);
    }
  }
}

/// accept_one is false when this machine, and not one client, is what ails: then trying again at once would
/// only keep a core busy.
asio::awaitable<bool, Executor> Server::State::accept_one(Worker& worker) {
  auto [error, socket] = co_await acceptor.async_accept(worker.context(), kNoThrow);
  if (!error) worker.adopt(std::move(socket));
  if (!error || is_of_one_client(error)) co_return true;
  spdlog::warn("http: new clients wait: {}", error.message());
  co_return false;
}

void Server::State::stop_on_signals() {
  signals.add(SIGINT);
  signals.add(SIGTERM);
  signals.async_wait([this](const error_code& error, int) {
    if (!error) stop();
  });
}

void Server::State::stop() {
  if (stopping.exchange(true)) return;
  asio::post(workers.front()->context(), [this] {
    error_code ignored;
    acceptor.close(ignored);
    signals.cancel(ignored);
  });
  for (const auto& worker : workers) worker->drain();
}

OrExplain<std::unique_ptr<Server>> Server::listen(Options options, Router router) {
  const auto endpoint = parse_endpoint(options);
  if (!endpoint) return std::unexpected(endpoint.error());
  make_room_for(options.limits.max_connections);
  auto state = std::make_unique<State>(std::move(options), std::move(router));
  if (auto listening = state->listen(*endpoint); !listening) return std::unexpected(listening.error());
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

std::uint16_t Server::port() const {
  return state_->port;
}

void Server::run() {
  asio::co_spawn(state_->acceptor.get_executor(), state_->accept_all(), asio::detached);
  if (state_->service.options.stop_on_signals) state_->stop_on_signals();
  {
    std::vector<std::jthread> threads;
    try {
      for (std::size_t i = 1; i < state_->workers.size(); ++i) {
        threads.emplace_back([worker = state_->workers[i].get()] { worker->run(); });
      }
    } catch (...) {
      stop();  // those that have started would be waited for
      throw;
    }
    state_->workers.front()->run();
  }
  state_->service.lanes.stop();
}

void Server::stop() {
  state_->stop();
}

}  // namespace signet::http

// What one client, and a crowd of them, can take from the others: no more than Limits says.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <future>

#include "http/test_client.h"

namespace signet::http {
namespace {

using std::chrono::milliseconds;
using test::Client;
using test::Gate;
using test::Running;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

Router simple() {
  Router router;
  router.add("GET", "/", [](const Request&) { return Response::text(200, "root"); });
  return router;
}

Options with_limits(Limits limits) {
  Options options;
  options.limits = limits;
  return options;
}

TEST(SlowClient, IsCutOffInItsHeaders) {
  Running running(simple(), with_limits({.header_time = milliseconds(20)}));
  Client client = running.client();
  client.send("GET / HTTP/1.1\r\nHost:");
  EXPECT_EQ(client.read()->status, 408);
  EXPECT_TRUE(client.closed());
}

TEST(SlowClient, IsCutOffThoughItKeepsSending) {
  Running running(simple(), with_limits({.header_bytes = 1 << 30, .header_time = milliseconds(50)}));
  Client client = running.client();
  client.send("GET / HTTP/1.1\r\n");
  while (client.send("X: y\r\n")) {
    if (const auto answer = client.poll()) {
      EXPECT_EQ(answer->status, 408);
      return;
    }
  }
}

TEST(SlowClient, IsCutOffInItsBody) {
  Running running(simple(), with_limits({.body_time = milliseconds(20)}));
  for (const char* framing : {"Content-Length: 5\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
                              "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n"}) {
    Client client = running.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n" + std::string(framing));
    auto answer = client.read();
    if (answer->status == 100) answer = client.read();
    EXPECT_EQ(answer->status, 408);
    EXPECT_TRUE(client.closed());
  }
}

TEST(SlowClient, ThatSaysNothingIsClosedWithoutAWord) {
  Running running(simple(), with_limits({.header_time = milliseconds(20)}));
  EXPECT_TRUE(running.client().closed());
}

TEST(SlowClient, ThatRestsTooLongIsClosedWithoutAWord) {
  Running running(simple(), with_limits({.idle_time = milliseconds(20)}));
  Client client = running.client();
  EXPECT_EQ(client.get("/").body, "root");
  EXPECT_TRUE(client.closed());
}

TEST(SlowClient, ThatDoesNotReadIsClosed) {
  Router router;
  router.add("GET", "/", [](const Request&) { return Response::text(200, std::string(1 << 26, 'x')); });
  std::promise<void> done;
  Options options = with_limits({.write_time = milliseconds(50)});
  options.on_done = [&](const Request&, const Response&, std::chrono::microseconds) { done.set_value(); };
  Running running(std::move(router), std::move(options));
  Client client = running.client();
  client.send(kGet);
  done.get_future().wait();  // without having read a byte
  EXPECT_FALSE(client.read().has_value());
}

/// big has an answer on "/big" that no socket takes at once.
Router big(std::size_t size) {
  Router router = simple();
  router.add("GET", "/big", [body = std::make_shared<const std::string>(size, 'x')](const Request&) {
    Response answer = Response::text(200, "");
    answer.shared_body = body;
    return answer;
  });
  return router;
}

constexpr std::string_view kGetBig = "GET /big HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(SlowClient, IsCutOffThoughItKeepsReading) {
  Running running(big(1 << 28), with_limits({.write_time = milliseconds(10)}));
  for (int i = 0; i < 10; ++i) {
    Client client = running.client();
    client.send(kGetBig);
    EXPECT_LT(client.read_to_the_end(), std::size_t{1} << 28);
  }
}

void raise_file_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 8192);
  setrlimit(RLIMIT_NOFILE, &limit);
}

TEST(Crowd, OfIdleConnectionsDoesNotHinderOthers) {
  raise_file_limit();
  Running running(simple());
  std::vector<Client> crowd;
  for (int i = 0; i < 1000; ++i) {
    crowd.push_back(running.client());
    if (i % 2 == 0) crowd.back().send("GET / HTTP/1.1\r\n");
  }
  Client client = running.client();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.get("/").body, "root");
  for (int i = 1; i < 1000; i += 2) ASSERT_EQ(crowd[static_cast<std::size_t>(i)].get("/").body, "root");
}

TEST(Crowd, PastTheLimitMakesRoomByClosingTheIdlestOne) {
  Options options = with_limits({.max_connections = 4});
  options.io_threads = 1;
  Running running(simple(), std::move(options));
  std::vector<Client> crowd;
  for (int i = 0; i < 4; ++i) {
    crowd.push_back(running.client());
    ASSERT_EQ(crowd.back().get("/").body, "root");
  }
  ASSERT_EQ(crowd[0].get("/").body, "root");  // now the second has been idle longest
  Client newcomer = running.client();
  EXPECT_EQ(newcomer.get("/").body, "root");
  EXPECT_TRUE(crowd[1].closed());
  EXPECT_EQ(crowd[0].get("/").body, "root");
  EXPECT_EQ(crowd[2].get("/").body, "root");
}

TEST(Crowd, PastTheLimitSparesWhoeverHasAskedSinceOthersMadeRoom) {
  Options options = with_limits({.max_connections = 4});
  options.io_threads = 1;
  Running running(simple(), std::move(options));
  std::vector<Client> crowd;
  for (int i = 0; i < 4; ++i) {
    crowd.push_back(running.client());
    ASSERT_EQ(crowd.back().get("/").body, "root");
  }
  Client first = running.client();
  EXPECT_EQ(first.get("/").body, "root");
  EXPECT_TRUE(crowd[0].closed());
  EXPECT_EQ(crowd[1].get("/").body, "root");
  Client second = running.client();
  EXPECT_EQ(second.get("/").body, "root");
  EXPECT_TRUE(crowd[2].closed());
  for (Client* spared : {&crowd[1], &crowd[3], &first}) EXPECT_EQ(spared->get("/").body, "root");
}

/// client_at_work returns one whose request waits at the gate, at `/gate`.
Client client_at_work(Running& running, Gate& gate) {
  Client client = running.client();
  client.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n");
  gate.arrived.acquire();
  return client;
}

/// begin_requests has `count` clients send the first byte of a request, and no more.
std::vector<Client> begin_requests(Running& running, int count) {
  std::vector<Client> crowd;
  for (int i = 0; i < count; ++i) {
    crowd.push_back(running.client());
    crowd.back().send("G");
  }
  return crowd;
}

TEST(Crowd, OfBegunRequestsDoesNotLockOthersOut) {
  Options options = with_limits({.max_connections = 5});
  options.io_threads = 1;
  Running running(simple(), std::move(options));
  std::vector<Client> crowd = begin_requests(running, 4);
  Client last = running.client();
  ASSERT_EQ(last.get("/").body, "root");  // now the server has read the bytes before it
  std::vector<Client> newcomers;
  for (int i = 0; i < 4; ++i) newcomers.push_back(running.client());
  for (Client& newcomer : newcomers) EXPECT_EQ(newcomer.get("/").body, "root");
  for (Client& client : crowd) EXPECT_FALSE(client.read().has_value());
}

TEST(Crowd, OfBegunBodiesDoesNotLockOthersOutThoughBytesKeepComing) {
  Options options = with_limits({.max_connections = 2});
  options.io_threads = 1;
  Running running(simple(), std::move(options));
  std::vector<Client> crowd;
  for (int i = 0; i < 2; ++i) {
    crowd.push_back(running.client());
    const auto told = crowd.back().ask(
        "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n", false);
    ASSERT_EQ(told.status, 100);
  }
  crowd[0].send("x");
  EXPECT_EQ(running.client().get("/").body, "root");
  EXPECT_FALSE(crowd[0].read().has_value());
  crowd[1].send("123456789");
  EXPECT_EQ(crowd[1].read()->body, "root");
}

TEST(Crowd, OfBegunRequestsMakesRoomAndTheOneAtWorkDoesNot) {
  Gate gate;
  Router router = simple();
  router.add("GET", "/gate", std::ref(gate), Lane::kBlocking);
  Options options = with_limits({.max_connections = 2});
  options.io_threads = 1;
  Running running(std::move(router), std::move(options));
  Client working = client_at_work(running, gate);
  for (int i = 0; i < 3; ++i) {
    auto begun = begin_requests(running, 1);
    EXPECT_EQ(running.client().get("/").body, "root");
    EXPECT_FALSE(begun[0].read().has_value());
  }
  gate.open.release();
  EXPECT_EQ(working.read()->body, "through");
}

TEST(Crowd, ThatDoesNotReadItsAnswersDoesNotLockOthersOut) {
  constexpr std::size_t kSize = 1 << 26;
  Options options = with_limits({.max_connections = 3});
  options.io_threads = 1;
  Running running(big(kSize), std::move(options));
  std::vector<Client> crowd;
  for (int i = 0; i < 3; ++i) {
    crowd.push_back(running.client());
    for (int pipelined = 0; pipelined < 5; ++pipelined) crowd.back().send(kGetBig);
    ASSERT_TRUE(crowd.back().await_bytes());  // so that it is being answered
  }
  EXPECT_EQ(running.client().get("/").body, "root");
  EXPECT_LT(crowd[0].read_to_the_end(), kSize);
  EXPECT_EQ(crowd[1].read()->body.size(), kSize) << "no more than one had to go";
}

TEST(Crowd, ThatWaitsOnOneWorkerDoesNotLockOutWhoeverComesToIt) {
  Gate gate;
  Router router = simple();
  router.add("GET", "/gate", std::ref(gate), Lane::kBlocking);
  Options options = with_limits({.max_connections = 4});
  options.io_threads = 2;  // which take turns
  Running running(std::move(router), std::move(options));
  std::vector<Client> working, resting;
  for (int i = 0; i < 2; ++i) {
    working.push_back(client_at_work(running, gate));
    resting.push_back(running.client());
    ASSERT_EQ(resting.back().get("/").body, "root");
  }
  Client newcomer = running.client();
  EXPECT_EQ(newcomer.get("/").body, "root");
  EXPECT_TRUE(resting[0].closed());
  EXPECT_EQ(resting[1].get("/").body, "root");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(running.client().get("/").body, "root");
  gate.open.release(2);
  for (Client& client : working) EXPECT_EQ(client.read()->body, "through");
}

TEST(Crowd, OfNewcomersOnAllWorkersNeverDisturbsTheOnesAtWork) {
  Gate gate;
  Router router = simple();
  router.add("GET", "/gate", std::ref(gate), Lane::kBlocking);
  Options options = with_limits({.max_connections = 8});
  options.io_threads = 4;
  Running running(std::move(router), std::move(options));
  std::vector<Client> working;
  for (int i = 0; i < 4; ++i) working.push_back(client_at_work(running, gate));
  std::vector<std::jthread> newcomers;
  for (int i = 0; i < 4; ++i) {
    newcomers.emplace_back([&] {
      for (int j = 0; j < 200; ++j) {
        Client client = running.client();
        client.send(kGet);
        (void)client.read();  // or it had to make way
      }
    });
  }
  newcomers.clear();
  EXPECT_EQ(running.client().get("/").body, "root");
  gate.open.release(4);
  for (Client& client : working) EXPECT_EQ(client.read()->body, "through");
}

TEST(Crowd, AllAtWorkIsNotDisturbed) {
  Gate gate;
  Router router = simple();
  router.add("GET", "/gate", std::ref(gate), Lane::kBlocking);
  Options options = with_limits({.max_connections = 2});
  options.io_threads = 1;
  Running running(std::move(router), std::move(options));
  std::vector<Client> working;
  for (int i = 0; i < 2; ++i) working.push_back(client_at_work(running, gate));
  EXPECT_TRUE(running.client().closed());
  gate.open.release(2);
  for (Client& client : working) EXPECT_EQ(client.read()->body, "through");
}

}  // namespace
}  // namespace signet::http

#include "http/server.h"

#include <gtest/gtest.h>

#include <csignal>
#include <future>

#include "http/test_client.h"

namespace signet::http {
namespace {

using test::Answer;
using test::Client;
using test::Gate;
using test::Running;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

Router simple() {
  Router router;
  router.add("GET", "/", [](const Request&) { return Response::text(200, "root"); })
      .add("GET", "/path/{x}", [](const Request& request) { return Response::text(200, request.path); })
      .add("GET", "/who", [](const Request& request) { return Response::text(200, request.remote_address); })
      .add("GET", "/none", [](const Request&) { return Response::empty(); })
      .add("GET", "/throws", [](const Request&) -> Response { throw std::runtime_error("a secret"); })
      .add("GET", "/split",
           [](const Request&) { return Response::empty(200).with("X", "a\r\nSet-Cookie: b"); });
  return router;
}

TEST(Server, AnswersWithTheHeadersThatEveryAnswerHas) {
  Running running(simple());
  const Answer answer = running.client().get("/");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "root");
  EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(answer.header("Date").size(), 29U);
  EXPECT_EQ(answer.header("Server"), "");
  EXPECT_EQ(running.client().get("/who").body, "127.0.0.1");
}

TEST(Server, KeepsTheConnection) {
  Running running(simple());
  Client client = running.client();
  for (int i = 0; i < 100; ++i)
    ASSERT_EQ(client.get("/path/" + std::to_string(i)).body, "/path/" + std::to_string(i));
  EXPECT_EQ(client.get("/nowhere").status, 404);
  EXPECT_EQ(client.get("/").body, "root");
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").header("Connection"),
            "close");
  EXPECT_TRUE(client.closed());
}

TEST(Server, KeepsAnOldClientsConnectionIfItAsks) {
  Running running(simple());
  Client client = running.client();
  EXPECT_EQ(client.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").header("Connection"),
            "keep-alive");
  EXPECT_EQ(client.ask("GET / HTTP/1.0\r\n\r\n").body, "root");
  EXPECT_TRUE(client.closed());
}

// RFC 9112, section 9.3.2: "A server MAY process a sequence of pipelined requests in parallel if they all
// have safe methods, but it MUST send the corresponding responses in the same order that the requests were
// received."
TEST(Server, AnswersPipelinedRequestsInOrder) {
  Router router = simple();
  router.add(
      "GET", "/slow/{x}", [](const Request& request) { return Response::text(200, request.path); },
      Lane::kBlocking);
  Running running(std::move(router));
  Client client = running.client();
  std::string all;
  for (int i = 0; i < 500; ++i) {
    const std::string kind = i % 3 == 0 ? "/slow/" : "/path/";
    all += "GET " + kind + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  std::jthread sender([&] { client.send(all); });
  for (int i = 0; i < 500; ++i) {
    const auto answer = client.read();
    ASSERT_TRUE(answer.has_value());
    ASSERT_EQ(answer->body.substr(6), std::to_string(i));
  }
}

// RFC 9110, section 9.3.2: "The HEAD method is identical to GET except that the server MUST NOT send content
// in the response".
TEST(Server, AnswersHeadWithoutContent) {
  Running running(simple());
  Client client = running.client();
  const Answer answer = client.ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", false);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Length"), "4");
  EXPECT_EQ(client.ask("HEAD /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", false).status, 404);
  EXPECT_EQ(client.get("/none").status, 204);
  EXPECT_EQ(client.get("/").body, "root");  // no stray byte came between
}

TEST(Server, SurvivesHandlersThatThrowAndTellsNobodyWhy) {
  Running running(simple());
  Client client = running.client();
  const Answer answer = client.get("/throws");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.body.find("secret"), answer.body.npos);
  EXPECT_EQ(client.get("/").body, "root");
}

TEST(Server, DoesNotLetAHandlerSplitTheResponse) {
  Running running(simple());
  Client client = running.client();
  const Answer answer = client.get("/split");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.header("Set-Cookie"), "");
}

TEST(Server, AnswersAClientThatHasClosedItsSendingHalf) {
  Running running(simple());
  Client client = running.client();
  client.send(kGet);
  client.shut_sending();
  EXPECT_EQ(client.read()->body, "root");
  EXPECT_TRUE(client.closed());
}

TEST(Server, TellsTheLogWhatItDid) {
  std::promise<std::string> seen;
  Options options;
  options.on_done = [&](const Request& request, const Response& response, std::chrono::microseconds) {
    seen.set_value(request.method + " " + request.path + " " + std::to_string(response.status));
  };
  Running running(simple(), std::move(options));
  Client client = running.client();
  client.get("/nowhere");
  EXPECT_EQ(seen.get_future().get(), "GET /nowhere 404");
}

class FullLane : public testing::TestWithParam<Lane> {};

TEST_P(FullLane, SaysSoAtOnceWhileOthersAreServed) {
  Gate gate;
  std::promise<void> turned_away;
  Router router = simple();
  router.add("GET", "/gate", std::ref(gate), GetParam());
  Options options;
  options.blocking = options.password = {.threads = 2, .queue = 3};
  options.on_done = [&](const Request&, const Response& response, std::chrono::microseconds) {
    if (response.status == 503) turned_away.set_value();
  };
  Running running(std::move(router), std::move(options));
  std::vector<Client> clients;
  const auto enter = [&] {
    clients.push_back(running.client());
    clients.back().send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  for (int i = 0; i < 2; ++i) {
    enter();
    gate.arrived.acquire();
  }
  // Both threads are busy. Of four more three find a place in the queue; which ones is up to the network.
  for (int i = 0; i < 4; ++i) enter();
  turned_away.get_future().wait();
  EXPECT_EQ(running.client().get("/").body, "root");

  gate.open.release(5);
  int through = 0;
  for (Client& client : clients) {
    const auto answer = client.read();
    ASSERT_TRUE(answer.has_value());
    through += answer->body == "through" ? 1 : 0;
    if (answer->status == 503) {
      EXPECT_EQ(answer->header("Retry-After"), "1");
      EXPECT_EQ(client.get("/").body, "root");  // and it may come again
    }
  }
  EXPECT_EQ(through, 5);
}

INSTANTIATE_TEST_SUITE_P(Server, FullLane, testing::Values(Lane::kBlocking, Lane::kPassword));

TEST(Server, RunsLanesApart) {
  Gate gate;
  Router router;
  router.add("GET", "/hash", std::ref(gate), Lane::kPassword)
      .add("GET", "/row", [](const Request&) { return Response::text(200, "row"); }, Lane::kBlocking);
  Options options;
  options.password = {.threads = 1, .queue = 1};
  Running running(std::move(router), std::move(options));
  Client hashing = running.client();
  hashing.send("GET /hash HTTP/1.1\r\nHost: a\r\n\r\n");
  gate.arrived.acquire();
  EXPECT_EQ(running.client().get("/row").body, "row");
  gate.open.release();
  EXPECT_EQ(hashing.read()->body, "through");
}

TEST(Stop, ClosesIdleConnectionsAndReturns) {
  Running running(simple());
  Client client = running.client();
  EXPECT_EQ(client.get("/").body, "root");
  running.server().stop();
  EXPECT_TRUE(client.closed());
  running.wait();
}

TEST(Stop, LetsRequestsUnderWayFinish) {
  Gate gate;
  Router router;
  router.add("GET", "/", std::ref(gate), Lane::kBlocking);
  Running running(std::move(router));
  Client idle = running.client();
  Client client = running.client();
  client.send(kGet);
  gate.arrived.acquire();
  running.server().stop();
  EXPECT_TRUE(idle.closed());  // so that stopping has begun
  gate.open.release();
  const auto answer = client.read();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "through");
  EXPECT_EQ(answer->header("Connection"), "close");
  EXPECT_TRUE(client.closed());
  client.close();
  running.wait();
}

TEST(Stop, DoesNotWaitForEverForAHandler) {
  Gate gate;
  Router router;
  router.add("GET", "/", std::ref(gate), Lane::kBlocking);
  Options options;
  options.drain_time = std::chrono::milliseconds(20);
  Running running(std::move(router), std::move(options));
  Client client = running.client();
  client.send(kGet);
  gate.arrived.acquire();
  running.server().stop();
  EXPECT_TRUE(client.closed());
  gate.open.release();  // its thread comes home, with an answer for nobody
  running.wait();
}

TEST(Stop, MayComeBeforeRun) {
  auto server = Server::listen({}, simple());
  ASSERT_TRUE(server.has_value());
  (*server)->stop();
  (*server)->run();
}

TEST(Stop, IsWhatASignalDoesIfAsked) {
  Options options;
  options.stop_on_signals = true;
  Running running(simple(), std::move(options));
  EXPECT_EQ(running.client().get("/").body, "root");
  ::raise(SIGTERM);
  running.wait();
}

TEST(Listen, ExplainsWhatIsWrong) {
  auto first = Server::listen({}, simple());
  ASSERT_TRUE(first.has_value());
  const auto second = Server::listen({.port = (*first)->port()}, simple());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Errc::kUnavailable);
  EXPECT_EQ(second.error().what, "Cannot listen on 127.0.0.1:" + std::to_string((*first)->port()) +
                                     ": another program does already. Stop it, or choose another port.");

  const auto name = Server::listen({.address = "localhost"}, simple());
  ASSERT_FALSE(name.has_value());
  EXPECT_EQ(name.error().code, Errc::kInvalidArgument);

  const auto foreign = Server::listen({.address = "192.0.2.1"}, simple());
  ASSERT_FALSE(foreign.has_value());
  EXPECT_EQ(foreign.error().code, Errc::kUnavailable);
}

}  // namespace
}  // namespace signet::http

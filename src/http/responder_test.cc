#include "http/responder.h"

#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <semaphore>

#include "http/test_client.h"

namespace signet::http {
namespace {

using test::Client;
using test::Running;

constexpr std::string_view kPoll = "GET /poll HTTP/1.1\r\nHost: a\r\n\r\n";

/// Poll is an asynchronous route whose Responders the test gets hold of.
struct Poll {
  std::promise<Responder> parked;
  std::promise<void> cancelled;

  Router router() {
    Router made;
    made.add_async("GET", "/poll",
                   [this](const Request&, Responder responder) {
                     responder.on_cancel([this] { cancelled.set_value(); });
                     parked.set_value(std::move(responder));
                   })
        .add("GET", "/", [](const Request&) { return Response::text(200, "root"); });
    return made;
  }
  Responder wait() { return parked.get_future().get(); }
};

Options one_thread() {
  Options options;
  options.io_threads = 1;
  return options;
}

TEST(Responder, AnswersFromAnotherThreadWhileTheIoThreadServesOthers) {
  Poll poll;
  Running running(poll.router(), one_thread());
  Client client = running.client();
  client.send(kPoll);
  const Responder responder = poll.wait();
  EXPECT_EQ(running.client().get("/").body, "root");
  EXPECT_EQ(responder.request().path, "/poll");
  std::jthread([&] { EXPECT_TRUE(responder.send(Response::text(200, "later"))); }).join();
  EXPECT_EQ(client.read()->body, "later");
  EXPECT_FALSE(responder.send(Response::text(200, "again")));
  EXPECT_EQ(client.get("/").body, "root");
}

TEST(Responder, MayAnswerAtOnce) {
  Router router;
  router.add_async("GET", "/", [](const Request&, const Responder& responder) {
    responder.send(Response::text(200, "now"));
  });
  Running running(std::move(router));
  EXPECT_EQ(running.client().get("/").body, "now");
}

TEST(Responder, CountsTheFirstAnswerOfMany) {
  Poll poll;
  Running running(poll.router());
  Client client = running.client();
  client.send(kPoll);
  const Responder responder = poll.wait();
  std::atomic<int> winners = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, responder] { winners += responder.send(Response::text(200, "x")) ? 1 : 0; });
    }
  }
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(client.read()->body, "x");
}

TEST(Responder, HearsThatTheClientHasGone) {
  Poll poll;
  Running running(poll.router());
  {
    Client client = running.client();
    client.send(kPoll);
    const Responder responder = poll.wait();
    client.close();
    poll.cancelled.get_future().wait();
    EXPECT_TRUE(responder.send(Response::text(200, "to nobody")));
  }
  EXPECT_EQ(running.client().get("/").body, "root");
}

TEST(Responder, MayStillAnswerAClientThatOnlyClosedItsSendingHalf) {
  Poll poll;
  Running running(poll.router());
  Client client = running.client();
  client.send(kPoll);
  const Responder responder = poll.wait();
  client.shut_sending();
  poll.cancelled.get_future().wait();
  responder.send(Response::text(200, "still here"));
  EXPECT_EQ(client.read()->body, "still here");
}

TEST(Responder, IsNotCancelledByAPipelinedRequest) {
  Poll poll;
  Running running(poll.router());
  Client client = running.client();
  client.send(kPoll);
  const Responder responder = poll.wait();
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(running.client().get("/").body, "root");
  responder.send(Response::text(200, "first"));
  EXPECT_EQ(client.read()->body, "first");
  EXPECT_EQ(client.read()->body, "root");
}

TEST(Responder, HearsThatTheServerStops) {
  std::promise<void> parked;
  Router router;
  router.add_async("GET", "/poll", [&](const Request&, const Responder& responder) {
    responder.on_cancel([responder] { responder.send(Response::text(503, "stopping")); });
    parked.set_value();
  });
  Running running(std::move(router));
  Client client = running.client();
  client.send(kPoll);
  parked.get_future().wait();
  running.server().stop();
  const auto answer = client.read();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "stopping");
  client.close();
  running.wait();
}

TEST(Responder, ThatIsLetGoOfAnswers500) {
  Router router;
  router.add_async("GET", "/", [](const Request&, const Responder&) {});
  router.add_async("GET", "/throws", [](const Request&, const Responder&) { throw std::runtime_error("x"); });
  Running running(std::move(router));
  Client client = running.client();
  EXPECT_EQ(client.get("/").status, 500);
  EXPECT_EQ(client.get("/throws").status, 500);
}

TEST(Responder, OutlivesTheServer) {
  Poll poll;
  std::optional<Responder> responder;
  {
    Options options;
    options.drain_time = std::chrono::milliseconds(5);
    Running running(poll.router(), std::move(options));
    Client client = running.client();
    client.send(kPoll);
    responder = poll.wait();
    running.server().stop();
    running.wait();
  }
  EXPECT_EQ(responder->request().path, "/poll");
  EXPECT_TRUE(responder->send(Response::text(200, "to nobody")));
}

TEST(Responder, RacesWithClientsThatLeave) {
  std::mutex mutex;
  std::vector<Responder> parked;
  std::counting_semaphore<> arrivals{0};
  Router router;
  router.add_async("GET", "/poll", [&](const Request&, Responder responder) {
    responder.on_cancel([] {});
    const std::lock_guard lock(mutex);
    parked.push_back(std::move(responder));
    arrivals.release();
  });
  Running running(std::move(router));
  std::jthread answering([&] {
    for (int i = 0; i < 200; ++i) {
      arrivals.acquire();
      const std::lock_guard lock(mutex);
      parked.back().send(Response::text(200, "x"));
      parked.pop_back();
    }
  });
  for (int i = 0; i < 200; ++i) {
    Client client = running.client();
    client.send(kPoll);
    if (i % 2 == 0) {
      EXPECT_EQ(client.read()->body, "x");
    }
  }
}

}  // namespace
}  // namespace signet::http

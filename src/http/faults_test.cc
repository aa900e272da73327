// No callback that throws ends the process, or costs the client its connection.
#include <gtest/gtest.h>

#include <semaphore>

#include "http/test_client.h"

namespace signet::http {
namespace {

using test::Client;
using test::Running;

TEST(Fault, InOnDoneCostsTheClientNothing) {
  Options options;
  options.on_done = [](const Request&, const Response&, std::chrono::microseconds) { throw 1; };
  Router router;
  router.add("GET", "/", [](const Request&) { return Response::text(200, "root"); });
  Running running(std::move(router), std::move(options));
  Client client = running.client();
  EXPECT_EQ(client.get("/").body, "root");
  EXPECT_EQ(client.get("/").body, "root");
}

TEST(Fault, InOnCancelIsNoExceptionOfTheServers) {
  std::binary_semaphore cancelled{0};
  Router router;
  router.add("GET", "/", [](const Request&) { return Response::text(200, "root"); });
  router.add_async("GET", "/poll", [&](const Request&, const Responder& responder) {
    responder.on_cancel([&cancelled, responder] {
      cancelled.release();
      throw 1;
    });
  });
  Running running(std::move(router));
  Client client = running.client();
  client.send("GET /poll HTTP/1.1\r\nHost: a\r\n\r\n");
  client.shut_sending();
  cancelled.acquire();
  EXPECT_EQ(client.read()->status, 500);
  EXPECT_EQ(running.client().get("/").body, "root");
}

}  // namespace
}  // namespace signet::http

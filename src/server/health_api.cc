// For whoever watches over the process: alive, and able to work.
#include "server/answers.h"
#include "server/app.h"

namespace signet::server {
namespace {

using http::Request;
using http::Response;

Response ready(const App& app) {
  return app.store.check_writable() ? Response::text(200, "ready\n") : unavailable();
}

}  // namespace

void add_health_api(http::Router& router, App& app) {
  router.add("GET", "/healthz", [](const Request&) { return Response::text(200, "ok\n"); })
      .add("GET", "/readyz", [&app](const Request&) { return ready(app); }, http::Lane::kBlocking);
}

}  // namespace signet::server

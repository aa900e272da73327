// Keys, and where everything is.
#include <fmt/core.h>

#include "json/writer.h"
#include "server/key_life.h"

namespace signet::server {
namespace {

using http::Request;
using http::Response;

/// Whatever is asked for. `?version=N` is for caches on the way, which have no older answer to it: they may keep none to a version
/// that is yet to come, or somebody could ask for it ahead. Other queries are to get past them.
Response publish_keys(const App& app, const Request& request) {
  const auto keys = app.keys.keys();
  const bool is_current = request.query("version") == std::to_string(keys->version);
  Response answer{
      .status = 200, .content_type = "application/jwk-set+json", .body = keys->jwks, .headers = {}};
  return std::move(answer).with("Cache-Control", is_current || request.queries.empty()
                                                     ? fmt::format("public, max-age={}", kKeysMaxAge.count())
                                                     : "no-store");
}

Response describe(const App& app) {
  json::Writer json;
  json.begin_object().member("issuer", app.issuer).member("jwks_uri", app.issuer + "/.well-known/jwks.json");
  json.member("login_endpoint", app.issuer + "/v1/login")
      .member("refresh_endpoint", app.issuer + "/v1/refresh");
  json.member("token_endpoint", app.issuer + "/v1/token");
  json.member("logout_endpoint", app.issuer + "/v1/logout")
      .member("session_endpoint", app.issuer + "/v1/session");
  json.member("status_endpoint", revocation::aggregation_uri(app.issuer))
      .member("revocations_endpoint", app.issuer + "/v1/revocations");
  json.key("algorithms").begin_array().string(algorithm_name(app.tokens.algorithm)).end_array();
  json.member("version", SIGNET_VERSION).end_object();
  return Response::json(200, json.take()).with("Cache-Control", "public, max-age=300");
}

}  // namespace

void add_well_known_api(http::Router& router, App& app) {
  router
      .add("GET", "/.well-known/jwks.json",
           [&app](const Request& request) { return publish_keys(app, request); })
      .add("GET", "/.well-known/signet", [&app](const Request&) { return describe(app); });
}

}  // namespace signet::server

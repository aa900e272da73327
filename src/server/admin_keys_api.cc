// Signing keys, for administrators.
#include "base/try.h"
#include "json/writer.h"
#include "server/authorize.h"
#include "server/body.h"
#include "server/json_views.h"
#include "server/key_life.h"

namespace signet::server {
namespace {

using http::Request;
using http::Response;
using storage::SigningKey;

std::unexpected<Response> refused(const OperatorError& error) {
  if (error.code == Errc::kNotFound) return std::unexpected(not_found(error.what));
  if (error.code == Errc::kUnsupported) return std::unexpected(conflict(error.what));
  return std::unexpected(unavailable());
}

void write_key(json::Writer& json, const SigningKey& key) {
  json.begin_object().member("kid", key.kid).member("algorithm", key.algorithm);
  json.member("state", key_state_name(key.state)).member("created_at", rfc3339(key.created_at));
  json.member("signs_from", rfc3339(key.signs_from));
  if (key.retired_at) {
    json.member("retired_at", rfc3339(*key.retired_at));
    json.member("gone_at", rfc3339(*key.retired_at + kRetiredFor));
  }
  json.end_object();
}

/// Where the APIs share a secret, what the store has is left from before, and nothing signs with it.
Step<Response> list_keys(App& app, const Request&) {
  const auto stored = app.store.signing_keys();
  if (!stored) return std::unexpected(unavailable());
  json::Writer json;
  json.begin_object().member("version", stored->version);
  json.member("algorithm", algorithm_name(app.tokens.algorithm));
  json.member("shared_secret", is_shared_secret(app.tokens.algorithm));
  json.key("keys").begin_array();
  for (const SigningKey& key : stored->keys) write_key(json, key);
  return Response::json(200, json.end_array().end_object().take());
}

Step<Response> rotate_keys(App& app, const Request& request) {
  bool at_once = false;
  if (!request.body.empty()) {
    Body body(request);
    at_once = body.optional_flag("now").value_or(false);
    if (auto problem = body.problem()) return std::unexpected(std::move(*problem));
  }
  const auto key = rotate_signing_keys(app, at_once);
  if (!key) return refused(key.error());
  json::Writer json;
  write_key(json, *key);
  return Response::json(200, json.take());
}

Step<Response> drop_key(App& app, const Request& request) {
  const auto dropped = drop_signing_key(app, request.parameter("kid"));
  if (!dropped) return refused(dropped.error());
  return Response::empty();
}

}  // namespace

void add_admin_keys_api(http::Router& router, App& app) {
  using enum http::Lane;
  router.add("GET", "/v1/admin/keys", for_admins(app, list_keys, "list-keys"), kBlocking)
      .add("POST", "/v1/admin/keys/rotate", for_admins(app, rotate_keys, "rotate-keys"), kBlocking)
      .add("DELETE", "/v1/admin/keys/{kid}", for_admins(app, drop_key, "drop-key"), kBlocking);
}

}  // namespace signet::server

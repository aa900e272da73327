// What the verifiers of a service identify themselves with, for administrators.
#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include "base/base64url.h"
#include "crypto/random.h"
#include "json/writer.h"
#include "server/authorize.h"
#include "server/json_views.h"

namespace signet::server {
namespace {

using http::Request;
using http::Response;
using storage::VerifierKey;

constexpr std::size_t kKeyBytes = 32;

/// It counts from now on. If the services cannot be read just now, they are within seconds.
void take_effect(App& app) {
  if (const auto reloaded = app.feed->reload_services(); !reloaded) {
    spdlog::warn("the verifier keys could not be read again: {}", reloaded.error().what);
  }
}

void write_key(json::Writer& json, const VerifierKey& key, const std::optional<std::string>& text = {}) {
  json.begin_object().member("id", key.id).member("service", key.service);
  json.member("created_at", rfc3339(key.created_at));
  if (text) json.member("verifier_key", *text);
  json.end_object();
}

Step<Response> add_key(App& app, const Request& request) {
  const std::string text = base64url_encode(crypto::random_secret(kKeyBytes).view());
  const VerifierKey key{.id = crypto::random_id(),
                        .service = std::string(request.parameter("name")),
                        .hash = hash_verifier_key(text),
                        .created_at = app.clock.now()};
  const auto stored = app.store.add_verifier_key(key);
  if (!stored && stored.error().code == Errc::kNotFound)
    return std::unexpected(not_found("there is no such service"));
  if (!stored) return std::unexpected(unavailable());
  take_effect(app);
  json::Writer json;
  write_key(json, key, text);
  return created(json.take(), fmt::format("/v1/admin/services/{}/verifier-keys/{}", key.service, key.id))
      .with("Cache-Control", "no-store");
}

Step<Response> list_keys(App& app, const Request& request) {
  const auto service = app.store.find_service(request.parameter("name"));
  if (!service && service.error().code == Errc::kNotFound) {
    return std::unexpected(not_found("there is no such service"));
  }
  const auto keys = app.store.list_verifier_keys();
  if (!service || !keys) return std::unexpected(unavailable());
  json::Writer json;
  json.begin_object().key("verifier_keys").begin_array();
  for (const VerifierKey& key : *keys) {
    if (key.service == service->name) write_key(json, key);
  }
  return Response::json(200, json.end_array().end_object().take());
}

Step<Response> delete_key(App& app, const Request& request) {
  const auto gone = app.store.delete_verifier_key(request.parameter("name"), request.parameter("id"));
  if (!gone && gone.error().code == Errc::kNotFound) {
    return std::unexpected(not_found("there is no such verifier key"));
  }
  if (!gone) return std::unexpected(unavailable());
  take_effect(app);
  return Response::empty();
}

}  // namespace

void add_admin_verifier_keys_api(http::Router& router, App& app) {
  using enum http::Lane;
  constexpr std::string_view kAll = "/v1/admin/services/{name}/verifier-keys";
  router.add("GET", kAll, for_admins(app, list_keys, "list-verifier-keys"), kBlocking)
      .add("POST", kAll, for_admins(app, add_key, "create-verifier-key"), kBlocking)
      .add("DELETE", "/v1/admin/services/{name}/verifier-keys/{id}",
           for_admins(app, delete_key, "delete-verifier-key"), kBlocking);
}

}  // namespace signet::server

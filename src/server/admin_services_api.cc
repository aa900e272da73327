// Services, for administrators: the APIs that tokens are for.
#include <spdlog/spdlog.h>

#include "base/try.h"
#include "json/writer.h"
#include "server/authorize.h"
#include "server/json_views.h"
#include "server/names.h"
#include "server/service_secret.h"
#include "server/user_fields.h"

namespace signet::server {
namespace {

using http::Request;
using http::Response;
using storage::Service;
using storage::ServiceChange;

constexpr std::int64_t kLongestAccess = 24 * 60 * 60;
constexpr std::size_t kMaxDescription = 256;

std::unexpected<Response> store_refused(Error error) {
  if (error.code == Errc::kNotFound) return std::unexpected(not_found("there is no such service"));
  if (error.code == Errc::kConflict) return std::unexpected(conflict("this name is taken", "name"));
  return std::unexpected(unavailable());
}

std::string service_text(const Service& service, const std::optional<std::string>& secret = {}) {
  json::Writer json;
  write_service(json, service, secret);
  return json.take();
}

/// What statements are signed with for a service counts from now on. If it cannot be read just now, it is within seconds.
void take_effect(App& app) {
  if (const auto reloaded = app.feed->reload_services(); !reloaded) {
    spdlog::warn("the services could not be read again: {}", reloaded.error().what);
  }
}

Step<Response> list_services(App& app, const Request&) {
  const auto services = app.store.list_services();
  if (!services) return store_refused(services.error());
  json::Writer json;
  json.begin_object().key("services").begin_array();
  for (const Service& service : *services) write_service(json, service);
  return Response::json(200, json.end_array().end_object().take());
}

/// The members that can be set at first and changed later.
ServiceChange read_service_change(Body& body) {
  return {.description = body.optional_text("description", {.least = 0, .most = kMaxDescription}),
          .claims = read_claims(body),
          .access_seconds = body.optional_number("access_seconds", 0, kLongestAccess)};
}

struct NewService {
  Service service;
  bool shared_secret = false;
};

Step<NewService> read_new_service(const App& app, const Request& request) {
  Body body(request);
  const std::string name = body.text("name", {.most = kMaxServiceName});
  const ServiceChange given = read_service_change(body);
  const bool shared_secret = body.optional_flag("shared_secret").value_or(false);
  if (!is_service_name(name)) {
    body.refuse("name", "a service's name has 1 to 64 of a-z 0-9 . _ -, a letter or a digit first");
  }
  if (name == kIssuerService) body.refuse("name", "signet is the issuer itself; choose another name");
  if (auto problem = body.problem()) return std::unexpected(std::move(*problem));
  return NewService{.service = {.name = name,
                                .description = given.description.value_or(""),
                                .claims = given.claims.value_or("{}"),
                                .access_seconds = given.access_seconds.value_or(0),
                                .sealed_secret = {},
                                .created_at = app.clock.now()},
                    .shared_secret = shared_secret};
}

Step<Response> create_service(App& app, const Request& request) {
  TRY(fresh, read_new_service(app, request));
  std::optional<std::string> shown;
  if (fresh.shared_secret) {
    auto secret = make_service_secret(app.master_key);
    if (!secret) return std::unexpected(unavailable());
    fresh.service.sealed_secret = std::move(secret->sealed);
    shown = std::move(secret->jwk);
  }
  if (const auto stored = app.store.create_service(fresh.service); !stored)
    return store_refused(stored.error());
  take_effect(app);
  return created(service_text(fresh.service, shown), "/v1/admin/services/" + fresh.service.name);
}

Step<Response> show_service(App& app, const Request& request) {
  const auto service = app.store.find_service(request.parameter("name"));
  if (!service) return store_refused(service.error());
  return Response::json(200, service_text(*service));
}

Step<Response> change_service(App& app, const Request& request) {
  Body body(request);
  const ServiceChange change = read_service_change(body);
  if (auto problem = body.problem()) return std::unexpected(std::move(*problem));
  const auto changed = app.store.change_service(request.parameter("name"), change);
  if (!changed) return store_refused(changed.error());
  return Response::json(200, service_text(*changed));
}

Step<Response> delete_service(App& app, const Request& request) {
  const std::lock_guard one_at_a_time(app.user_changes);  // nobody is given what goes at this moment
  const auto gone = app.store.delete_service(request.parameter("name"));
  if (!gone) return store_refused(gone.error());
  take_effect(app);
  return Response::empty();
}

}  // namespace

void add_admin_services_api(http::Router& router, App& app) {
  using enum http::Lane;
  constexpr std::string_view kOne = "/v1/admin/services/{name}";
  router.add("GET", "/v1/admin/services", for_admins(app, list_services, "list-services"), kBlocking)
      .add("POST", "/v1/admin/services", for_admins(app, create_service, "create-service"), kBlocking)
      .add("GET", kOne, for_admins(app, show_service, "show-service"), kBlocking)
      .add("PATCH", kOne, for_admins(app, change_service, "change-service"), kBlocking)
      .add("DELETE", kOne, for_admins(app, delete_service, "delete-service"), kBlocking);
}

}  // namespace signet::server

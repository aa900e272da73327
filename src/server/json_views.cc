#include "server/json_views.h"

#include <fmt/chrono.h>

#include "server/names.h"

namespace signet::server {

std::string rfc3339(Time time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(unix_seconds(time)));
}

void write_words(json::Writer& json, std::string_view words) {
  json.begin_array();
  for (const std::string& word : split_words(words)) json.string(word);
  json.end_array();
}

void write_services(json::Writer& json, std::string_view services) {
  if (services == "*") {
    json.string("*");
  } else {
    write_words(json, services);
  }
}

void write_user(json::Writer& json, const storage::User& user, const std::optional<std::string>& password) {
  json.begin_object().member("id", user.id).member("username", user.username).member("scope", user.scope);
  write_words(json.key("roles"), user.roles);
  write_services(json.key("services"), user.services);
  json.key("claims")
      .raw(user.claims)
      .member("disabled", user.disabled)
      .member("created_at", rfc3339(user.created_at));
  if (password) json.member("password", *password);
  json.end_object();
}

void write_service(json::Writer& json, const storage::Service& service,
                   const std::optional<std::string>& secret) {
  json.begin_object().member("name", service.name).member("description", service.description);
  json.key("claims").raw(service.claims).member("access_seconds", service.access_seconds);
  json.member("shared_secret", !service.sealed_secret.empty())
      .member("created_at", rfc3339(service.created_at));
  if (secret) json.member("secret", *secret);
  json.end_object();
}

}  // namespace signet::server

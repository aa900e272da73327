// How users, services and sessions look in answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/writer.h"
#include "storage/store.h"

namespace signet::server {

/// rfc3339 writes a time in UTC: "2026-11-23T19:40:10Z".
[[nodiscard]] std::string rfc3339(Time time);

/// write_user adds `password` when it is there: once, in the answer that made it up.
void write_user(json::Writer& json, const storage::User& user,
                const std::optional<std::string>& password = {});

/// write_service adds `secret`, a JWK as text, when it is there: once, in the answer that made it.
void write_service(json::Writer& json, const storage::Service& service,
                   const std::optional<std::string>& secret = {});

/// write_services writes "*", or an array of names.
void write_services(json::Writer& json, std::string_view services);

/// write_words writes a list of the store as an array.
void write_words(json::Writer& json, std::string_view words);

}  // namespace signet::server

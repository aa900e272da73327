// The members that describe a user, in the bodies of the admin API, and the rules for each.
#pragma once

#include <optional>
#include <string>

#include "server/body.h"

namespace signet::server {

/// read_password: 8 characters at least.
[[nodiscard]] std::optional<std::string> read_password(Body& body);
/// read_scope: words separated by single spaces.
[[nodiscard]] std::optional<std::string> read_scope(Body& body);
/// read_roles: an array of words; returns it as the store keeps it.
[[nodiscard]] std::optional<std::string> read_roles(Body& body);
/// read_services: "*", or an array of names; returns it as the store keeps it.
[[nodiscard]] std::optional<std::string> read_services(Body& body);
/// read_claims: an object of at most 4 KiB that sets nothing that the issuer sets. Returns it as JSON.
/// Services have claims too.
[[nodiscard]] std::optional<std::string> read_claims(Body& body);

}  // namespace signet::server

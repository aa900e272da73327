// What administrators set on users, service accounts and services; each of these commands offers its part of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "json/writer.h"

namespace signet::cli {

/// Traits: what is absent stays as it is.
struct Traits {
  std::optional<std::string> description, scope, claims, access_lifetime;
  std::vector<std::string> roles, services;
  bool no_roles = false;
  bool all_services = false;
};

/// write_traits adds them to an object as the issuer's API spells them. Misused: a lifetime that is none, claims that are no
/// JSON object.
[[nodiscard]] OrTrouble<void> write_traits(json::Writer& json, const Traits& traits, Input& input);

}  // namespace signet::cli

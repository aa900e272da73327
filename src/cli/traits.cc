#include "cli/traits.h"

#include "base/try.h"
#include "cli/lifetime.h"
#include "json/document.h"

namespace signet::cli {
namespace {

void write_texts(json::Writer& json, const char* name, const std::vector<std::string>& texts) {
  json.key(name).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

OrTrouble<void> write_claims(json::Writer& json, const std::string& source, Input& input) {
  TRY(text, input.read_value(source));
  const auto claims = json::parse_object(text);
  if (!claims) return misused(std::string("--claims: ") + claims.error().what, Errc::kMalformed);
  json.key("claims").raw(json::root(**claims).text());
  return {};
}

}  // namespace

OrTrouble<void> write_traits(json::Writer& json, const Traits& traits, Input& input) {
  if (traits.description) json.member("description", *traits.description);
  if (traits.scope) json.member("scope", *traits.scope);
  if (!traits.roles.empty() || traits.no_roles) write_texts(json, "roles", traits.roles);
  if (traits.all_services) json.member("services", "*");
  if (!traits.services.empty()) write_texts(json, "services", traits.services);
  if (traits.access_lifetime) {
    TRY(seconds, parse_lifetime(*traits.access_lifetime));
    json.member("access_seconds", seconds);
  }
  if (traits.claims) TRY_DO(write_claims(json, *traits.claims, input));
  return {};
}

}  // namespace signet::cli

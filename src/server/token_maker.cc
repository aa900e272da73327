#include "server/token_maker.h"

#include <algorithm>
#include <array>

#include "base/try.h"
#include "json/document.h"
#include "json/writer.h"
#include "revocation/status_list.h"
#include "server/names.h"
#include "server/service_secret.h"
#include "signet/signer.h"

namespace signet::server {
namespace {

using std::chrono::seconds;
using storage::Service;

constexpr std::array<std::string_view, 13> kReserved{
    "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "scope", "roles", "status", "cnf", "client_id"};

seconds lifetime_of(const App& app, const Grant& grant) {
  return std::min(access_lifetime(app, grant.user, grant.audience), grant.session.expires_at - grant.now);
}

/// The first to set a name wins. The names were checked when they were stored; a store that was written to by
/// something else must still not make a token lie.
Result<void> add_claims(Claims& claims, std::vector<std::string>& taken, std::string_view object) {
  TRY(document, json::parse_object(object));
  for (const auto& [name, value] : json::root(*document).members()) {
    if (is_reserved_claim(name) || std::ranges::find(taken, name) != taken.end()) continue;
    taken.emplace_back(name);
    TRY_DO(claims.set_json(name, value.text()));
  }
  return {};
}

/// Token Status List §6.1: where it can be seen whether the token's session has been revoked.
std::string status_claim(const std::string& issuer, std::int64_t status_index) {
  const auto index = static_cast<std::uint64_t>(status_index);
  json::Writer json;
  json.begin_object().key("status_list").begin_object();
  json.member("idx", index % revocation::kListSize);
  json.member("uri", revocation::list_uri(issuer, index / revocation::kListSize));
  return json.end_object().end_object().take();
}

Result<Claims> claims_of(const App& app, const Grant& grant, seconds lifetime) {
  Claims claims;
  std::vector<std::string> names;
  for (const Service& service : grant.audience) names.push_back(service.name);
  claims.set("iss", app.issuer).set("sub", grant.user.id).set("aud", names);
  claims.set("exp", grant.now + lifetime)
      .set("iat", grant.now)
      .set("jti", grant.id)
      .set("sid", grant.session.id);
  // RFC 9068 §2.2: client_id is who asked for the token; people ask through no client that is registered here.
  if (grant.user.kind == storage::User::Kind::kAccount) claims.set("client_id", grant.user.username);
  if (!grant.user.scope.empty()) claims.set("scope", grant.user.scope);
  if (!grant.user.roles.empty()) claims.set("roles", split_words(grant.user.roles));
  TRY_DO(claims.set_json("status", status_claim(app.issuer, grant.session.status_index)));
  std::vector<std::string> taken;
  TRY_DO(add_claims(claims, taken, grant.user.claims));
  for (const Service& service : grant.audience) TRY_DO(add_claims(claims, taken, service.claims));
  return claims;
}

Result<std::string> sign(const App& app, const Grant& grant, const Claims& claims) {
  const Service& first = grant.audience.front();
  if (first.name == kIssuerService) return app.keys.keys()->own_signer.sign(claims);
  if (first.sealed_secret.empty()) return app.keys.keys()->signer.sign(claims);
  TRY(key, open_service_secret(app.master_key, first));
  TRY(signer, Signer::create(key));
  return signer.sign(claims);
}

}  // namespace

bool is_reserved_claim(std::string_view name) {
  return std::ranges::find(kReserved, name) != kReserved.end();
}

seconds access_lifetime(const App& app, const storage::User& user, const std::vector<Service>& audience) {
  const seconds usual = user.access_seconds > 0 ? seconds(user.access_seconds) : app.tokens.access_lifetime;
  seconds shortest = std::chrono::days(1);
  for (const Service& service : audience) {
    shortest = std::min(shortest, service.access_seconds > 0 ? seconds(service.access_seconds) : usual);
  }
  return shortest;
}

Result<AccessToken> make_access_token(const App& app, const Grant& grant) {
  const seconds lifetime = lifetime_of(app, grant);
  TRY(claims, claims_of(app, grant, lifetime));
  TRY(text, sign(app, grant, claims));
  return AccessToken{.text = std::move(text), .lifetime = lifetime};
}

}  // namespace signet::server

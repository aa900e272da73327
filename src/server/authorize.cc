#include "server/authorize.h"

#include <algorithm>

#include "base/authorization.h"
#include "base/try.h"
#include "server/audit.h"
#include "server/names.h"
#include "server/origin.h"
#include "server/refresh_token.h"
#include "signet/verifier.h"

namespace signet::server {
namespace {

constexpr const char* kNotGood = "the access token is not valid here";

Step<VerifiedToken> verified_token(const App& app, const http::Request& request) {
  const auto text = bearer_token(request);
  if (!text)
    return std::unexpected(unauthenticated("", "this needs an access token for the audience signet"));
  const auto policy = Policy::create({.issuer = app.issuer, .audience = std::string(kIssuerService)});
  if (!policy) return std::unexpected(unavailable());
  // Never with the keys of the APIs: with HS256 each of them could make itself an administrator.
  auto token = Verifier(*policy).verify(*text, app.keys.keys()->own_keys, app.clock.now());
  if (!token) return std::unexpected(unauthenticated("invalid_token", kNotGood));
  return *token;
}

Step<Caller> living_session(const App& app, std::string_view id) {
  auto caller = app.store.find_session(id);
  if (!caller && caller.error().code != Errc::kNotFound) return std::unexpected(unavailable());
  const bool alive = caller && !caller->session.ended_at && caller->session.expires_at > app.clock.now() &&
                     !caller->user.disabled;
  if (!alive) return std::unexpected(unauthenticated("invalid_token", "the session has ended"));
  return std::move(*caller);
}

struct Bearer {
  VerifiedToken token;
  Caller caller;
};

Step<Bearer> bearer(const App& app, const http::Request& request) {
  TRY(token, verified_token(app, request));
  TRY(caller, living_session(app, token.session_id()));
  if (caller.user.id != token.subject()) return std::unexpected(unauthenticated("invalid_token", kNotGood));
  return Bearer{.token = token, .caller = std::move(caller)};
}

}  // namespace

std::optional<std::string_view> bearer_token(const http::Request& request) {
  const auto header = request.header("Authorization");
  const std::string_view token = header ? signet::bearer_token(*header) : "";
  return token.empty() ? std::nullopt : std::optional(token);
}

Step<Caller> bearer_caller(const App& app, const http::Request& request) {
  TRY(found, bearer(app, request));
  return std::move(found.caller);
}

std::optional<std::string> session_cookie(const App& app, const http::Request& request) {
  const auto header = request.header("Cookie");
  if (!header) return std::nullopt;
  std::optional<std::string> session;
  for (std::string_view rest = *header; !rest.empty();) {
    const auto end = std::min(rest.find(';'), rest.size());
    std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals == pair.npos || pair.substr(0, equals) != kCookieName) continue;
    if (session) return std::nullopt;  // twice: somebody is trying something
    session = read_session_cookie(app.master_key, pair.substr(equals + 1)).value_or("");
  }
  return session && !session->empty() ? session : std::nullopt;
}

Step<Caller> cookie_caller(const App& app, const http::Request& request) {
  const auto id = session_cookie(app, request);
  if (!id) return std::unexpected(unauthenticated("", "sign in first"));
  TRY(caller, living_session(app, *id));
  if (!caller.session.cookie) return std::unexpected(unauthenticated("", "sign in first"));
  return std::move(caller);
}

bool is_cross_site(const App& app, const http::Request& request) {
  if (request.header("Sec-Fetch-Site") == "cross-site") return true;
  const auto origin = request.header("Origin");
  return origin && origin_of(*origin) != origin_of(app.issuer);
}

http::Handler for_admins(App& app, AdminHandler handler, std::string_view action) {
  return [&app, handler, action = std::string(action)](const http::Request& request) {
    const auto found = bearer(app, request);
    if (!found) {
      audit_refused(action, request, found.error());
      return found.error();
    }
    // The token may be older than the loss of the role, or the role younger than the token: both must say so.
    if (!found->token.has_role(kAdminRole) || !has_word(found->caller.user.roles, kAdminRole)) {
      http::Response refusal =
          forbidden("only administrators may do this")
              .with("WWW-Authenticate", "Bearer realm=\"signet\", error=\"insufficient_scope\"");
      audit(found->caller, action, request, refusal);
      return refusal;
    }
    http::Response answer = either(handler(app, request));
    if (request.method != "GET" && request.method != "HEAD") audit(found->caller, action, request, answer);
    return answer;
  };
}

}  // namespace signet::server

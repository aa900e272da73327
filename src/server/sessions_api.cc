// The session that the caller is in: look at it, end it.
#include "base/try.h"
#include "json/writer.h"
#include "server/audit.h"
#include "server/authorize.h"
#include "server/body.h"
#include "server/json_views.h"
#include "server/refresh_token.h"
#include "server/session_answers.h"

namespace signet::server {
namespace {

using http::Request;
using http::Response;

Step<Response> show_session(const App& app, const Request& request) {
  const bool by_token = request.header("Authorization").has_value();
  TRY(caller, by_token ? bearer_caller(app, request) : cookie_caller(app, request));
  const auto& [session, user] = caller;
  json::Writer json;
  json.begin_object().key("session").begin_object().member("id", session.id);
  json.member("created_at", rfc3339(session.created_at))
      .member("expires_at", rfc3339(session.expires_at))
      .end_object();
  json.key("user")
      .begin_object()
      .member("id", user.id)
      .member("username", user.username)
      .member("scope", user.scope);
  write_words(json.key("roles"), user.roles);
  json.end_object().end_object();
  return Response::json(200, json.take());
}

/// Ending twice is as good as ending once, also when the session has been forgotten since.
Step<Response> end(const App& app, const std::string& session, const Request& request) {
  const auto ended = app.store.end_session(session, app.clock.now());
  if (!ended && ended.error().code != Errc::kNotFound) return std::unexpected(unavailable());
  audit_session("signed out", "session " + session, request);
  return Response::empty();
}

Step<Response> log_out_by_cookie(const App& app, const Request& request) {
  if (is_cross_site(app, request)) {
    return std::unexpected(forbidden("a page of another site may not sign anybody out"));
  }
  const auto session = session_cookie(app, request);
  if (!session) return std::unexpected(unauthenticated("", "there is no session to end"));
  TRY(answer, end(app, *session, request));
  return std::move(answer).with("Set-Cookie", cleared_cookie());
}

Step<Response> log_out(const App& app, const Request& request) {
  const bool has_cookie = request.header("Cookie").has_value();
  if (request.body.empty() && has_cookie) return log_out_by_cookie(app, request);
  Body body(request);
  const std::string text = body.text("refresh_token", {});
  if (auto problem = body.problem()) return std::unexpected(std::move(*problem));
  const auto token = read_refresh_token(app.master_key, text);
  if (!token) return std::unexpected(unauthenticated("", "the refresh token is not valid"));
  return end(app, token->session, request);
}

}  // namespace

void add_sessions_api(http::Router& router, App& app) {
  router
      .add(
          "GET", "/v1/session", [&app](const Request& request) { return either(show_session(app, request)); },
          http::Lane::kBlocking)
      .add(
          "POST", "/v1/logout", [&app](const Request& request) { return either(log_out(app, request)); },
          http::Lane::kBlocking);
}

}  // namespace signet::server

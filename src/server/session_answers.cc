#include "server/session_answers.h"

#include <fmt/core.h>

#include "crypto/random.h"
#include "json/writer.h"
#include "server/authorize.h"
#include "server/json_views.h"
#include "server/refresh_token.h"
#include "server/token_maker.h"

namespace signet::server {
namespace {

using http::Response;

constexpr std::string_view kCookieAttributes = "Path=/; Secure; HttpOnly; SameSite=Strict";

void write_session(json::Writer& json, const storage::Session& session) {
  json.begin_object().member("id", session.id).member("expires_at", rfc3339(session.expires_at)).end_object();
}

/// RFC 6749 §5.1: "The authorization server MUST include the HTTP "Cache-Control" response header field with
/// a value of "no-store" in any response containing tokens".
Response uncached(std::string json) {
  return Response::json(200, std::move(json)).with("Cache-Control", "no-store");
}

}  // namespace

Response token_answer(const App& app, const storage::SessionAndUser& who,
                      const std::vector<storage::Service>& audience, Time now) {
  const auto token = make_access_token(app, {.user = who.user,
                                             .session = who.session,
                                             .audience = audience,
                                             .now = now,
                                             .id = crypto::random_id()});
  if (!token && token.error().code == Errc::kInvalidArgument) {
    return bad_field("audience",
                     "the token would be longer than APIs accept (16 KiB): ask for fewer services");
  }
  if (!token) return unavailable();
  json::Writer json;
  json.begin_object().member("access_token", token->text).member("token_type", "Bearer");
  json.member("expires_in", token->lifetime.count());
  json.member("refresh_token", write_refresh_token(app.master_key, {.session = who.session.id,
                                                                    .counter = who.session.refresh_counter}));
  write_session(json.key("session"), who.session);
  return uncached(json.end_object().take());
}

Response cookie_answer(const App& app, const storage::Session& session, Time now) {
  json::Writer json;
  write_session(json.begin_object().key("session"), session);
  return uncached(json.end_object().take())
      .with("Set-Cookie", fmt::format("{}={}; {}; Max-Age={}", kCookieName,
                                      write_session_cookie(app.master_key, session.id), kCookieAttributes,
                                      (session.expires_at - now).count()));
}

std::string cleared_cookie() {
  return fmt::format("{}=; {}; Max-Age=0", kCookieName, kCookieAttributes);
}

}  // namespace signet::server

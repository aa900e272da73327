// Signing in, and staying signed in.
#include "base/try.h"
#include "crypto/random.h"
#include "server/audience.h"
#include "server/audit.h"
#include "server/authorize.h"
#include "server/body.h"
#include "server/names.h"
#include "server/passwords.h"
#include "server/refresh_token.h"
#include "server/session_answers.h"

namespace signet::server {
namespace {

using http::Request;
using http::Response;
using storage::Session;
using storage::User;
using Outcome = storage::Rotation::Outcome;

struct Login {
  std::string username;
  std::string password;
  std::vector<std::string> audience;
  bool cookie = false;
};

/// A single name stands for an array of one, as in `aud`.
std::vector<std::string> read_audience(Body& body) {
  constexpr Length kName{.least = 1, .most = kMaxServiceName};
  const auto value = body.optional_value("audience");
  if (!value) return {};
  if (value->type() == Json::Type::kString) return {body.text("audience", kName)};
  auto names = body.optional_texts("audience", kName).value_or(std::vector<std::string>());
  if (names.empty()) body.refuse("audience", "audience must name a service, or be left out");
  if (has_duplicates(names)) body.refuse("audience", "audience names a service twice");
  return names;
}

Step<Login> read_login(const Request& request) {
  Body body(request);
  const std::string typed = body.text("username", {.most = kMaxUsername});
  Login login{.username = normal_username(typed).value_or(""),
              .password = body.text("password", {.most = kMaxPassword}),
              .audience = read_audience(body),
              .cookie = body.optional_flag("cookie").value_or(false)};
  if (login.username.empty()) body.refuse("username", kUsernameProfile);
  if (auto problem = body.problem()) return std::unexpected(std::move(*problem));
  return login;
}

/// The same words for an unknown user, a wrong password and a disabled user, so that nobody can find out who
/// exists.
std::unexpected<Response> wrong_credentials() {
  return std::unexpected(unauthenticated("", "invalid username or password"));
}

Step<User> find_credentials(const App& app, const Login& login, const Request& request) {
  auto user = app.store.find_user_by_name(login.username);
  if (!user && user.error().code != Errc::kNotFound) return std::unexpected(unavailable());
  if (!user || !crypto::password_matches(user->password_hash, login.password) || user->disabled) {
    // The time must not tell either.
    spend_on_refusal(app, user ? user->password_hash : "", login.password);
    audit_session("was refused to sign in", user ? "user " + user->id : "unknown user", request);
    return wrong_credentials();
  }
  return std::move(*user);
}

Step<Session> new_session(const App& app, const User& user, const Login& login, Time now) {
  const auto status_index = app.feed->indices().next();
  if (!status_index) return std::unexpected(unavailable());
  return Session{.id = crypto::random_id(),
                 .user_id = user.id,
                 .audience = join_words(login.audience),
                 .cookie = login.cookie,
                 .rotated_at = now,
                 .created_at = now,
                 .expires_at = now + app.sessions.lifetime,
                 .status_index = *status_index};
}

Step<void> opened_or_refusal(const Result<void>& opened) {
  if (opened) return {};
  if (opened.error().code == Errc::kNotFound) return wrong_credentials();
  return std::unexpected(unavailable());
}

/// The store takes the session only on the hash that was proved: a change of password ends all older
/// sessions, and one that came in between must end this one too. Another sign-in may merely have renewed the
/// hash; then it is proved anew.
Step<void> open_session(const App& app, const Session& session, const User& user, const Login& login) {
  const auto opened = app.store.open_session(session, user.password_hash);
  if (opened || opened.error().code != Errc::kNotFound) return opened_or_refusal(opened);
  const auto now = app.store.find_user(user.id);
  if (!now && now.error().code != Errc::kNotFound) return std::unexpected(unavailable());
  if (!now || !crypto::password_matches(now->password_hash, login.password)) return wrong_credentials();
  return opened_or_refusal(app.store.open_session(session, now->password_hash));
}

Step<Response> session_for(const App& app, const User& user, const Login& login) {
  const Time now = app.clock.now();
  TRY(session, new_session(app, user, login, now));
  std::vector<storage::Service> audience;
  if (!login.cookie || !login.audience.empty()) {
    TRY(chosen, choose_audience(app.store, user, login.audience));
    audience = std::move(chosen);
  }
  // The answer comes first: what cannot be answered must not leave a session behind.
  Response answer = login.cookie ? cookie_answer(app, session, now)
                                 : token_answer(app, {.session = session, .user = user}, audience, now);
  if (answer.status != 200) return std::unexpected(std::move(answer));
  TRY_DO(open_session(app, session, user, login));
  return answer;
}

Step<Response> log_in(const App& app, const Request& request) {
  TRY(login, read_login(request));
  if (login.cookie && is_cross_site(app, request)) {
    return std::unexpected(forbidden("a page of another site may not sign in here"));
  }
  TRY(user, find_credentials(app, login, request));
  renew_hash(app, user, login.password);
  TRY(answer, session_for(app, user, login));
  audit_session("signed in", "user " + user.id, request);
  return std::move(answer);
}

/// The same words for all that can be wrong with a refresh token.
std::unexpected<Response> wrong_refresh_token() {
  return std::unexpected(unauthenticated("", "the refresh token is not valid"));
}

Step<void> rotate(const App& app, const RefreshToken& token, const Request& request, Time now) {
  const auto rotation =
      app.store.rotate_refresh(token.session, token.counter, now, app.sessions.refresh_grace);
  if (!rotation) return std::unexpected(unavailable());
  switch (rotation->outcome) {
    case Outcome::kRotated:
    case Outcome::kRepeated:
      return {};
    case Outcome::kReused:
      audit_reuse(token.session, request);
      break;
    case Outcome::kRefused:
      break;
  }
  return wrong_refresh_token();
}

/// successor_answer is what the client gets if the store lets it: rotated or repeated, the next token's
/// number is the same.
Step<Response> successor_answer(const App& app, const RefreshToken& token, Time now) {
  auto found = app.store.find_session(token.session);
  if (!found && found.error().code == Errc::kNotFound) return wrong_refresh_token();
  if (!found) return std::unexpected(unavailable());
  auto audience = choose_audience(app.store, found->user, split_words(found->session.audience));
  if (!audience && audience.error().status == 503) return std::unexpected(std::move(audience.error()));
  if (!audience) return wrong_refresh_token();  // what was asked for at sign-in is not allowed any more
  found->session.refresh_counter = token.counter + 1;
  Response answer = token_answer(app, *found, *audience, now);
  if (answer.status != 200) return std::unexpected(std::move(answer));
  return answer;
}

Step<Response> refresh(const App& app, const Request& request) {
  Body body(request);
  const std::string text = body.text("refresh_token", {});
  if (auto problem = body.problem()) return std::unexpected(std::move(*problem));
  const auto token = read_refresh_token(app.master_key, text);
  if (!token) return wrong_refresh_token();
  const Time now = app.clock.now();
  // The answer comes first: a token that was used up for nothing would look stolen at the next try. Nobody
  // gets it before the store has said that this token is good.
  TRY(answer, successor_answer(app, *token, now));
  TRY_DO(rotate(app, *token, request, now));
  return std::move(answer);
}

}  // namespace

void add_login_api(http::Router& router, App& app) {
  router
      .add(
          "POST", "/v1/login", [&app](const Request& request) { return either(log_in(app, request)); },
          http::Lane::kPassword)
      .add(
          "POST", "/v1/refresh", [&app](const Request& request) { return either(refresh(app, request)); },
          http::Lane::kBlocking);
}

}  // namespace signet::server

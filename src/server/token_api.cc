// Tokens for service accounts: OAuth's client credentials grant (RFC 6749 §4.4).
#include <algorithm>

#include "base/try.h"
#include "crypto/random.h"
#include "json/writer.h"
#include "server/account_secret.h"
#include "server/app.h"
#include "server/audience.h"
#include "server/audit.h"
#include "server/names.h"
#include "server/token_maker.h"
#include "server/token_request.h"

namespace signet::server {
namespace {

using http::Request;
using http::Response;
using std::chrono::seconds;
using storage::Session;
using storage::User;

/// The same words for an unknown account, a wrong secret and a disabled account.
std::unexpected<Response> wrong_credentials() {
  return std::unexpected(oauth_error("invalid_client", "unknown client or wrong secret"));
}

Step<User> find_credentials(const App& app, const TokenRequest& asked, const Request& request) {
  auto account = app.store.find_account(asked.client_id);
  if (!account && account.error().code != Errc::kNotFound) return std::unexpected(unavailable());
  const std::string_view stored = account ? std::string_view(account->password_hash) : std::string_view();
  const bool right = account_secret_matches(app.master_key, stored, as_text(asked.client_secret.view()));
  if (!right || account->disabled) {
    audit_session("was refused a token", account ? "account " + account->id : "unknown account", request);
    return wrong_credentials();
  }
  return std::move(*account);
}

/// RFC 6749 §3.3: part of what the account has; nothing asked for is all of it.
Step<std::string> granted_scope(const User& account, const std::string& asked) {
  if (asked.empty()) return account.scope;
  const auto words = split_words(asked);
  const bool differ =
      !words.empty() && !has_duplicates(words);  // so there are no more to look up than it has
  const bool within =
      differ && std::ranges::all_of(words, [&](const auto& w) { return has_word(account.scope, w); });
  if (!within) {
    return std::unexpected(oauth_error("invalid_scope", "this account has not all of that scope"));
  }
  return join_words(words);
}

Step<std::vector<storage::Service>> granted_audience(const App& app, const User& account,
                                                     const std::vector<std::string>& asked) {
  auto chosen = choose_audience(app.store, account, asked);
  if (chosen || chosen.error().status == 503) return chosen;
  // RFC 8707 §2.
  return std::unexpected(oauth_error("invalid_target",
                                     "there is no such service that this account may use alone "
                                     "or with the others"));
}

/// A session of this account that lives long enough for one more token, for the same audience. Whose secret has been
/// replaced since it was proved finds none: those that run now are somebody else's, who has the new one. What is replaced
/// after this look ends the session, and revokes its tokens.
Result<std::optional<Session>> running_session(const App& app, const User& account,
                                               const std::string& audience, Time until) {
  TRY(running, app.store.list_sessions(account.id, account.password_hash, app.clock.now()));
  const auto fresh = std::ranges::find_if(running, [&](const Session& session) {
    return session.audience == audience && session.expires_at >= until;
  });
  return fresh == running.end() ? std::nullopt : std::optional(*fresh);
}

Response token_answer(const AccessToken& token, const std::string& scope) {
  json::Writer json;
  json.begin_object().member("access_token", token.text).member("token_type", "Bearer");
  json.member("expires_in", token.lifetime.count());
  if (!scope.empty()) json.member("scope", scope);
  return Response::json(200, json.end_object().take()).with("Cache-Control", "no-store");
}

/// Whoever comes for a token every few minutes shares one session between two of them, and the store is
/// written to half as often or less: a session lasts for two lifetimes of a token, and serves whoever asks in
/// the first of them.
Step<Response> token_for(const App& app, User account, const TokenRequest& asked) {
  TRY(audience, granted_audience(app, account, asked.audience));
  TRY(scope, granted_scope(account, asked.scope));
  const Time now = app.clock.now();
  const seconds lifetime = access_lifetime(app, account, audience);
  const std::string names = join_words(asked.audience);
  const auto running = running_session(app, account, names, now + lifetime);
  if (!running) return std::unexpected(unavailable());
  Session session = running->value_or(Session{.id = crypto::random_id(),
                                              .user_id = account.id,
                                              .audience = names,
                                              .rotated_at = now,
                                              .created_at = now,
                                              .expires_at = now + 2 * lifetime});
  if (!*running) {
    const auto status_index = app.feed->indices().next();
    if (!status_index) return std::unexpected(unavailable());
    session.status_index = *status_index;
  }
  account.scope = scope;
  const auto token = make_access_token(
      app,
      {.user = account, .session = session, .audience = audience, .now = now, .id = crypto::random_id()});
  if (!token && token.error().code == Errc::kInvalidArgument) {
    return std::unexpected(oauth_error("invalid_target", "the token would be longer than APIs accept"));
  }
  if (!token) return std::unexpected(unavailable());
  if (!*running) {
    const auto opened = app.store.open_session(session, account.password_hash);
    if (!opened && opened.error().code == Errc::kNotFound) return wrong_credentials();  // changed meanwhile
    if (!opened) return std::unexpected(unavailable());
  }
  return token_answer(*token, scope);
}

Step<Response> give_token(const App& app, const Request& request) {
  TRY(asked, read_token_request(request));
  TRY(account, find_credentials(app, asked, request));
  const std::string id = account.id;
  TRY(answer, token_for(app, std::move(account), asked));
  audit_session("was given a token", "account " + id, request);
  return std::move(answer);
}

}  // namespace

void add_token_api(http::Router& router, App& app) {
  router.add(
      "POST", "/v1/token", [&app](const Request& request) { return either(give_token(app, request)); },
      http::Lane::kBlocking);
}

}  // namespace signet::server

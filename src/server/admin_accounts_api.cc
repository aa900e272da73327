// Service accounts, for administrators: programs that get tokens with a secret of their own.
#include "base/try.h"
#include "crypto/random.h"
#include "json/writer.h"
#include "server/account_secret.h"
#include "server/authorize.h"
#include "server/json_views.h"
#include "server/names.h"
#include "server/user_fields.h"

namespace signet::server {
namespace {

using http::Request;
using http::Response;
using storage::User;
using storage::UserChange;

constexpr std::int64_t kLongestAccess = 24 * 60 * 60;
constexpr std::size_t kMaxDescription = 256;
constexpr const char* kAccounts = "/v1/admin/accounts/";

std::unexpected<Response> store_refused(Error error) {
  if (error.code == Errc::kNotFound) return std::unexpected(not_found("there is no such account"));
  if (error.code == Errc::kConflict) {
    return std::unexpected(conflict("this name is taken, by an account or a user", "name"));
  }
  return std::unexpected(unavailable());
}

void write_account(json::Writer& json, const User& account, const std::string* secret = nullptr) {
  json.begin_object().member("id", account.id).member("name", account.username);
  json.member("description", account.description).member("scope", account.scope);
  write_words(json.key("roles"), account.roles);
  write_services(json.key("services"), account.services);
  json.key("claims").raw(account.claims).member("access_seconds", account.access_seconds);
  json.member("disabled", account.disabled).member("created_at", rfc3339(account.created_at));
  if (secret) json.member("secret", *secret);
  json.end_object();
}

std::string account_text(const User& account, const std::string* secret = nullptr) {
  json::Writer json;
  write_account(json, account, secret);
  return json.take();
}

Step<Response> list_accounts(App& app, const Request& request) {
  TRY(page, read_page(request, {"after", "limit"}));
  auto accounts = app.store.list_accounts(page.after, page.size + 1);
  if (!accounts) return store_refused(accounts.error());
  const bool more = accounts->size() > static_cast<std::size_t>(page.size);
  if (more) accounts->pop_back();
  json::Writer json;
  json.begin_object().key("accounts").begin_array();
  for (const User& account : *accounts) write_account(json, account);
  json.end_array().key("next");
  if (more) {
    json.string(accounts->back().username);
  } else {
    json.null();
  }
  return Response::json(200, json.end_object().take());
}

/// The members that can be set at first and changed later.
UserChange read_account_change(Body& body) {
  return {.scope = read_scope(body),
          .roles = read_roles(body),
          .services = read_services(body),
          .claims = read_claims(body),
          .description = body.optional_text("description", {.least = 0, .most = kMaxDescription}),
          .access_seconds = body.optional_number("access_seconds", 0, kLongestAccess)};
}

Step<User> read_new_account(const App& app, const Request& request) {
  Body body(request);
  const std::string name = body.text("name", {.most = kMaxServiceName});
  const UserChange given = read_account_change(body);
  // Narrower than a username: a client id of these characters has one spelling in all of OAuth's forms.
  if (!is_service_name(name)) {
    body.refuse("name", "an account's name has 1 to 64 of a-z 0-9 . _ -, a letter or a digit first");
  }
  if (auto problem = body.problem()) return std::unexpected(std::move(*problem));
  return User{.id = crypto::random_id(),
              .username = name,
              .password_hash = {},
              .scope = given.scope.value_or(""),
              .roles = given.roles.value_or(""),
              .services = given.services.value_or("*"),
              .claims = given.claims.value_or("{}"),
              .created_at = app.clock.now(),
              .kind = User::Kind::kAccount,
              .description = given.description.value_or(""),
              .access_seconds = given.access_seconds.value_or(0)};
}

Step<Response> create_account(App& app, const Request& request) {
  TRY(account, read_new_account(app, request));
  const std::string secret = make_account_secret();
  account.password_hash = hash_account_secret(app.master_key, secret);
  const std::lock_guard one_at_a_time(app.user_changes);
  TRY_DO(check_services(app, account.services));
  if (const auto stored = app.store.create_user(account); !stored) return store_refused(stored.error());
  return created(account_text(account, &secret), kAccounts + account.username);
}

Step<User> named_account(const App& app, const Request& request) {
  auto account = app.store.find_account(request.parameter("name"));
  if (!account) return store_refused(account.error());
  return std::move(*account);
}

Step<Response> show_account(App& app, const Request& request) {
  TRY(account, named_account(app, request));
  return Response::json(200, account_text(account));
}

Step<Response> change_account(App& app, const Request& request) {
  Body body(request);
  UserChange change = read_account_change(body);
  change.disabled = body.optional_flag("disabled");
  if (auto problem = body.problem()) return std::unexpected(std::move(*problem));
  const std::lock_guard one_at_a_time(app.user_changes);
  TRY(account, named_account(app, request));
  TRY_DO(check_services(app, change.services));
  const auto changed = app.store.change_user(account.id, change, app.clock.now());
  if (!changed) return store_refused(changed.error());
  return Response::json(200, account_text(*changed));
}

/// The store ends the sessions with the old secret: its tokens are revoked.
Step<Response> renew_secret(App& app, const Request& request) {
  if (!request.body.empty()) {
    Body body(request);
    if (auto problem = body.problem()) return std::unexpected(std::move(*problem));
  }
  const std::lock_guard one_at_a_time(app.user_changes);
  TRY(account, named_account(app, request));
  const std::string secret = make_account_secret();
  const auto changed = app.store.change_user(
      account.id, {.password_hash = hash_account_secret(app.master_key, secret)}, app.clock.now());
  if (!changed) return store_refused(changed.error());
  return Response::json(200, account_text(*changed, &secret)).with("Cache-Control", "no-store");
}

Step<Response> delete_account(App& app, const Request& request) {
  const std::lock_guard one_at_a_time(app.user_changes);
  TRY(account, named_account(app, request));
  if (const auto gone = app.store.delete_user(account.id); !gone) return store_refused(gone.error());
  return Response::empty();
}

}  // namespace

void add_admin_accounts_api(http::Router& router, App& app) {
  using enum http::Lane;
  constexpr std::string_view kOne = "/v1/admin/accounts/{name}";
  constexpr std::string_view kSecret = "/v1/admin/accounts/{name}/secret";
  router.add("GET", "/v1/admin/accounts", for_admins(app, list_accounts, "list-accounts"), kBlocking)
      .add("POST", "/v1/admin/accounts", for_admins(app, create_account, "create-account"), kBlocking)
      .add("GET", kOne, for_admins(app, show_account, "show-account"), kBlocking)
      .add("PATCH", kOne, for_admins(app, change_account, "change-account"), kBlocking)
      .add("DELETE", kOne, for_admins(app, delete_account, "delete-account"), kBlocking)
      .add("POST", kSecret, for_admins(app, renew_secret, "renew-account-secret"), kBlocking);
}

}  // namespace signet::server

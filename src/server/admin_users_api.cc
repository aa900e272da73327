// Users, for administrators.
#include <fmt/core.h>

#include "base/try.h"
#include "crypto/random.h"
#include "json/writer.h"
#include "server/administrators.h"
#include "server/authorize.h"
#include "server/json_views.h"
#include "server/names.h"
#include "server/passwords.h"
#include "server/user_fields.h"

namespace signet::server {
namespace {

using http::Request;
using http::Response;
using storage::User;
using storage::UserChange;

constexpr std::chrono::seconds kHashPatience{5};  // then 503: the lane for the database serves others too

std::unexpected<Response> store_refused(Error error) {
  if (error.code == Errc::kNotFound) return std::unexpected(not_found("there is no such user"));
  if (error.code == Errc::kConflict) return std::unexpected(conflict("this username is taken", "username"));
  return std::unexpected(unavailable());
}

std::string user_text(const User& user, const std::optional<std::string>& password = {}) {
  json::Writer json;
  write_user(json, user, password);
  return json.take();
}

Response page_of(const std::vector<User>& users, bool more) {
  json::Writer json;
  json.begin_object().key("users").begin_array();
  for (const User& user : users) write_user(json, user);
  json.end_array().key("next");
  if (more) {
    json.string(users.back().username);
  } else {
    json.null();
  }
  return Response::json(200, json.end_object().take());
}

Step<Response> find_by_name(const App& app, std::string_view typed) {
  const auto name = normal_username(typed);
  const auto user = name ? app.store.find_user_by_name(*name) : std::unexpected(Error{Errc::kNotFound, ""});
  if (!user && user.error().code != Errc::kNotFound) return store_refused(user.error());
  return page_of(user ? std::vector<User>{*user} : std::vector<User>{}, false);
}

Step<Response> list_users(App& app, const Request& request) {
  TRY(page, read_page(request, {"after", "limit", "username"}));
  if (const auto name = request.query("username")) return find_by_name(app, *name);
  auto users = app.store.list_users(page.after, page.size + 1);
  if (!users) return store_refused(users.error());
  const bool more = users->size() > static_cast<std::size_t>(page.size);
  if (more) users->pop_back();
  return page_of(*users, more);
}

Step<std::string> hash(App& app, std::string_view password) {
  if (!app.admin_hashes.try_acquire_for(kHashPatience)) return std::unexpected(unavailable());
  auto hashed = crypto::hash_password(password, app.passwords);
  app.admin_hashes.release();
  if (!hashed) return std::unexpected(unavailable());  // no memory for it just now
  return std::move(*hashed);
}

struct NewUser {
  User user;
  std::string password;
  bool made_up = false;
};

Step<NewUser> read_new_user(const App& app, const Request& request) {
  Body body(request);
  const auto username = normal_username(body.text("username", {.most = kMaxUsername}));
  const auto password = read_password(body);
  NewUser fresh{.user = {.id = crypto::random_id(),
                         .username = username.value_or(""),
                         .password_hash = {},
                         .scope = read_scope(body).value_or(""),
                         .roles = read_roles(body).value_or(""),
                         .services = read_services(body).value_or("*"),
                         .claims = read_claims(body).value_or("{}"),
                         .created_at = app.clock.now()},
                .password = password ? *password : make_password(),
                .made_up = !password};
  if (!username) body.refuse("username", kUsernameProfile);
  if (auto problem = body.problem()) return std::unexpected(std::move(*problem));
  return fresh;
}

Step<Response> create_user(App& app, const Request& request) {
  TRY(fresh, read_new_user(app, request));
  TRY(hashed, hash(app, fresh.password));
  fresh.user.password_hash = std::move(hashed);
  const std::lock_guard one_at_a_time(app.user_changes);
  TRY_DO(check_services(app, fresh.user.services));
  if (const auto stored = app.store.create_user(fresh.user); !stored) return store_refused(stored.error());
  return created(user_text(fresh.user, fresh.made_up ? std::optional(fresh.password) : std::nullopt),
                 "/v1/admin/users/" + fresh.user.id);
}

Step<Response> show_user(App& app, const Request& request) {
  const auto user = app.store.find_user(request.parameter("id"));
  if (!user) return store_refused(user.error());
  return Response::json(200, user_text(*user));
}

Step<UserChange> read_change(App& app, const Request& request) {
  Body body(request);
  const auto password = read_password(body);
  UserChange change{.scope = read_scope(body),
                    .roles = read_roles(body),
                    .services = read_services(body),
                    .claims = read_claims(body),
                    .disabled = body.optional_flag("disabled")};
  if (auto problem = body.problem()) return std::unexpected(std::move(*problem));
  if (password) {
    TRY(hashed, hash(app, *password));
    change.password_hash = std::move(hashed);
  }
  return change;
}

Step<Response> change_user(App& app, const Request& request) {
  const std::string_view id = request.parameter("id");
  TRY(change, read_change(app, request));
  const std::lock_guard one_at_a_time(app.user_changes);
  // By the users' own path nobody comes to an account: the store's change knows both.
  if (const auto known = app.store.find_user(id); !known) return store_refused(known.error());
  TRY_DO(check_services(app, change.services));
  const bool stays = (!change.roles || has_word(*change.roles, kAdminRole)) && change.disabled != true;
  if (!stays) TRY_DO(check_another_administrator(app.store, id));
  const auto changed = app.store.change_user(id, change, app.clock.now());
  if (!changed) return store_refused(changed.error());
  return Response::json(200, user_text(*changed));
}

Step<Response> delete_user(App& app, const Request& request) {
  const std::string_view id = request.parameter("id");
  const std::lock_guard one_at_a_time(app.user_changes);
  if (const auto known = app.store.find_user(id); !known) return store_refused(known.error());
  TRY_DO(check_another_administrator(app.store, id));
  if (const auto gone = app.store.delete_user(id); !gone) return store_refused(gone.error());
  return Response::empty();
}

}  // namespace

void add_admin_users_api(http::Router& router, App& app) {
  using enum http::Lane;
  // Not one of them is on kPassword: an administrator gets in while strangers fill it.
  constexpr std::string_view kOne = "/v1/admin/users/{id}";
  router.add("GET", "/v1/admin/users", for_admins(app, list_users, "list-users"), kBlocking)
      .add("POST", "/v1/admin/users", for_admins(app, create_user, "create-user"), kBlocking)
      .add("GET", kOne, for_admins(app, show_user, "show-user"), kBlocking)
      .add("PATCH", kOne, for_admins(app, change_user, "change-user"), kBlocking)
      .add("DELETE", kOne, for_admins(app, delete_user, "delete-user"), kBlocking);
}

}  // namespace signet::server

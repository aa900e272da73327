#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "storage/columns.h"
#include "storage/feed.h"
#include "storage/sql.h"

namespace signet::storage::sql {
namespace {

std::string select_users(std::string_view rest) {
  return fmt::format("select {} from users u {}", kUserColumns, rest);
}

using Kind = User::Kind;

Result<User> find_where(soci::session& session, std::string_view condition, std::string_view value) {
  User user;
  Statement find(session, select_users(condition));
  find.with(value);
  if (!into(find, user).run()) return fail(Errc::kNotFound, "no such user");
  return user;
}

Result<User> find_named(soci::session& session, std::string_view name, Kind kind) {
  TRY(user, find_where(session, "where username = :username", name));
  if (user.kind != kind) return fail(Errc::kNotFound, "no such user");
  return user;
}

Result<std::vector<User>> list_kind(soci::session& session, std::string_view after_name, int limit,
                                    Kind kind) {
  const int at_most = std::max(limit, 0);
  User user;
  Statement list(session, select_users("where username > :after_name and kind = :kind "
                                       "order by username limit :at_most"));
  list.with(after_name, kind, at_most);
  std::vector<User> users;
  for (bool more = into(list, user).run(); more; more = list.next()) users.push_back(user);
  return users;
}

void apply(const UserChange& change, User& user) {
  user.password_hash = change.password_hash.value_or(user.password_hash);
  user.scope = change.scope.value_or(user.scope);
  user.roles = change.roles.value_or(user.roles);
  user.services = change.services.value_or(user.services);
  user.claims = change.claims.value_or(user.claims);
  user.disabled = change.disabled.value_or(user.disabled);
  user.description = change.description.value_or(user.description);
  user.access_seconds = change.access_seconds.value_or(user.access_seconds);
}

}  // namespace

Result<void> create_user(soci::session& session, const User& user) {
  Statement insert(
      session,
      "insert into users (id, username, password_hash, scope, roles, services, claims, disabled, "
      "created_at, kind, description, access_seconds) values (:id, :username, :password_hash, :scope, "
      ":roles, "
      ":services, :claims, :disabled, :created_at, :kind, :description, :access_seconds) "
      "on conflict do nothing");
  insert.with(user.id, user.username, user.password_hash, user.scope, user.roles, user.services, user.claims,
              user.disabled, user.created_at, user.kind, user.description, user.access_seconds);
  insert.run();
  if (insert.changed() == 0) return fail(Errc::kConflict, "the username is taken");
  return {};
}

Result<User> find_user(soci::session& session, std::string_view id) {
  TRY(user, find_where(session, "where id = :id", id));
  if (user.kind != Kind::kPerson) return fail(Errc::kNotFound, "no such user");
  return user;
}

Result<User> find_user_by_name(soci::session& session, std::string_view username) {
  return find_named(session, username, Kind::kPerson);
}

Result<std::vector<User>> list_users(soci::session& session, std::string_view after_name, int limit) {
  return list_kind(session, after_name, limit, Kind::kPerson);
}

Result<User> find_account(soci::session& session, std::string_view name) {
  return find_named(session, name, Kind::kAccount);
}

Result<std::vector<User>> list_accounts(soci::session& session, std::string_view after_name, int limit) {
  return list_kind(session, after_name, limit, Kind::kAccount);
}

Result<User> change_user(soci::session& session, std::string_view id, const UserChange& change, Time now) {
  TRY(user, find_where(session, "where id = :id", id));
  apply(change, user);
  Statement(
      session,
      "update users set password_hash = :password_hash, scope = :scope, roles = :roles, services = "
      ":services, "
      "claims = :claims, disabled = :disabled, description = :description, access_seconds = :access_seconds "
      "where id = :id")
      .with(user.password_hash, user.scope, user.roles, user.services, user.claims, user.disabled,
            user.description, user.access_seconds, user.id)
      .run();
  if (change.password_hash || change.disabled == true) end_sessions_of(session, id, now);
  return user;
}

Result<void> rehash_password(soci::session& session, std::string_view id, std::string_view old_hash,
                             std::string_view new_hash) {
  Statement rehash(session,
                   "update users set password_hash = :new_hash where id = :id and password_hash = :old_hash");
  rehash.with(new_hash, id, old_hash).run();
  if (rehash.changed() == 0) return fail(Errc::kConflict, "the password was changed meanwhile");
  return {};
}

void forget_service(soci::session& session, std::string_view service) {
  // Lists are words between single spaces, so a word stands between spaces once the list does.
  Statement(session,
            "update users set services = trim(replace(' ' || services || ' ', ' ' || :removed || ' ', ' ')) "
            "where ' ' || services || ' ' like '% ' || :named || ' %'")
      .with(service, service)
      .run();
}

Result<void> delete_user(soci::session& session, std::string_view id) {
  note_revoked(session, "user_id", id);
  Statement remove(session, "delete from users where id = :id");
  remove.with(id).run();
  if (remove.changed() == 0) return fail(Errc::kNotFound, "no such user");
  return {};
}

Result<std::int64_t> count_users(soci::session& session) {
  std::int64_t count = 0;
  Statement(session, "select count(*) from users").into(count).run();
  return count;
}

Result<std::vector<std::string>> list_password_costs(soci::session& session) {
  // Argon2's encoded form ends with "$SALT$HASH", of 16 and 32 bytes in base64: 67 characters.
  std::string cost;
  Statement list(session,
                 "select distinct substr(password_hash, 1, length(password_hash) - 67) from users "
                 "where length(password_hash) > 67 and kind = 'person'");
  list.into(cost);
  std::vector<std::string> costs;
  for (bool more = list.run(); more; more = list.next()) costs.push_back(cost);
  return costs;
}

}  // namespace signet::storage::sql

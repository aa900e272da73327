// The columns of users and sessions, which find_session reads together, in the order in which into() takes
// them.
#pragma once

#include "storage/statement.h"
#include "storage/store.h"

namespace soci {

template <>
struct type_conversion<signet::storage::User::Kind> {
  using Kind = signet::storage::User::Kind;
  using base_type = std::string;
  static void from_base(const std::string& in, indicator, Kind& out) {
    out = in == "account" ? Kind::kAccount : Kind::kPerson;
  }
  static void to_base(Kind in, std::string& out, indicator& state_of_out) {
    out = in == Kind::kAccount ? "account" : "person";
    state_of_out = i_ok;
  }
};

}  // namespace soci

namespace signet::storage::sql {

inline constexpr const char* kUserColumns =
    "u.id, u.username, u.password_hash, u.scope, u.roles, u.services, u.claims, u.disabled, u.created_at, "
    "u.kind, u.description, u.access_seconds";

/// A session in a list that is not live any more has ended with the list.
inline constexpr const char* kSessionColumns =
    "s.id, s.user_id, s.audience, s.cookie, s.refresh_counter, s.rotated_at, s.created_at, s.expires_at, "
    "coalesce(s.ended_at, (select first_list_at from feed where s.status_index < first_list * 1048576)), "
    "s.status_index";

inline Statement& into(Statement& statement, User& user) {
  return statement.into(user.id, user.username, user.password_hash, user.scope, user.roles, user.services,
                        user.claims, user.disabled, user.created_at, user.kind, user.description,
                        user.access_seconds);
}

inline Statement& into(Statement& statement, Session& session) {
  return statement.into(session.id, session.user_id, session.audience, session.cookie,
                        session.refresh_counter, session.rotated_at, session.created_at, session.expires_at,
                        session.ended_at, session.status_index);
}

}  // namespace signet::storage::sql

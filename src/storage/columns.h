// The columns of users and sessions, which find_session reads together, in the order in which into() takes
// them.
#pragma once

#include "storage/statement.h"
#include "storage/store.h"

namespace signet::storage::sql {

inline constexpr const char* kUserColumns =
    "u.id, u.username, u.password_hash, u.scope, u.roles, u.services, u.claims, u.disabled, u.created_at";

inline constexpr const char* kSessionColumns =
    "s.id, s.user_id, s.audience, s.cookie, s.refresh_counter, s.rotated_at, s.created_at, s.expires_at, "
    "s.ended_at";

inline Statement& into(Statement& statement, User& user) {
  return statement.into(user.id, user.username, user.password_hash, user.scope, user.roles, user.services,
                        user.claims, user.disabled, user.created_at);
}

inline Statement& into(Statement& statement, Session& session) {
  return statement.into(session.id, session.user_id, session.audience, session.cookie,
                        session.refresh_counter, session.rotated_at, session.created_at, session.expires_at,
                        session.ended_at);
}

}  // namespace signet::storage::sql

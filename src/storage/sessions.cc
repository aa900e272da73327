#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "storage/columns.h"
#include "storage/feed.h"
#include "storage/sql.h"

namespace signet::storage::sql {
namespace {

bool refreshable(const SessionAndUser& found, Time now) {
  const Session& session = found.session;
  return !session.cookie && !session.ended_at && now < session.expires_at && !found.user.disabled;
}

void advance(soci::session& session, Session& rotated, Time now) {
  rotated.refresh_counter += 1;
  rotated.rotated_at = now;
  Statement(session,
            "update sessions set refresh_counter = :refresh_counter, rotated_at = :now where id = :id")
      .with(rotated.refresh_counter, rotated.rotated_at, rotated.id)
      .run();
}

}  // namespace

Result<void> open_session(soci::session& session, const Session& opened, std::string_view proved_hash) {
  TRY_DO(check_status_index(session, opened.status_index));
  Statement insert(
      session,
      "insert into sessions (id, user_id, audience, cookie, refresh_counter, rotated_at, created_at, "
      "expires_at, ended_at, status_index) select :id, id, :audience, :cookie, :refresh_counter, "
      ":rotated_at, "
      ":created_at, :expires_at, :ended_at, :status_index from users where id = :user_id and disabled = 0 "
      "and password_hash = :proved_hash");
  insert.with(opened.id, opened.audience, opened.cookie, opened.refresh_counter, opened.rotated_at,
              opened.created_at, opened.expires_at, opened.ended_at, opened.status_index, opened.user_id,
              proved_hash);
  insert.run();
  if (insert.changed() == 0)
    return fail(Errc::kNotFound, "no such user, disabled, or with another password by now");
  return {};
}

Result<SessionAndUser> find_session(soci::session& session, std::string_view id) {
  SessionAndUser found;
  Statement find(
      session, fmt::format("select {}, {} from sessions s join users u on u.id = s.user_id where s.id = :id",
                           kSessionColumns, kUserColumns));
  find.with(id);
  into(find, found.session);
  if (!into(find, found.user).run()) return fail(Errc::kNotFound, "no such session");
  return found;
}

Result<std::vector<Session>> list_sessions(soci::session& session, std::string_view user_id,
                                           std::string_view proved_hash, Time now) {
  Session listed;
  Statement list(
      session,
      fmt::format("select {} from sessions s join users u on u.id = s.user_id where s.user_id = :user_id "
                  "and u.password_hash = :proved_hash and u.disabled = 0 and s.ended_at is null "
                  "and s.expires_at > :now and s.status_index >= (select first_list * 1048576 from "
                  "feed) order by s.created_at desc, s.id",
                  kSessionColumns));
  list.with(user_id, proved_hash, now);
  std::vector<Session> sessions;
  for (bool more = into(list, listed).run(); more; more = list.next()) sessions.push_back(listed);
  return sessions;
}

Result<Rotation> rotate_refresh(soci::session& session, std::string_view id, std::int64_t counter, Time now,
                                std::chrono::seconds grace) {
  using enum Rotation::Outcome;
  auto found = find_session(session, id);
  if (!found || !refreshable(*found, now)) return Rotation{kRefused};

  Session& presented = found->session;
  if (counter < 0 || counter > presented.refresh_counter) return Rotation{kRefused};
  if (counter == presented.refresh_counter) {
    advance(session, presented, now);
    return Rotation{kRotated, std::move(*found)};
  }
  if (counter == presented.refresh_counter - 1 && now - presented.rotated_at <= grace) {
    return Rotation{kRepeated, std::move(*found)};
  }
  TRY_DO(end_session(session, id, now));
  return Rotation{kReused};
}

Result<void> end_session(soci::session& session, std::string_view id, Time now) {
  note_revoked(session, "id", id);
  return mark_ended(session, id, now);
}

Result<void> mark_ended(soci::session& session, std::string_view id, Time now) {
  Statement end(session, "update sessions set ended_at = coalesce(ended_at, :now) where id = :id");
  end.with(now, id).run();
  if (end.changed() == 0) return fail(Errc::kNotFound, "no such session");
  return {};
}

std::int64_t end_sessions_of(soci::session& session, std::string_view user_id, Time now) {
  const std::int64_t revoked = note_revoked(session, "user_id", user_id);
  Statement(session, "update sessions set ended_at = :now where user_id = :user_id and ended_at is null")
      .with(now, user_id)
      .run();
  return revoked;
}

Result<std::int64_t> purge_sessions(soci::session& session, Time before, int limit) {
  const int at_most = std::max(limit, 0);
  Statement purge(session,
                  "delete from sessions where id in (select id from sessions where expires_at < :expired "
                  "or ended_at < :ended limit :at_most)");
  purge.with(before, before, at_most).run();
  return purge.changed();
}

}  // namespace signet::storage::sql

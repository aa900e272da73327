// The feed of revocations: what ends a session writes it down here, in the same transaction.
#include "storage/feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/try.h"
#include "storage/sql.h"
#include "storage/statement.h"

namespace signet::storage::sql {
namespace {

/// A version of the key set is a second times so much, or one more than the last: more changes than any second has.
constexpr std::int64_t kKeyVersions = 1 << 20;

/// A list is announced this many indices before its first one is given out.
constexpr std::int64_t kAnnouncedAhead = kStatusListSize / 8;

struct FeedRow {
  std::string epoch;
  std::int64_t seq = 0;
  std::int64_t next_index = 0;
  std::int64_t first_list = 0;
  std::int64_t last_list = 0;
};

Result<FeedRow> read_feed(soci::session& session) {
  FeedRow feed;
  Statement find(session, "select epoch, seq, next_index, first_list, last_list from feed");
  find.into(feed.epoch, feed.seq, feed.next_index, feed.first_list, feed.last_list);
  if (!find.run()) return fail(Errc::kInternal, "the feed vanished");
  return feed;
}

void count_events(soci::session& session, std::int64_t count) {
  Statement(session, "update feed set seq = seq + :count").with(count).run();
}

/// forget_dropped removes what was revoked in lists that are not live any more.
void forget_dropped(soci::session& session) {
  Statement(session,
            fmt::format("delete from revocations where status_index < (select first_list * {} from feed)",
                        kStatusListSize))
      .run();
}

/// last_announced is the last list there has to be when `next_index` is the next to be given out.
std::int64_t last_announced(std::int64_t next_index) {
  return (next_index + kAnnouncedAhead) / kStatusListSize;
}

/// end_older makes `list` the first live one, in which `taken` indices have been given out: one event, however many
/// sessions end.
void end_older(soci::session& session, std::int64_t list, std::int64_t taken, Time now) {
  const std::int64_t next_index = list * kStatusListSize + taken;
  const std::int64_t last_list = last_announced(next_index);
  Statement(session,
            "update feed set seq = seq + 1, next_index = :next_index, first_list = :first_list, "
            "first_list_at = :now, last_list = :last_list")
      .with(next_index, list, now, last_list)
      .run();
  forget_dropped(session);
}

/// move_living gives the living sessions new status indices, from the first one of `list` on, and returns how many there are.
std::int64_t move_living(soci::session& session, std::int64_t list, Time now) {
  const std::int64_t first = list * kStatusListSize;
  Statement move(
      session, fmt::format("update sessions set status_index = :first + living.place from "
                           "(select id, row_number() over (order by status_index) - 1 as place from sessions "
                           "where ended_at is null and expires_at > :now "
                           "and status_index >= (select first_list * {} from feed)) as living "
                           "where living.id = sessions.id",
                           kStatusListSize));
  move.with(first, now).run();
  return move.changed();
}

std::int64_t count_living(soci::session& session, Time now) {
  std::int64_t count = 0;
  Statement(session, fmt::format("select count(*) from sessions where ended_at is null and expires_at > :now "
                                 "and status_index >= (select first_list * {} from feed)",
                                 kStatusListSize))
      .with(now)
      .into(count)
      .run();
  return count;
}

void set_key_version(soci::session& session, auto after) {
  std::int64_t version = 0;
  Statement(session, "select version from key_set").into(version).run();
  version = after(version);
  Statement(session, "update key_set set version = :version").with(version).run();
}

/// The key set goes on with versions that it has not had since the backup: whoever holds one of those, a verifier or a cache,
/// may hold other keys under it. Half of a second's versions are for changes in it before the restore.
void skip_key_versions(soci::session& session, const EpochStart& start) {
  set_key_version(session, [&](std::int64_t last) {
    return start.unused_after(last / kKeyVersions) * kKeyVersions + kKeyVersions / 2;
  });
}

}  // namespace

std::int64_t note_revoked(soci::session& session, std::string_view condition, std::string_view value) {
  Statement note(session,
                 fmt::format("insert into revocations (seq, status_index) "
                             "select f.seq + row_number() over (order by s.status_index), s.status_index "
                             "from sessions s cross join feed f where s.{} = :value and s.ended_at is null "
                             "and s.status_index >= f.first_list * {}",
                             condition, kStatusListSize));
  note.with(value).run();
  const std::int64_t revoked = note.changed();
  if (revoked > 0) count_events(session, revoked);
  return revoked;
}

void note_key_change(soci::session& session, Time now) {
  set_key_version(session,
                  [&](std::int64_t last) { return std::max(last + 1, unix_seconds(now) * kKeyVersions); });
  count_events(session, 1);
}

Result<void> check_status_index(soci::session& session, std::int64_t index) {
  TRY(feed, read_feed(session));
  if (index >= feed.first_list * kStatusListSize && index < feed.next_index) return {};
  return fail(Errc::kConflict, "the session's status index is not one of a live list");
}

Result<StatusBlock> reserve_status_indices(soci::session& session, std::int64_t count) {
  if (count < 1 || count > kAnnouncedAhead)
    return fail(Errc::kInvalidArgument, "too many status indices at once");
  TRY(feed, read_feed(session));
  const std::int64_t next_index = feed.next_index + count;
  const std::int64_t last_list = std::max(feed.last_list, last_announced(next_index));
  if (last_list > feed.last_list) count_events(session, 1);
  Statement(session, "update feed set next_index = :next_index, last_list = :last_list")
      .with(next_index, last_list)
      .run();
  return StatusBlock{.first = feed.next_index, .count = count};
}

Result<Revoked> revoke_session(soci::session& session, std::string_view id, Time now) {
  const std::int64_t revoked = note_revoked(session, "id", id);
  TRY_DO(mark_ended(session, id, now));
  TRY(feed, read_feed(session));
  return Revoked{.seq = feed.seq, .sessions = revoked};
}

Result<Revoked> revoke_user(soci::session& session, std::string_view id, Time now) {
  std::int64_t known = 0;
  Statement(session, "select count(*) from users where id = :id").with(id).into(known).run();
  if (known == 0) return fail(Errc::kNotFound, "no such user");
  const std::int64_t revoked = end_sessions_of(session, id, now);
  TRY(feed, read_feed(session));
  return Revoked{.seq = feed.seq, .sessions = revoked};
}

/// revoke_each ends all sessions in the lists that there are, as one event for each.
Result<Revoked> revoke_each(soci::session& session, Time now) {
  const std::int64_t living = count_living(session, now);
  std::vector<std::string> users;
  std::string user;
  Statement list(session, "select distinct user_id from sessions where ended_at is null");
  list.into(user);
  for (bool more = list.run(); more; more = list.next()) users.push_back(user);
  for (const std::string& id : users) end_sessions_of(session, id, now);
  TRY(feed, read_feed(session));
  return Revoked{.seq = feed.seq, .sessions = living};
}

Result<Revoked> revoke_everyone(soci::session& session, Time now) {
  TRY(feed, read_feed(session));
  // EpochStart::unused_after: no list is opened before its second is over.
  if (feed.last_list + 1 >= unix_seconds(now)) return revoke_each(session, now);
  const std::int64_t revoked = count_living(session, now);
  end_older(session, feed.last_list + 1, 0, now);
  return Revoked{.seq = feed.seq + 1, .sessions = revoked};
}

Result<FeedReading> revocations_since(soci::session& session, std::int64_t seq, int limit) {
  TRY(feed, read_feed(session));
  FeedReading reading{.now = {.epoch = feed.epoch,
                              .seq = feed.seq,
                              .first_list = feed.first_list,
                              .last_list = feed.last_list},
                      .revoked = {}};
  Statement(session, "select version from key_set").into(reading.now.keys).run();
  const int at_most = std::max(limit, 0);
  Revocation event;
  Statement list(session,
                 "select seq, status_index from revocations where seq > :seq order by seq limit :at_most");
  list.with(seq, at_most).into(event.seq, event.status_index);
  for (bool more = list.run(); more; more = list.next()) reading.revoked.push_back(event);
  return reading;
}

Result<std::string> ensure_epoch(soci::session& session, std::string_view epoch) {
  Statement(session, "update feed set epoch = :epoch where epoch = ''").with(epoch).run();
  TRY(feed, read_feed(session));
  return feed.epoch;
}

Result<std::int64_t> drop_finished_lists(soci::session& session, Time now) {
  TRY(feed, read_feed(session));
  std::int64_t lowest = feed.next_index;
  const std::int64_t floor = feed.first_list * kStatusListSize;
  Statement(session,
            "select status_index from sessions where status_index >= :floor and ended_at is null and "
            "expires_at > :now order by status_index limit 1")
      .with(floor, now)
      .into(lowest)
      .run();
  const std::int64_t first_list = lowest / kStatusListSize;
  if (first_list <= feed.first_list) return 0;
  Statement(session, "update feed set seq = seq + 1, first_list = :first_list, first_list_at = :now")
      .with(first_list, now)
      .run();
  forget_dropped(session);
  return first_list - feed.first_list;
}

Result<void> start_epoch(soci::session& session, const EpochStart& start) {
  TRY(feed, read_feed(session));
  const std::int64_t list = start.unused_after(feed.last_list);
  const std::int64_t kept = start.keep_sessions ? move_living(session, list, start.now) : 0;
  if (last_announced(list * kStatusListSize + kept) > kLastStatusList)
    return fail(Errc::kInvalidArgument, "no status list has so high a number; compare this machine's clock");
  end_older(session, list, kept, start.now);
  Statement(session, "update feed set epoch = :epoch").with(start.name).run();
  skip_key_versions(session, start);
  return {};
}

}  // namespace signet::storage::sql

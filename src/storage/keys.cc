#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/try.h"
#include "storage/feed.h"
#include "storage/sql.h"
#include "storage/statement.h"

namespace soci {

template <>
struct type_conversion<signet::storage::SigningKey::State> {
  using State = signet::storage::SigningKey::State;
  using base_type = std::string;
  static constexpr std::pair<State, const char*> kNames[] = {
      {State::kNext, "next"}, {State::kActive, "active"}, {State::kRetired, "retired"}};

  static void from_base(const std::string& in, indicator, State& out) {
    for (const auto& [state, name] : kNames) {
      if (in == name) out = state;
    }
  }
  static void to_base(State in, std::string& out, indicator& state_of_out) {
    for (const auto& [state, name] : kNames) {
      if (in == state) out = name;
    }
    state_of_out = i_ok;
  }
};

}  // namespace soci

namespace signet::storage::sql {
namespace {

using enum SigningKey::State;

std::string select_keys(std::string_view rest) {
  return fmt::format(
      "select kid, algorithm, public_jwk, sealed_private_jwk, state, created_at, signs_from, retired_at from "
      "signing_keys {}",
      rest);
}

Statement& into(Statement& statement, SigningKey& key) {
  return statement.into(key.kid, key.algorithm, key.public_jwk, key.sealed_private_jwk, key.state,
                        key.created_at, key.signs_from, key.retired_at);
}

std::optional<SigningKey> find_key(soci::session& session, SigningKey::State state) {
  SigningKey key;
  Statement find(session, select_keys("where state = :state"));
  find.with(state);
  if (!into(find, key).run()) return std::nullopt;
  return key;
}

// Every transaction below that changes what is published says so once, by note_key_change.

void retire_active_key(soci::session& session, Time now) {
  Statement(session, "update signing_keys set state = 'retired', retired_at = :now where state = 'active'")
      .with(now)
      .run();
}

Result<void> insert_key(soci::session& session, const SigningKey& key) {
  Statement insert(
      session,
      "insert into signing_keys (kid, algorithm, public_jwk, sealed_private_jwk, state, created_at, "
      "signs_from, retired_at) values (:kid, :algorithm, :public_jwk, :sealed_private_jwk, :state, "
      ":created_at, :signs_from, :retired_at) on conflict do nothing");
  insert.with(key.kid, key.algorithm, key.public_jwk, key.sealed_private_jwk, key.state, key.created_at,
              key.signs_from, key.retired_at);
  insert.run();
  if (insert.changed() == 0) return fail(Errc::kConflict, "the kid is known, or there is a next key");
  return {};
}

void activate(soci::session& session, std::string_view kid, Time now) {
  retire_active_key(session, now);
  Statement(session, "update signing_keys set state = 'active', signs_from = :now where kid = :kid")
      .with(now, kid)
      .run();
}

}  // namespace

Result<SigningKeys> signing_keys(soci::session& session) {
  SigningKeys found;
  Statement(session, "select version from key_set").into(found.version).run();
  SigningKey key;
  Statement list(session, select_keys("order by created_at, kid"));
  for (bool more = into(list, key).run(); more; more = list.next()) found.keys.push_back(key);
  return found;
}

Result<void> add_signing_key(soci::session& session, const SigningKey& key) {
  if (key.state == kActive) {
    retire_active_key(session, key.created_at);
    Statement(session, "delete from signing_keys where state = 'next' and algorithm <> :algorithm")
        .with(key.algorithm)
        .run();
  }
  TRY_DO(insert_key(session, key));
  note_key_change(session, key.created_at);
  return {};
}

Result<SigningKey> ensure_active_key(soci::session& session, const SigningKey& key) {
  if (const auto active = find_key(session, kActive)) return *active;
  SigningKey active = key;
  active.state = kActive;
  TRY_DO(add_signing_key(session, active));
  return active;
}

Result<SigningKey> schedule_next_key(soci::session& session, const SigningKey& key) {
  SigningKey next = key;
  next.state = kNext;
  const auto known = find_key(session, kNext);
  if (!known) {
    TRY_DO(add_signing_key(session, next));
    return next;
  }
  next = *known;
  next.signs_from = std::min(next.signs_from, key.signs_from);
  Statement(session, "update signing_keys set signs_from = :signs_from where kid = :kid")
      .with(next.signs_from, next.kid)
      .run();
  return next;
}

Result<bool> promote_next_key(soci::session& session, Time now) {
  const auto next = find_key(session, kNext);
  if (!next || next->signs_from > now) return false;
  activate(session, next->kid, now);
  note_key_change(session, now);
  return true;
}

Result<void> drop_signing_key(soci::session& session, std::string_view kid, const SigningKey& replacement,
                              Time now) {
  const auto active = find_key(session, kActive);
  Statement drop(session, "delete from signing_keys where kid = :kid");
  drop.with(kid).run();
  if (drop.changed() == 0) return fail(Errc::kNotFound, "no such signing key");
  if (active && active->kid == kid) {
    const auto next = find_key(session, kNext);
    if (next) {
      activate(session, next->kid, now);
    } else {
      TRY_DO(insert_key(session, replacement));
    }
  }
  note_key_change(session, now);
  return {};
}

Result<std::int64_t> forget_retired_keys(soci::session& session, Time before) {
  Statement forget(session, "delete from signing_keys where state = 'retired' and retired_at < :before");
  forget.with(before).run();
  const auto forgotten = forget.changed();
  if (forgotten > 0) note_key_change(session, before);
  return forgotten;
}

}  // namespace signet::storage::sql

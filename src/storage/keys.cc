#include <fmt/format.h>

#include <utility>

#include "base/try.h"
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

std::string select_keys(std::string_view rest) {
  return fmt::format(
      "select kid, algorithm, public_jwk, sealed_private_jwk, state, created_at, retired_at from "
      "signing_keys {}",
      rest);
}

Statement& into(Statement& statement, SigningKey& key) {
  return statement.into(key.kid, key.algorithm, key.public_jwk, key.sealed_private_jwk, key.state,
                        key.created_at, key.retired_at);
}

void retire_active_key(soci::session& session, Time now) {
  Statement(session, "update signing_keys set state = 'retired', retired_at = :now where state = 'active'")
      .with(now)
      .run();
}

}  // namespace

Result<std::vector<SigningKey>> list_signing_keys(soci::session& session) {
  SigningKey key;
  Statement list(session, select_keys("order by created_at, kid"));
  std::vector<SigningKey> keys;
  for (bool more = into(list, key).run(); more; more = list.next()) keys.push_back(key);
  return keys;
}

Result<void> add_signing_key(soci::session& session, const SigningKey& key) {
  if (key.state == SigningKey::State::kActive) retire_active_key(session, key.created_at);
  Statement insert(
      session,
      "insert into signing_keys (kid, algorithm, public_jwk, sealed_private_jwk, state, created_at, "
      "retired_at) values (:kid, :algorithm, :public_jwk, :sealed_private_jwk, :state, :created_at, "
      ":retired_at) on conflict do nothing");
  insert.with(key.kid, key.algorithm, key.public_jwk, key.sealed_private_jwk, key.state, key.created_at,
              key.retired_at);
  insert.run();
  if (insert.changed() == 0) return fail(Errc::kConflict, "the kid is known");
  return {};
}

Result<SigningKey> ensure_active_key(soci::session& session, const SigningKey& key) {
  SigningKey active;
  Statement find(session, select_keys("where state = 'active'"));
  if (into(find, active).run()) return active;

  active = key;
  active.state = SigningKey::State::kActive;
  TRY_DO(add_signing_key(session, active));
  return active;
}

}  // namespace signet::storage::sql

#include "server/key_life.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/try.h"
#include "server/or_explain.h"

namespace signet::server {
namespace {

using storage::SigningKey;
using storage::SigningKeys;
using State = SigningKey::State;
using std::chrono::seconds;

constexpr const char* kSharedSecret =
    "tokens are signed with a secret that the APIs share, which does not rotate: to change it, stop the "
    "issuer, "
    "replace the secret's file, and give the new one to every API";

const SigningKey* in_state(const SigningKeys& stored, State state) {
  const auto found = std::ranges::find(stored.keys, state, &SigningKey::state);
  return found == stored.keys.end() ? nullptr : &*found;
}

OrExplain<void> forget_old_keys(App& app, Time now) {
  TRY(forgotten, or_explain(app.store.forget_retired_keys(now - kRetiredFor), "forgetting retired keys"));
  if (forgotten > 0) spdlog::info("{} signing keys, retired for long enough, are gone", forgotten);
  return {};
}

OrExplain<SigningKey> schedule_key(App& app, Time now, Time signs_from) {
  TRY(fresh, make_signing_key(app.tokens.algorithm, app.master_key, State::kNext, now, signs_from));
  TRY(next, or_explain(app.store.schedule_next_key(fresh), "publishing the next signing key"));
  if (next.kid == fresh.kid) spdlog::info("the next signing key {} is published", next.kid);
  return next;
}

OrExplain<void> publish_ahead(App& app, const SigningKeys& stored, Time now) {
  const SigningKey* active = in_state(stored, State::kActive);
  if (!active || in_state(stored, State::kNext)) return {};
  const seconds lifetime = app.tokens.key_lifetime;
  const seconds ahead = std::min<seconds>(kPublishedAhead, lifetime / 2);
  if (now < active->signs_from + lifetime - ahead) return {};
  // Late, since the issuer was not running: the guards still get their time.
  TRY_DO(schedule_key(app, now, std::max(active->signs_from + lifetime, now + ahead)));
  return {};
}

OrExplain<void> promote(App& app, Time now) {
  TRY(promoted, or_explain(app.store.promote_next_key(now), "letting the next key sign"));
  if (promoted) spdlog::info("the next signing key signs from now on; the one before verifies on");
  return {};
}

}  // namespace

const char* key_state_name(State state) noexcept {
  return state == State::kNext ? "next" : state == State::kActive ? "active" : "retired";
}

OrExplain<void> tend_signing_keys(App& app) {
  if (is_shared_secret(app.tokens.algorithm)) return {};
  const Time now = app.clock.now();
  TRY(stored, or_explain(app.store.signing_keys(), "reading the signing keys"));
  // What reading says comes first: a writer's lock every half a minute would be for nothing.
  const bool old = std::ranges::any_of(stored.keys, [&](const SigningKey& key) {
    return key.retired_at && *key.retired_at + kRetiredFor < now;
  });
  if (old) TRY_DO(forget_old_keys(app, now));
  const SigningKey* next = in_state(stored, State::kNext);
  if (next && next->signs_from <= now) TRY_DO(promote(app, now));
  TRY_DO(publish_ahead(app, stored, now));
  return app.keys.reload(app.store, app.master_key);
}

OrExplain<SigningKey> rotate_signing_keys(App& app, bool at_once) {
  if (is_shared_secret(app.tokens.algorithm)) return explain(Errc::kUnsupported, kSharedSecret);
  const Time now = app.clock.now();
  TRY(stored, or_explain(app.store.signing_keys(), "reading the signing keys"));
  const SigningKey* known = in_state(stored, State::kNext);
  const Time signs_from = at_once ? now : (known ? known->created_at : now) + kPublishedAheadOnCommand;
  TRY(next, schedule_key(app, now, signs_from));
  if (next.signs_from <= now) {
    TRY_DO(promote(app, now));
    next.state = State::kActive;
    next.signs_from = now;
  }
  TRY_DO(app.keys.reload(app.store, app.master_key));
  return next;
}

OrExplain<void> drop_signing_key(App& app, std::string_view kid) {
  if (is_shared_secret(app.tokens.algorithm)) return explain(Errc::kUnsupported, kSharedSecret);
  const Time now = app.clock.now();
  TRY(stored, or_explain(app.store.signing_keys(), "reading the signing keys"));
  if (std::ranges::find(stored.keys, kid, &SigningKey::kid) == stored.keys.end()) {
    return explain(Errc::kNotFound, "there is no such signing key");
  }
  TRY(replacement, make_signing_key(app.tokens.algorithm, app.master_key, State::kActive, now, now));
  TRY_DO(or_explain(app.store.drop_signing_key(kid, replacement, now), "dropping the signing key"));
  spdlog::warn("the signing key {} is dropped: what it signed is refused wherever this is heard", kid);
  return app.keys.reload(app.store, app.master_key);
}

}  // namespace signet::server

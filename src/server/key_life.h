// The life of the issuer's signing keys: next (published, not signing yet) -> active -> retired (published,
// so that what it signed verifies) -> gone. Each step is one transaction of the store, and what follows from
// the dates there: whatever was interrupted is taken up again by the next tend_signing_keys, on any node.
//
// Nothing of this applies where the APIs share a secret with the issuer (HS256): see is_shared_secret.
#pragma once

#include <string_view>

#include "server/app.h"

namespace signet::server {

/// kPublishedAhead is how long a next key is published before it takes over by itself; half of
/// tokens.key_lifetime where that is less. Every guard fetches the keys within it.
inline constexpr std::chrono::hours kPublishedAhead{24};

/// kPublishedAheadOnCommand is the same for a rotation that somebody asked for: twice as long as kKeysMaxAge,
/// which no guard's copy outlives.
inline constexpr std::chrono::seconds kKeysMaxAge{300};
inline constexpr std::chrono::seconds kPublishedAheadOnCommand{600};

/// kRetiredFor is how long a retired key is published. No access token can be set to live longer than a day,
/// and no verifier's leeway is longer than ten minutes; the rest is for nodes that learn of the change late.
inline constexpr std::chrono::seconds kRetiredFor = std::chrono::hours(24) + std::chrono::minutes(30);

/// key_state_name is "next", "active" or "retired".
[[nodiscard]] const char* key_state_name(storage::SigningKey::State state) noexcept;

/// tend_signing_keys does what is due: forgets what has been retired for long enough, publishes the next key,
/// lets it sign, and takes over what another node has changed. Cheap when nothing is due.
[[nodiscard]] OrExplain<void> tend_signing_keys(App& app);

/// rotate_signing_keys publishes a next key, if there is none, to sign kPublishedAheadOnCommand after its
/// publication, or at once with `at_once`: guards then refuse its tokens until they have fetched it, which
/// takes them some seconds. Returns the key that takes over, or that has. kUnsupported: the APIs share a
/// secret.
[[nodiscard]] OrExplain<storage::SigningKey> rotate_signing_keys(App& app, bool at_once);

/// drop_signing_key takes a key out of the published set, and makes the next or a new one active if it was
/// the active one, in one transaction. Everything that it signed is refused by every verifier that has heard
/// of it. kNotFound; kUnsupported: the APIs share a secret.
[[nodiscard]] OrExplain<void> drop_signing_key(App& app, std::string_view kid);

}  // namespace signet::server

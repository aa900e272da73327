// What the handlers share, and how they come together.
#pragma once

#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <vector>

#include "base/clock.h"
#include "crypto/seal.h"
#include "http/router.h"
#include "server/config.h"
#include "server/key_ring.h"
#include "server/revocation_feed.h"
#include "storage/store.h"

namespace signet::server {

/// App is set up by one thread, before the first request; from then on only `store`, `keys` and what
/// threads wait on move. It borrows, and lives as long as the router that make_router made.
struct App {
  storage::Store& store;
  const Clock& clock;
  const crypto::MasterKey& master_key;
  KeyRing& keys;

  std::string issuer;  // `iss`, and the base of all our URLs
  Config::Tokens tokens;
  Config::Sessions sessions;
  crypto::PasswordCost passwords;
  std::vector<std::string> dummy_hashes;  // see make_dummy_hashes

  std::unique_ptr<RevocationFeed> feed{};  // there before the first request

  /// Held by who looks at the store and then changes users or services on the strength of it (is another
  /// administrator left? is there such a service?): the two are one step.
  std::mutex user_changes{};

  /// How many passwords are hashed at once for administrators. They have slots of their own, since the lane
  /// for passwords may be full of strangers who try to sign in.
  static constexpr std::ptrdiff_t kAdminHashes = 2;
  std::counting_semaphore<kAdminHashes> admin_hashes{kAdminHashes};
};

/// make_router puts every endpoint of the issuer on its lane.
[[nodiscard]] http::Router make_router(App& app);

// One for each file of endpoints.
void add_login_api(http::Router& router, App& app);
void add_sessions_api(http::Router& router, App& app);
void add_admin_users_api(http::Router& router, App& app);
void add_admin_services_api(http::Router& router, App& app);
void add_admin_accounts_api(http::Router& router, App& app);
void add_admin_keys_api(http::Router& router, App& app);
void add_token_api(http::Router& router, App& app);
void add_admin_revocations_api(http::Router& router, App& app);
void add_admin_verifier_keys_api(http::Router& router, App& app);
void add_revocation_api(http::Router& router, App& app);
void add_well_known_api(http::Router& router, App& app);
void add_health_api(http::Router& router, App& app);

}  // namespace signet::server

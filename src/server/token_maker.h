// From a user, a session and services to an access token (RFC 9068).
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "server/app.h"
#include "storage/store.h"

namespace signet::server {

/// is_reserved_claim: the issuer sets it, so that nobody else may.
[[nodiscard]] bool is_reserved_claim(std::string_view name);

/// Grant is what a token says: who, in which session, for which services. `id` is to be its `jti`.
struct Grant {
  const storage::User& user;
  const storage::Session& session;
  const std::vector<storage::Service>& audience;
  Time now;
  std::string id;
};

struct AccessToken {
  std::string text;
  std::chrono::seconds lifetime;
};

/// access_lifetime is how long a token for these services lives: as the strictest of them says, and where one
/// says nothing, as the user's own setting or the issuer's does.
[[nodiscard]] std::chrono::seconds access_lifetime(const App& app, const storage::User& user,
                                                   const std::vector<storage::Service>& audience);

/// make_access_token signs with the issuer's key, or with the secret of the one service in `audience` that
/// has one, or, for the audience `signet`, with the key that only the issuer has. It lives as long as the
/// strictest service says, and never longer than its session. kInvalidArgument: the token would be longer
/// than verifiers accept. kMalformed: the service's secret cannot be opened.
[[nodiscard]] Result<AccessToken> make_access_token(const App& app, const Grant& grant);

}  // namespace signet::server

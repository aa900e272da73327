// The login that is kept between commands: $XDG_CONFIG_HOME/signet/session.json, or the same below ~/.config,
// of mode 0600.
#pragma once

#include <optional>
#include <string>

#include "cli/trouble.h"
#include "signet/json.h"
#include "signet/time.h"

namespace signet::cli {

struct Session {
  std::string server;  // the only one that its tokens are ever sent to
  std::string access_token;
  std::string refresh_token;
  Time expires_at;  // of the access token
};

/// session_path is where it is kept. Misused: neither XDG_CONFIG_HOME nor HOME is set.
[[nodiscard]] OrTrouble<std::string> session_path();

/// load_session returns nullopt when nobody is logged in.
[[nodiscard]] OrTrouble<std::optional<Session>> load_session();

/// save_session replaces the file in one step.
[[nodiscard]] OrTrouble<void> save_session(const Session& session);

/// forget_session removes the file, if there is one.
[[nodiscard]] OrTrouble<void> forget_session();

/// session_of reads what /v1/login and /v1/refresh answer.
[[nodiscard]] OrTrouble<Session> session_of(Json answer, const std::string& server, Time now);

}  // namespace signet::cli

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
  std::string server;    // the only one that its tokens are ever sent to
  std::string username;  // as typed at the login
  std::string audience;  // services asked for, separated by spaces; empty: all that the user may use
  std::string access_token{};
  std::string refresh_token{};
  Time expires_at{};  // of the access token
};

/// session_path is where it is kept. Misused: neither XDG_CONFIG_HOME nor HOME is set.
[[nodiscard]] OrTrouble<std::string> session_path();

/// load_session returns nullopt when nobody is logged in.
[[nodiscard]] OrTrouble<std::optional<Session>> load_session();

/// save_session replaces the file in one step.
[[nodiscard]] OrTrouble<void> save_session(const Session& session);

/// forget_session removes the file, if there is one.
[[nodiscard]] OrTrouble<void> forget_session();

/// with_tokens is `session` with what /v1/login or /v1/refresh answered.
[[nodiscard]] OrTrouble<Session> with_tokens(Session session, Json answer, Time now);

}  // namespace signet::cli

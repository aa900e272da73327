// What signing in and refreshing answer.
#pragma once

#include <string>
#include <vector>

#include "server/answers.h"
#include "server/app.h"

namespace signet::server {

/// token_answer makes an access token and the refresh token numbered `session.refresh_counter`.
[[nodiscard]] http::Response token_answer(const App& app, const storage::SessionAndUser& who,
                                          const std::vector<storage::Service>& audience, Time now);

/// cookie_answer sets the session cookie instead.
[[nodiscard]] http::Response cookie_answer(const App& app, const storage::Session& session, Time now);

/// cleared_cookie is the value of Set-Cookie that makes a browser forget it.
[[nodiscard]] std::string cleared_cookie();

}  // namespace signet::server

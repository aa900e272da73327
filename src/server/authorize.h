// Who is asking: by access token, or by session cookie.
#pragma once

#include <optional>
#include <string_view>

#include "http/router.h"
#include "server/answers.h"
#include "server/app.h"

namespace signet::server {

inline constexpr std::string_view kCookieName = "__Host-signet";
inline constexpr std::string_view kAdminRole = "admin";

/// Caller is a session that the store knows to be alive now, and its user.
using Caller = storage::SessionAndUser;

/// bearer_token takes the token out of the Authorization header; nothing when there is none.
[[nodiscard]] std::optional<std::string_view> bearer_token(const http::Request& request);

/// bearer_caller verifies the access token, which must name the audience `signet`, and looks its session up,
/// so that an ended one is refused at once. 401 otherwise.
[[nodiscard]] Step<Caller> bearer_caller(const App& app, const http::Request& request);

/// session_cookie returns the id in the session cookie; nothing when there is no good one.
[[nodiscard]] std::optional<std::string> session_cookie(const App& app, const http::Request& request);

/// cookie_caller looks the cookie's session up. 401 otherwise.
[[nodiscard]] Step<Caller> cookie_caller(const App& app, const http::Request& request);

/// is_cross_site tells that a page of another site made a browser send this.
[[nodiscard]] bool is_cross_site(const App& app, const http::Request& request);

using AdminHandler = Step<http::Response> (*)(App& app, const http::Request& request);

/// for_admins wraps a handler of the admin API: only an administrator gets in, by the token's roles and by
/// the store's at this moment. What an administrator changes, and who was kept out, goes to the log as an
/// audit line. `action` names it there.
[[nodiscard]] http::Handler for_admins(App& app, AdminHandler handler, std::string_view action);

}  // namespace signet::server

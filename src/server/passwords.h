// Passwords: how long they must be, and how they are made up and kept.
#pragma once

#include <string>
#include <string_view>

#include "server/app.h"

namespace signet::server {

// NIST SP 800-63B §5.1.1.2: at least 8 characters, long ones welcome, and no rules about which.
inline constexpr std::size_t kMinPassword = 8;
inline constexpr std::size_t kMaxPassword = 1024;  // bytes: hashing must not be a way to keep us busy

/// count_characters counts the code points of a UTF-8 text.
[[nodiscard]] std::size_t count_characters(std::string_view text);

/// make_password returns 100 random bits in letters and digits that people can read to each other.
[[nodiscard]] std::string make_password();

/// renew_hash replaces the hash of a user whose password has just been proved, if it was made at another cost
/// than today's; `user` then has the new one. A failure is logged, and tried again at the next sign-in.
void renew_hash(const App& app, storage::User& user, std::string_view password);

}  // namespace signet::server

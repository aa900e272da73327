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

/// make_dummy_hashes returns one hash that no password matches for each cost that a stored hash was made at,
/// and for today's; see spend_on_refusal. New hashes have today's cost, so that one look at the start is
/// enough; what has been renewed since merely costs a little more time.
[[nodiscard]] OrExplain<std::vector<std::string>> make_dummy_hashes(storage::Store& store,
                                                                    crypto::PasswordCost cost);

/// spend_on_refusal makes every refused guess take the same time, whoever was guessed at: together with the
/// one computation for `tried`, the user's hash (empty for an unknown user), it does one at each cost there
/// is.
void spend_on_refusal(const App& app, std::string_view tried, std::string_view password);

}  // namespace signet::server

// What things may be called. Usernames keep to a small profile of ASCII, so that no two look alike: there is
// no "аlice" with a Cyrillic letter, no invisible character, no second spelling of the same one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::server {

inline constexpr std::size_t kMaxUsername = 128;
inline constexpr std::size_t kMaxServiceName = 64;
inline constexpr std::string_view kIssuerService = "signet";  // the audience of the issuer's own API

/// kUsernameProfile says what normal_username accepts, for people.
inline constexpr std::string_view kUsernameProfile =
    "a username has 1 to 128 of a-z 0-9 . _ - @ +, and no other character, so that no two names look alike";

/// normal_username returns the one spelling of a username: ASCII capitals become small letters. Nothing for
/// what cannot be one. Creating and signing in both use it.
[[nodiscard]] std::optional<std::string> normal_username(std::string_view text);

/// is_service_name: 1 to 64 of a-z 0-9 . _ -, a letter or a digit first.
[[nodiscard]] bool is_service_name(std::string_view text);

/// is_word tells whether text may be one word of a scope (RFC 6749 §3.3), or a role: visible ASCII without "
/// and \.
[[nodiscard]] bool is_word(std::string_view text);

/// The store keeps lists as texts with single spaces between the words.
/// split_words returns the first `most` of the words.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text,
                                                   std::size_t most = std::string_view::npos);
[[nodiscard]] std::string join_words(const std::vector<std::string>& words);
[[nodiscard]] bool has_word(std::string_view text, std::string_view word);

/// has_duplicates tells whether a word comes twice.
[[nodiscard]] bool has_duplicates(std::vector<std::string> words);

}  // namespace signet::server

// Passwords, kept as Argon2id (RFC 9106) in the encoded form that every Argon2 library reads.
#pragma once

#include <string>
#include <string_view>

#include "signet/result.h"

namespace signet::crypto {

/// PasswordCost is how much work one guess costs. The default is OWASP's: 19 MiB, two passes, one lane.
struct PasswordCost {
  std::size_t memory_kib = 19 * 1024;
  unsigned passes = 2;
};

/// hash_password returns "$argon2id$v=19$m=...,t=...,p=1$SALT$HASH" with a new salt. Takes tens of
/// milliseconds by design. kInvalidArgument: a cost that Argon2 does not know. kUnavailable: not enough
/// memory.
[[nodiscard]] Result<std::string> hash_password(std::string_view password, PasswordCost cost);

/// password_matches takes its time whether or not they match, and answers false for a broken hash.
[[nodiscard]] bool password_matches(std::string_view hash, std::string_view password);

/// needs_rehash tells that `hash` was made at another cost, so that the next login should replace it.
[[nodiscard]] bool needs_rehash(std::string_view hash, PasswordCost cost);

}  // namespace signet::crypto

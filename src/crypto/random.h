// Randomness from the operating system, and comparison that does not tell where it stopped.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/secret.h"
#include "signet/result.h"

namespace signet::crypto {

/// start_sodium prepares libsodium; cheap after the first time. kInternal: the system has no randomness.
[[nodiscard]] Result<void> start_sodium() noexcept;

/// random_secret returns `size` bytes that nobody can guess. Ends the process when the system has no
/// randomness: there is nothing safe to do then.
[[nodiscard]] Secret random_secret(std::size_t size);

/// RFC 7519 §4.1.7: "there is a negligible probability that the same value will be accidentally assigned to a
/// different data object". random_id returns 16 random bytes in base64url, 22 characters: for `jti`, `sid` and the like.
/// None begins with a dash, since people pass them to commands, which would take that for an option.
[[nodiscard]] std::string random_id();

/// equal compares in a time that depends on the lengths alone.
[[nodiscard]] bool equal(ByteView a, ByteView b) noexcept;

}  // namespace signet::crypto

// Errors as values. Nothing in Signet's public interface throws; every function that can fail returns a
// Result.
//
//   signet::Result<VerifiedToken> token = guard.check(header);
//   if (!token) return respond(signet::http_status(token.error().code));
//
// All types here are plain values, safe to use from any thread.
#pragma once

#include <version>
#ifndef __cpp_lib_expected
#error "Signet's headers need C++23: -std=c++23, with g++ 12 or newer"
#endif

#include <cstdint>
#include <expected>
#include <string_view>

#include "signet/export.h"

namespace signet {

/// Errc says what a caller can do differently; it is not a list of everything that can go wrong.
enum class Errc : std::uint8_t {
  kMalformed,        // not a well-formed token, key, header or JSON text
  kUnsupported,      // well-formed, but uses something that Signet refuses by design
  kUnknownKey,       // no key with that `kid`: refresh the key set, or refuse
  kBadSignature,     // the signature does not hold under the key
  kExpired,          // `exp` has passed: the client should refresh
  kNotYetValid,      // `nbf` has not come yet: look at the clocks
  kWrongIssuer,      // issued by somebody else
  kWrongAudience,    // meant for another service
  kWrongType,        // another kind of token: an ID token, a refresh token, ...
  kRevoked,          // the session was ended: the client must sign in anew
  kStale,            // out of touch with the issuer for longer than the policy allows: answer 503
  kNotFound,         // no such user, session, member, file
  kConflict,         // it exists already, or somebody changed it meanwhile
  kUnavailable,      // try again later: database, network or pool is busy or down
  kInvalidArgument,  // the caller's mistake: a weak key, an empty audience, ...
  kInternal,         // a bug of ours, or out of memory
};

/// errc_name returns the code as scripts and logs spell it: "expired", "bad_signature", ...
[[nodiscard]] SIGNET_API std::string_view errc_name(Errc code) noexcept;

/// Error never holds text of the token, key or password that caused it, so that it is safe to log.
struct Error {
  Errc code;
  const char* what;  // a literal, in English, without a full stop
};

template <class T>
using Result = std::expected<T, Error>;

}  // namespace signet

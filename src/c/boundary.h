// Where C++ ends: what every function of signet.h goes through, so that no exception leaves it.
#pragma once

#include <cstring>
#include <exception>
#include <new>
#include <string_view>

#include "base/try.h"
#include "signet/signet.h"
#include "signet/token.h"

struct signet_token {
  signet::VerifiedToken token;
};

namespace signet::c {

inline constexpr Error kNullArgument{Errc::kInvalidArgument, "an argument is NULL"};

/// code_of maps an error onto C's number for it, which never changes.
[[nodiscard]] signet_code code_of(Errc code) noexcept;

/// errc_of is its inverse; kInternal for what is no code of ours, so that it ends as a refusal.
[[nodiscard]] Errc errc_of(signet_code code) noexcept;

/// refuse tells why, when somebody asked, and returns the code.
inline signet_code refuse(Error error, const char** why) noexcept {
  if (why) *why = error.what;
  return code_of(error.code);
}

/// at_boundary runs `body`, which returns a Result<void>, and turns whatever leaves it into a code.
template <class Body>
signet_code at_boundary(const char** why, Body&& body) noexcept {
  try {
    if (const Result<void> done = body(); !done) return refuse(done.error(), why);
    if (why) *why = "";
    return SIGNET_OK;
  } catch (const std::bad_alloc&) {
    return refuse({Errc::kInternal, "out of memory"}, why);
  } catch (...) {  // a thread that cannot be started, for one
    return refuse({Errc::kInternal, "something inside Signet failed"}, why);
  }
}

/// given is a text that came in; it must not be NULL.
inline std::string_view given(const char* text, std::size_t length) noexcept {
  return {text, length == SIGNET_NUL_TERMINATED ? std::strlen(text) : length};
}

/// lent is a text that goes out and stays ours.
inline signet_text lent(std::string_view text) noexcept {
  return {text.data() ? text.data() : "", text.size()};
}

/// hand_over copies a text into C's memory, for signet_free. Throws std::bad_alloc.
[[nodiscard]] char* hand_over(std::string_view text);

/// hand_over_token does the same with a token, or passes on why there is none. Throws std::bad_alloc.
[[nodiscard]] inline Result<void> hand_over_token(Result<VerifiedToken> verified, signet_token** token) {
  if (!verified) return std::unexpected(verified.error());
  *token = new signet_token{*std::move(verified)};
  return {};
}

}  // namespace signet::c

// The one control-flow macro: failures leave early, the happy path stays at the left.
#pragma once

#include "signet/result.h"

namespace signet {

/// fail(code, what) is what a function returns to refuse: `return fail(Errc::kMalformed, "...");`
[[nodiscard]] constexpr std::unexpected<Error> fail(Errc code, const char* what) {
  return std::unexpected(Error{code, what});
}

}  // namespace signet

/// TRY(name, expression) leaves the function with the expression's error, or else declares `name` as its
/// value.
#define TRY(name, expression)                                            \
  auto name##_or_error = (expression);                                   \
  if (!name##_or_error) return std::unexpected(name##_or_error.error()); \
  auto& name = *name##_or_error

/// TRY_DO(expression) is TRY for a Result<void>.
#define TRY_DO(expression)                                                     \
  do {                                                                         \
    if (auto done = (expression); !done) return std::unexpected(done.error()); \
  } while (false)

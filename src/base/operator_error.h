// Errors for the operator's eyes: configuration, command line, opening the store. They name what was wrong,
// where, and the way out, so they carry text. Never sent to a client over HTTP.
#pragma once

#include <expected>
#include <string>

#include "signet/result.h"

namespace signet {

struct OperatorError {
  Errc code = Errc::kInvalidArgument;
  std::string what;  // a full sentence or two: the cause, the place, the way out
};

template <class T>
using OrExplain = std::expected<T, OperatorError>;

/// explain(code, text) is what such a function returns to refuse.
[[nodiscard]] inline std::unexpected<OperatorError> explain(Errc code, std::string what) {
  return std::unexpected(OperatorError{code, std::move(what)});
}

}  // namespace signet

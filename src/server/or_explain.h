// From an error for programs to a sentence for the operator.
#pragma once

#include <fmt/core.h>

#include <string_view>
#include <type_traits>

#include "base/operator_error.h"
#include "signet/result.h"

namespace signet::server {

/// or_explain says what failed to the operator: "reading the signing keys: the disk is full".
template <class T>
[[nodiscard]] OrExplain<T> or_explain(Result<T> result, std::string_view doing) {
  if (!result) return explain(result.error().code, fmt::format("{}: {}", doing, result.error().what));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*result);
  }
}

}  // namespace signet::server

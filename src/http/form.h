// Percent-encoding, and the `a=1&b=2` of queries and HTML forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace signet::http {

inline constexpr std::size_t kMostFields = 64;

/// percent_decode undoes %XX. It returns nothing for a % without two hex digits, and for a result that is not
/// UTF-8 or has control characters in it.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// parse_form reads application/x-www-form-urlencoded text, in which `+` is a space: a query, or the body of
/// a form. It keeps the order, and repeated names. It returns nothing where percent_decode would, and for more than
/// kMostFields: whoever looks each of them up in all of them does not do so thousands of times.
[[nodiscard]] std::optional<std::vector<Field>> parse_form(std::string_view text);

}  // namespace signet::http

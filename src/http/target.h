// The request target: parsed once, strictly. What two readers could read in two ways is refused.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace signet::http {

struct Target {
  std::string path;  // decoded; begins with '/', or is "*"
  std::vector<Field> queries;
};

/// parse_target reads the origin-form, and `*` for OPTIONS. The error is a sentence for the client.
[[nodiscard]] std::expected<Target, const char*> parse_target(std::string_view method,
                                                              std::string_view target);

/// is_host tells whether this is a valid value for Host (RFC 9110, section 7.2).
[[nodiscard]] bool is_host(std::string_view value);

}  // namespace signet::http

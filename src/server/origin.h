// The origin of a URL: what browsers put into `Origin` (RFC 6454 §6.2).
#pragma once

#include <string>
#include <string_view>

namespace signet::server {

/// origin_of returns "scheme://host[:port]" in small letters, without a port that the scheme implies.
[[nodiscard]] std::string origin_of(std::string_view url);

}  // namespace signet::server

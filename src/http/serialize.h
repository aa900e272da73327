// The bytes of a response's head.
#pragma once

#include <ctime>
#include <expected>
#include <string>
#include <string_view>

#include "http/message.h"

namespace signet::http {

/// Framing is what the connection, and not the handler, decides about a response.
struct Framing {
  std::string_view date;    // RFC 9110, section 5.6.7
  bool close = false;       // the connection ends after it
  bool keep_alive = false;  // say so: an HTTP/1.0 client asked for it
  bool content = true;      // false: this answers HEAD
};

/// serialize_head writes status line and headers, with the empty line. The error, a sentence for the log, is
/// about a header that a handler must not set, or that would break out of its line.
[[nodiscard]] std::expected<std::string, const char*> serialize_head(const Response& response,
                                                                     const Framing& framing);

/// http_date writes a time as HTTP does: "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] std::string http_date(std::time_t time);

/// has_content tells whether a response of that status has a body at all (RFC 9110, section 6.4.1).
[[nodiscard]] bool has_content(int status);

}  // namespace signet::http

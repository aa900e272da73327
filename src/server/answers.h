// The answers that many handlers give, and the type of a step that may end a request with one.
#pragma once

#include <expected>
#include <string_view>

#include "http/message.h"
#include "signet/result.h"

namespace signet::server {

/// Step is a value to go on with, or the answer that ends the request.
template <class T>
using Step = std::expected<T, http::Response>;

/// either returns the answer, whichever way it came.
[[nodiscard]] http::Response either(Step<http::Response> answer);

/// bad_field is 400: the member `field` of the request is at fault.
[[nodiscard]] http::Response bad_field(std::string_view field, std::string_view detail);

/// unauthenticated is 401 where a token is expected (RFC 6750 §3). `error` is empty when none was presented.
[[nodiscard]] http::Response unauthenticated(std::string_view error, std::string_view detail);

/// forbidden is 403.
[[nodiscard]] http::Response forbidden(std::string_view detail, std::string_view field = {});
[[nodiscard]] http::Response not_found(std::string_view detail);
[[nodiscard]] http::Response conflict(std::string_view detail, std::string_view field = {});

/// unavailable is 503 with Retry-After: what every failure of the store, the disk or the memory is to a
/// client.
[[nodiscard]] http::Response unavailable();

/// created is 201, with where it is.
[[nodiscard]] http::Response created(std::string json, std::string location);

}  // namespace signet::server

// What a stock OAuth client asks of the token endpoint: the form and its credentials (RFC 6749 §2.3.1, §4.4),
// and the answer when it may not (§5.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "http/message.h"
#include "server/answers.h"

namespace signet::server {

struct TokenRequest {
  std::string client_id;
  Secret client_secret;
  std::string scope;                  // empty: all that the account has
  std::vector<std::string> audience;  // empty: all services that it may use
};

/// read_token_request reads grant_type, client_id, client_secret, scope, audience and resource; the last two may
/// come more than once. At most 64 parameters, and 64 names of services in them. Otherwise the answer is oauth_error's.
[[nodiscard]] Step<TokenRequest> read_token_request(const http::Request& request);

/// oauth_error is 400, or 401 for invalid_client, as RFC 6749 §5.2 writes it. `description` is visible ASCII
/// without quotation marks and backslashes.
[[nodiscard]] http::Response oauth_error(std::string_view error, std::string_view description);

}  // namespace signet::server

// The one spelling of an issuer's URL. `iss` is compared byte by byte, and clients build their URLs on it, so
// that two spellings of one place would be two issuers.
#pragma once

#include <string_view>

namespace signet::server {

/// is_issuer_url: http or https, a host in lower case (a name, or an address in its usual form), a port where
/// it is not the scheme's own, and perhaps a path without empty or dot segments, escapes and a slash at the
/// end. No user, query or fragment.
[[nodiscard]] bool is_issuer_url(std::string_view text);

/// is_every_address tells whether `address`, however it is written, is the one to listen on all of them by.
[[nodiscard]] bool is_every_address(std::string_view address);

}  // namespace signet::server

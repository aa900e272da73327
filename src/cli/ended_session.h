// Whether the session of a token was ended, as its issuer says just now.
#pragma once

#include <string_view>

#include "guard/http_client.h"
#include "signet/key.h"
#include "signet/token.h"

namespace signet::cli {

/// check_session asks for the status list that the token names, when that is one of its issuer's. kRevoked; kUnavailable: the
/// list is not to be had; or as revocation::verify_list fails. A token that names none is not asked about.
[[nodiscard]] Result<void> check_session(const VerifiedToken& token, const KeySet& keys,
                                         guard::Fetcher& fetcher);

}  // namespace signet::cli

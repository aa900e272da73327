// The secret of a service account: 256 random bits that the account's program keeps. What is stored is a MAC
// of it under the master key. Nobody guesses 256 bits, so that a slow hash would protect nothing, and a wrong
// secret costs next to no time.
#pragma once

#include <string>
#include <string_view>

#include "crypto/seal.h"

namespace signet::server {

/// make_account_secret returns a new one, 43 characters of base64url.
[[nodiscard]] std::string make_account_secret();

/// hash_account_secret returns what is stored of it.
[[nodiscard]] std::string hash_account_secret(const crypto::MasterKey& master_key, std::string_view secret);

/// account_secret_matches takes the same time for every secret of the same length, and for an account that
/// does not exist, whose `stored` is empty.
[[nodiscard]] bool account_secret_matches(const crypto::MasterKey& master_key, std::string_view stored,
                                          std::string_view secret);

}  // namespace signet::server

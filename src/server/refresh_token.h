// The texts that stand for a session: the refresh token, `SID.N.MAC`, and the session cookie, `SID.MAC`. The
// MAC is checked, in constant time, before anything is looked up: who guesses does not reach the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal.h"

namespace signet::server {

struct RefreshToken {
  std::string session;
  std::int64_t counter = 0;
};

[[nodiscard]] std::string write_refresh_token(const crypto::MasterKey& key, const RefreshToken& token);
/// read_refresh_token returns nothing for what the issuer did not write.
[[nodiscard]] std::optional<RefreshToken> read_refresh_token(const crypto::MasterKey& key,
                                                             std::string_view text);

[[nodiscard]] std::string write_session_cookie(const crypto::MasterKey& key, std::string_view session);
/// read_session_cookie returns the session's id, nothing for what the issuer did not write.
[[nodiscard]] std::optional<std::string> read_session_cookie(const crypto::MasterKey& key,
                                                             std::string_view text);

}  // namespace signet::server

// What an administrator gets for a revocation, to see how far it has got: also after the administrator's own session was
// revoked with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal.h"
#include "signet/time.h"

namespace signet::server {

struct RevocationTicket {
  std::uint64_t seq = 0;
  Time expired{};  // when the last token that was revoked has expired by itself
};

[[nodiscard]] std::string write_revocation_ticket(const crypto::MasterKey& key,
                                                  const RevocationTicket& ticket);

/// read_revocation_ticket returns nothing for what the issuer did not write.
[[nodiscard]] std::optional<RevocationTicket> read_revocation_ticket(const crypto::MasterKey& key,
                                                                     std::string_view text);

}  // namespace signet::server

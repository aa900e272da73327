// Texts that the issuer hands out and gets back: with a MAC behind the last dot, so that nobody else can write one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal.h"

namespace signet::server {

/// with_mac returns `text`, a dot, and the MAC for `purpose`.
[[nodiscard]] std::string with_mac(const crypto::MasterKey& key, std::string_view purpose,
                                   std::string_view text);

/// without_mac returns what stands before the last dot when the rest is its MAC; it borrows.
[[nodiscard]] std::optional<std::string_view> without_mac(const crypto::MasterKey& key,
                                                          std::string_view purpose, std::string_view text);

}  // namespace signet::server

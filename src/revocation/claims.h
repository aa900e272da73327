// Claims of statements, read strictly: each has one type and bounds. For revocation/ alone.
#pragma once

#include <cstdint>
#include <string_view>

#include "signet/json.h"
#include "signet/result.h"

namespace signet::revocation {

// Each fails with kMalformed when the claim is absent, of another type, or out of bounds. Views borrow from the claims.
[[nodiscard]] Result<std::uint64_t> integer_claim(Json claims, std::string_view name, std::uint64_t min,
                                                  std::uint64_t max);
[[nodiscard]] Result<std::string_view> text_claim(Json claims, std::string_view name);
[[nodiscard]] Result<Json> object_claim(Json claims, std::string_view name);
[[nodiscard]] Result<std::string_view> epoch_claim(Json claims);

/// integer reads a value that must be one.
[[nodiscard]] Result<std::uint64_t> integer(Json value, std::uint64_t min, std::uint64_t max);

}  // namespace signet::revocation

// Lengths of time as people type them.
#pragma once

#include <cstdint>
#include <string>

#include "cli/trouble.h"

namespace signet::cli {

/// parse_lifetime reads what stands after `option`, "600", "600s", "10m", "1h" or "1d", as seconds.
[[nodiscard]] OrTrouble<std::int64_t> parse_lifetime(const std::string& text,
                                                     const char* option = "--access-lifetime");

}  // namespace signet::cli

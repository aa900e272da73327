// The name that somebody probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signet::server {

/// did_you_mean returns "; did you mean NAME?" for the known name that is at most two slips of the finger
/// away, and nothing when there is none.
[[nodiscard]] std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known);

}  // namespace signet::server

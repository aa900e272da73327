// The `signet` program.
#pragma once

namespace signet::cli {

/// run does what the arguments say and returns the status to leave with: 0 fine, 1 refused, 2 used wrongly.
[[nodiscard]] int run(int argc, const char* const* argv);

}  // namespace signet::cli

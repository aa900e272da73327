// Asking before what cannot be taken back.
#pragma once

#include "cli/context.h"

namespace signet::cli {

/// confirm asks `question` at the terminal, and fails unless the answer is "yes"; also when there is no terminal
/// to ask at.
[[nodiscard]] OrTrouble<void> confirm(const char* question, Input& input);

}  // namespace signet::cli

// Where passwords come from: never from an argument, which everybody on the machine can read.
#pragma once

#include <optional>

#include "base/secret.h"
#include "cli/input.h"

namespace signet::cli {

/// read_password takes standard input, without the newline after it.
[[nodiscard]] OrTrouble<Secret> read_password(Input& input);

/// ask_password asks at the terminal, without echo. nullopt when there is no terminal to ask at. Ctrl-C and
/// Ctrl-D are a refusal.
[[nodiscard]] OrTrouble<std::optional<Secret>> ask_password(const char* prompt);

/// ask_new_password asks twice.
[[nodiscard]] OrTrouble<std::optional<Secret>> ask_new_password();

/// check_text refuses what JSON cannot carry: text that is not UTF-8.
[[nodiscard]] OrTrouble<void> check_text(const char* name, std::string_view text);

}  // namespace signet::cli

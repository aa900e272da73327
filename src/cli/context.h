// How commands end and what they share. A command is a function from its options and a Context to an Exit, or
// to a Trouble that the caller reports: nothing below run() (cli.h) writes to standard error on its own,
// notes apart.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "cli/input.h"
#include "cli/trouble.h"

namespace signet::cli {

struct Context {
  bool json = false;  // --json: answers, and errors too, as JSON on standard output
  Exit exit = Exit::kFine;
  Input input;
};

}  // namespace signet::cli

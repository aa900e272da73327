#include "cli/confirm.h"

#include <cstdio>

#include "base/try.h"
#include "cli/output.h"

namespace signet::cli {

OrTrouble<void> confirm(const char* question, Input& input) {
  if (!is_terminal(Stream::kInput)) return misused("no terminal to ask at whether this is meant: say --yes");
  static_cast<void>(std::fprintf(stderr, "%s Type yes to go on: ", question));
  TRY_DO(input.begin_lines());
  TRY(line, input.next_line());
  if (line == "yes") return {};
  return refused(Errc::kInvalidArgument, "given up: nothing was done");
}

}  // namespace signet::cli

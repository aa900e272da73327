// Standard input and files, bounded: whoever pipes something endless into `signet` gets an error, not a dead
// machine.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "cli/trouble.h"

namespace signet::cli {

/// kMaxInput bounds what is read at once, in bytes.
inline constexpr std::size_t kMaxInput = 16 * 1024 * 1024;

/// Input hands out standard input, which can be read once: asking for it a second time is a misuse that is
/// told.
class Input {
 public:
  /// read returns all of a file, or all of standard input when its name is "-".
  [[nodiscard]] OrTrouble<std::string> read(const std::string& name);

  /// read_value reads what an option stands for: the text itself, @FILE, or - for standard input.
  [[nodiscard]] OrTrouble<std::string> read_value(const std::string& value);

  /// begin_lines claims standard input for next_line.
  [[nodiscard]] OrTrouble<void> begin_lines();

  /// next_line returns the next line without its "\n"; nullopt at the end.
  [[nodiscard]] OrTrouble<std::optional<std::string>> next_line();

 private:
  [[nodiscard]] OrTrouble<void> claim();

  bool claimed_ = false;
};

/// strip_newline removes one "\n" or "\r\n" from the end, as shells and editors put it there.
void strip_newline(std::string& text);

}  // namespace signet::cli

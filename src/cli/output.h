// What is printed, and how it is made safe to look at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/trouble.h"

namespace signet::cli {

/// print_line writes to standard output, byte by byte as given, and ends the line. A failure shows in
/// finish_output.
void print_line(std::string_view text);

/// note writes "signet: TEXT" to standard error, made printable.
void note(std::string_view text);

/// report tells a Trouble: on standard error, and with `json` as {"error":{"code","what"}} on standard output
/// too.
void report(const Trouble& trouble, bool json);

/// error_json is {"error":{"code","what"}}.
[[nodiscard]] std::string error_json(Errc code, std::string_view what);

/// finish_output flushes. False when something could not be written: a full disk, a reader that has gone.
[[nodiscard]] bool finish_output();

enum class Stream : std::uint8_t { kInput, kOutput, kError };
[[nodiscard]] bool is_terminal(Stream stream);

/// printable escapes whatever could move a terminal's cursor, colour it, reorder text or hide in it: control
/// characters, what is not UTF-8, bidirectional and invisible format characters. "\x1b" for a byte, "\u202e"
/// else.
[[nodiscard]] std::string printable(std::string_view text);

/// printable_json_string is a JSON string, quotes included, that is printable too. `text` must be UTF-8.
[[nodiscard]] std::string printable_json_string(std::string_view text);

}  // namespace signet::cli

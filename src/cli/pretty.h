// JSON for eyes: indented, in colour on a terminal, and safe to look at whoever wrote it.
#pragma once

#include <string>

#include "signet/json.h"
#include "signet/time.h"

namespace signet::cli {

/// Paint says which escape sequences to use: none, or some.
struct Paint {
  bool on = false;
  [[nodiscard]] std::string name(const std::string& text) const { return with("\x1b[36m", text); }
  [[nodiscard]] std::string aside(const std::string& text) const { return with("\x1b[2m", text); }
  [[nodiscard]] std::string warning(const std::string& text) const { return with("\x1b[1;31m", text); }

 private:
  [[nodiscard]] std::string with(const char* colour, const std::string& text) const {
    return on ? colour + text + "\x1b[0m" : text;
  }
};

/// paint_for_output colours a terminal only, and never when NO_COLOR is set (https://no-color.org).
[[nodiscard]] Paint paint_for_output();

/// pretty writes a value over several lines, all indented by `indent`. Next to the outermost object's times
/// (exp, nbf, iat, ...) it says what they mean, seen from `now`.
[[nodiscard]] std::string pretty(Json value, Paint paint, Time now, std::size_t indent);

/// compact writes a value in one line, every string printable.
[[nodiscard]] std::string compact(Json value);

}  // namespace signet::cli

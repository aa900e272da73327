// Errors of the command line: they name the cause and the way out, and say with which status to leave.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "signet/result.h"

namespace signet::cli {

/// Exit is the status of the process. Scripts rely on the numbers.
enum class Exit : int { kFine = 0, kRefused = 1, kMisused = 2 };

struct Trouble {
  Exit exit;
  Errc code;
  std::string what;  // may quote what anybody wrote: it is made printable where it is printed
};

template <class T>
using OrTrouble = std::expected<T, Trouble>;

/// refused: asked for properly, and the answer is no.
[[nodiscard]] inline std::unexpected<Trouble> refused(Errc code, std::string what) {
  return std::unexpected(Trouble{Exit::kRefused, code, std::move(what)});
}

/// misused: there was nothing to judge, because of an option that makes no sense, a file that is not there,
/// ...
[[nodiscard]] inline std::unexpected<Trouble> misused(std::string what, Errc code = Errc::kInvalidArgument) {
  return std::unexpected(Trouble{Exit::kMisused, code, std::move(what)});
}

}  // namespace signet::cli

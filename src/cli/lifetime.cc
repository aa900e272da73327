#include "cli/lifetime.h"

#include <charconv>
#include <string_view>

namespace signet::cli {

OrTrouble<std::int64_t> parse_lifetime(const std::string& text, const char* option) {
  std::int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  const std::int64_t size = unit.empty() || unit == "s" ? 1
                            : unit == "m"               ? 60
                            : unit == "h"               ? 3600
                            : unit == "d"               ? 86400
                                                        : 0;
  if (error != std::errc() || size == 0 || count <= 0 || count > 366 * 86400) {
    return misused(std::string(option) + ' ' + text + " is no length of time: say 30s, 10m or 1h");
  }
  return count * size;
}

}  // namespace signet::cli

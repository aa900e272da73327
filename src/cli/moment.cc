#include "cli/moment.h"

#include <fmt/format.h>

#include <array>

namespace signet::cli {
namespace {

struct Unit {
  std::int64_t seconds;
  const char* name;
};

constexpr std::array<Unit, 6> kUnits = {{{365 * 86400, "year"},
                                         {30 * 86400, "month"},
                                         {86400, "day"},
                                         {3600, "hour"},
                                         {60, "minute"},
                                         {1, "second"}}};

std::string in_words(std::int64_t seconds) {
  for (const auto& [size, name] : kUnits) {
    const std::int64_t count = seconds / size;
    if (count > 0) return fmt::format("{} {}{}", count, name, count == 1 ? "" : "s");
  }
  return "";
}

}  // namespace

std::string absolute(Time time) {
  if (time < from_unix(0) || time >= from_unix(253402300800)) return {};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string relative(Time time, Time now) {
  if (time == now) return "now";
  return time > now ? "in " + in_words((time - now).count()) : in_words((now - time).count()) + " ago";
}

}  // namespace signet::cli

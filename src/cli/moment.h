// Times as people say them.
#pragma once

#include <string>

#include "signet/time.h"

namespace signet::cli {

/// absolute is "2023-11-14 22:13:20 UTC"; empty for a year that has no four digits.
[[nodiscard]] std::string absolute(Time time);

/// relative is "in 9 minutes", "3 days ago", "now".
[[nodiscard]] std::string relative(Time time, Time now);

}  // namespace signet::cli

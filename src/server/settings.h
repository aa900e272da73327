// The table of settings: what each is called, what it accepts, and where in Config it goes.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "server/config.h"

namespace signet::server {

/// Accepted is nothing, or else what would have been accepted: "a port from 1 to 65535".
using Accepted = std::expected<void, std::string>;

struct Setting {
  enum class Kind : std::uint8_t { kText, kNumber };  // how the file writes it

  std::string_view name;
  Kind kind;
  std::string_view fallback;
  std::string_view help;
  Accepted (*set)(Config& config, std::string_view text);
};

/// all_settings is the table.
[[nodiscard]] std::span<const Setting> all_settings();

/// variable_of and flag_of spell a setting's name for the environment and the command line.
[[nodiscard]] std::string variable_of(std::string_view name);
[[nodiscard]] std::string flag_of(std::string_view name);

}  // namespace signet::server

// The configuration file, in TOML. Only its .cc includes the TOML library.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/operator_error.h"

namespace signet::server {

/// FileSetting is one value of the file, as it stands there.
struct FileSetting {
  enum class Kind : std::uint8_t { kText, kNumber, kOther };

  std::string name;   // "tokens.access_lifetime"
  std::string value;  // what a flag would say; empty for kOther
  Kind kind = Kind::kText;
  unsigned line = 0;
};

/// read_config_file returns what the file sets, in the order of its lines. kNotFound: no such file, or not to
/// be read; kMalformed: not TOML.
[[nodiscard]] OrExplain<std::vector<FileSetting>> read_config_file(const std::filesystem::path& file);

}  // namespace signet::server

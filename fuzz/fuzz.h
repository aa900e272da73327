// What the fuzz targets have in common.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "signet/result.h"

namespace signet::fuzz {

/// require ends the process, and so makes a finding, when something that must always hold does not.
inline void require(bool holds) {
  if (!holds) std::abort();
}

/// require_plain_refusal: bad input is refused with a code that says so; never as a fault of ours.
inline void require_plain_refusal(const Error& error) {
  require(error.code != Errc::kInternal && error.what != nullptr);
}

inline std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace signet::fuzz

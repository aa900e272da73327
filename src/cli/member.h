// Members of a JSON object that may be absent, or of another type: then they are as good as empty.
#pragma once

#include <cstdint>
#include <string>

#include "signet/json.h"

namespace signet::cli {

[[nodiscard]] inline std::string text_of(Json object, const char* name) {
  const auto member = object.member(name);
  return member ? std::string(member->as_string().value_or("")) : "";
}

[[nodiscard]] inline std::int64_t number_of(Json object, const char* name) {
  const auto member = object.member(name);
  return member ? member->as_int().value_or(0) : 0;
}

}  // namespace signet::cli

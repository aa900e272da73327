// How JSON writes a string, for all who write JSON.
#pragma once

#include <string>
#include <string_view>

namespace signet {

/// append_json_string writes `utf8` as a string of RFC 8259, section 7, quotation marks included. That it is
/// UTF-8 is the caller's affair: what is not goes out as it came, and no reader would take it (see
/// base/utf8.h).
void append_json_string(std::string& out, std::string_view utf8);

}  // namespace signet

// JSON as issuers write it, read in one pass.
//
// Nearly every token's claims are plain: no white space, no escapes, nothing but ASCII, whole numbers. simdjson is made for
// long texts; on these 250 bytes most of its time is set-up. So plain texts are read here, and all others, well-formed
// or not, are simdjson's to judge: read_plain can decline, but not refuse. What it reads has exactly the form that simdjson
// would give it, which fuzz/json.cc and json_test.cc check word by word. For json/ alone.
#pragma once

#include <simdjson.h>

#include "base/bytes.h"

namespace signet::json {

/// kPlainPadding is how many zeros must stand behind a text: they end every loop.
inline constexpr std::size_t kPlainPadding = 16;

/// read_plain fills `into`, which must have room for a text of this length, and returns true; or returns false, and
/// what `into` holds is of no meaning.
[[nodiscard]] bool read_plain(ByteView text, simdjson::dom::document& into) noexcept;

}  // namespace signet::json

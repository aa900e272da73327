// JSON as issuers write it, read in one pass.
//
// Nearly every token's claims are plain: no white space, no escapes, nothing but ASCII, whole numbers. simdjson is made for
// long texts; on these 250 bytes most of its time is set-up. So plain texts are read here, and all others, well-formed
// or not, are simdjson's to judge. What is read here has exactly the form that simdjson would give it, and what is refused
// here it or check_containers (names.h) would refuse, which fuzz/json.cc and json_test.cc check word by word. For json/ alone.
#pragma once

#include <simdjson.h>

#include "base/bytes.h"
#include "signet/result.h"

namespace signet::json {

/// kPlainPadding bytes of kPlainEnd must stand behind a text: a blank is plain within a string alone, and so ends
/// every loop outside of one.
inline constexpr std::size_t kPlainPadding = 64;
inline constexpr char kPlainEnd = ' ';

inline constexpr Error kMoreThanAnObject{Errc::kMalformed, "a JSON object with something behind it"};

/// read_plain fills `into`, which must have room for a text of this length, and returns true. False: the text is not plain.
/// kMalformed: whatever follows in it, a name stands twice, or it nests too deep, or something else than white space is behind
/// an object. Unless true, what `into` holds is of no
/// meaning.
[[nodiscard]] Result<bool> read_plain(ByteView text, simdjson::dom::document& into) noexcept;

}  // namespace signet::json

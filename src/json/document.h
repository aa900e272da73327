// JSON in. Strict: UTF-8, no duplicate members at any depth, no trailing bytes, numbers that exist, bounded
// depth.
#pragma once

#include <memory>
#include <string_view>

#include "signet/json.h"
#include "signet/result.h"

namespace signet::json {

/// Document owns a parsed text and is what Json values borrow from. It does not need the text any more.
class Document;
using DocumentPtr = std::shared_ptr<const Document>;

/// kMaxDepth is how deeply objects and arrays may nest: the outermost one counts as 1.
inline constexpr std::size_t kMaxDepth = 16;

/// parse reads one JSON value. kMalformed otherwise; see above for what counts.
[[nodiscard]] Result<DocumentPtr> parse(std::string_view text);

/// parse_object is parse for texts that must be an object, as all of JOSE's are.
[[nodiscard]] Result<DocumentPtr> parse_object(std::string_view text);

/// root returns the outermost value; it borrows from `document`.
[[nodiscard]] Json root(const Document& document) noexcept;

}  // namespace signet::json

// JSON in. Strict: UTF-8, no duplicate members at any depth, no trailing bytes, numbers that exist, bounded
// depth.
//
// A Draft holds bytes that have not been parsed yet: a token's claims, until its signature holds. Parsing
// turns it into a Document. Both come from a small store that each thread keeps, so that a verification
// allocates nothing.
#pragma once

#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "json/tape.h"
#include "signet/json.h"
#include "signet/result.h"

namespace signet::json {

/// kMaxDepth is how deeply objects and arrays may nest: the outermost one counts as 1.
inline constexpr std::size_t kMaxDepth = 16;

/// Draft owns bytes that are to be parsed.
class Draft {
 public:
  /// from_base64url decodes strictly (RFC 7515 §2). kMalformed.
  [[nodiscard]] static Result<Draft> from_base64url(std::string_view text);

  /// bytes are what was decoded; borrows from the draft.
  [[nodiscard]] ByteView bytes() const noexcept;

  /// parse reads one JSON value. kMalformed otherwise.
  [[nodiscard]] Result<DocumentPtr> parse() &&;

  /// parse_object is parse for texts that must be an object, as all of JOSE's are.
  [[nodiscard]] Result<DocumentPtr> parse_object() &&;

 private:
  friend Result<Draft> draft(std::string_view text, bool is_secret);
  explicit Draft(DocumentPtr document) noexcept : document_(std::move(document)) {}

  DocumentPtr document_;  // nobody else's until it has been parsed
};

/// parse and parse_object do the same for plain text, which is not needed any more when they return.
[[nodiscard]] Result<DocumentPtr> parse(std::string_view text);
[[nodiscard]] Result<DocumentPtr> parse_object(std::string_view text);

/// parse_secret_object is parse_object for text with secrets in it, such as a private JWK: its memory is wiped when the last
/// reader lets go, and never used again for anything else.
[[nodiscard]] Result<DocumentPtr> parse_secret_object(std::string_view text);

/// compact returns a copy for keeping: one block of memory, no larger than the values are, where a parsed document has room for
/// any other of the usual size. Null: no memory, or the text was a secret. A compact one is returned as it is.
[[nodiscard]] DocumentPtr compact(const DocumentPtr& document) noexcept;

/// footprint is what a compact document takes, in bytes; 0 for another.
[[nodiscard]] std::size_t footprint(const Document& document) noexcept;

/// root returns the outermost value; it borrows from `document`.
[[nodiscard]] Json root(const Document& document) noexcept;

/// Walk goes through the elements of an array, or the members of an object, without an allocation; over
/// nothing for any other value.
///
///   for (json::Walk member(object); member.next();) use(member.name(), member.value());
class Walk {
 public:
  explicit Walk(Json container) noexcept;

  /// next steps on to the first or next one; false when there are no more.
  [[nodiscard]] bool next() noexcept {
    at_ = next_;
    if (at_ == end_) return false;
    next_ = tape_.after(at_ + is_object_);
    return true;
  }
  /// name is a member's; empty for elements.
  [[nodiscard]] std::string_view name() const noexcept {
    return is_object_ ? tape_.string(at_) : std::string_view();
  }
  [[nodiscard]] Json value() const noexcept { return {document_, place()}; }

  // What value() would say of itself, without a call. string and integer are for what is one.
  [[nodiscard]] bool is_string() const noexcept { return tape_.is_string(place()); }
  [[nodiscard]] std::string_view string() const noexcept { return tape_.string(place()); }
  [[nodiscard]] bool is_integer() const noexcept { return tape_.is_integer(place()); }
  [[nodiscard]] std::int64_t integer() const noexcept { return tape_.integer(place()); }

 private:
  [[nodiscard]] std::size_t place() const noexcept { return at_ + is_object_; }

  const void* document_ = nullptr;
  Tape tape_{};
  bool is_object_ = false;  // a member is a string, the name, and the value behind it
  std::size_t at_ = 0;
  std::size_t next_ = 0;
  std::size_t end_ = 0;  // the closing bracket
};

}  // namespace signet::json

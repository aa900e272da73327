// base64url without padding, RFC 4648 §5 as RFC 7515 §2 uses it. RFC 7515 §2: "with all trailing '='
// characters omitted (as permitted by Section 3.2) and without the inclusion of any line breaks, whitespace,
// or other additional characters". Strict: every byte string has exactly one spelling, so that nobody can
// change a token's text and keep its meaning.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "signet/result.h"

namespace signet {

/// base64url_encode returns the one spelling of `bytes`.
[[nodiscard]] std::string base64url_encode(ByteView bytes);

/// base64url_decoded_size returns how many bytes a text of `length` characters decodes to.
[[nodiscard]] constexpr std::size_t base64url_decoded_size(std::size_t length) noexcept {
  return length / 4 * 3 + (length % 4 == 0 ? 0 : length % 4 - 1);
}

/// base64url_decode returns the bytes that `text` spells. kMalformed: a character outside the alphabet
/// (padding, white space, '+' and '/' included), an impossible length, or trailing bits that are not zero.
[[nodiscard]] Result<Bytes> base64url_decode(std::string_view text);

/// base64url_decode_into is base64url_decode without an allocation: it fills the first
/// base64url_decoded_size(text.size()) bytes of `out`, which must be that long at least.
[[nodiscard]] Result<void> base64url_decode_into(std::string_view text, std::span<std::uint8_t> out);

}  // namespace signet

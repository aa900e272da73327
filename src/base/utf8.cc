#include "base/utf8.h"

#include <algorithm>
#include <cstdint>

namespace signet {
namespace {

/// Sequence is a row of RFC 3629, section 4: which second bytes may follow these first ones, and the length.
struct Sequence {
  std::uint8_t first_from, first_to, second_from, second_to;
  std::size_t length;
};

constexpr Sequence kSequences[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

bool between(char c, std::uint8_t from, std::uint8_t to) {
  const auto byte = static_cast<std::uint8_t>(c);
  return from <= byte && byte <= to;
}

bool continues(std::string_view tail) {
  for (const char c : tail) {
    if (!between(c, 0x80, 0xBF)) return false;
  }
  return true;
}

/// character_length returns how many bytes the first character of `text` takes, or 0 when they are not UTF-8.
/// `text` must not be empty.
std::size_t character_length(std::string_view text) {
  if (between(text[0], 0x00, 0x7F)) return 1;
  for (const Sequence& row : kSequences) {
    if (!between(text[0], row.first_from, row.first_to)) continue;
    const bool whole = text.size() >= row.length && between(text[1], row.second_from, row.second_to) &&
                       continues(text.substr(2, row.length - 2));
    return whole ? row.length : 0;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string mended_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    out += length == 0 ? "\xEF\xBF\xBD" : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace signet

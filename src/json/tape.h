// simdjson's tape, as its documentation describes it (doc/tape.md there): what a text becomes when it is parsed. A word for
// each value and bracket, with its kind in the upper byte; numbers have a second word; strings lie elsewhere, a length
// of 32 bits before each. Walking it here, in a few instructions a step, is what makes reading claims cheap. For json/ alone.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace signet::json {

/// Tape borrows the two arrays of a parsed document.
struct Tape {
  const std::uint64_t* words;
  const std::uint8_t* strings;

  [[nodiscard]] char kind(std::size_t at) const noexcept { return static_cast<char>(words[at] >> 56); }
  [[nodiscard]] std::uint64_t payload(std::size_t at) const noexcept {
    return words[at] & 0x00FF'FFFF'FFFF'FFFF;
  }
  [[nodiscard]] bool is_object(std::size_t at) const noexcept { return kind(at) == '{'; }
  [[nodiscard]] bool is_container(std::size_t at) const noexcept {
    return kind(at) == '{' || kind(at) == '[';
  }
  [[nodiscard]] bool is_number(std::size_t at) const noexcept {
    return kind(at) == 'l' || kind(at) == 'u' || kind(at) == 'd';
  }

  [[nodiscard]] bool is_string(std::size_t at) const noexcept { return kind(at) == '"'; }
  /// is_integer: a number that was written whole and fits into an int64, which is its second word.
  [[nodiscard]] bool is_integer(std::size_t at) const noexcept { return kind(at) == 'l'; }
  [[nodiscard]] std::int64_t integer(std::size_t at) const noexcept {
    return static_cast<std::int64_t>(words[at + 1]);
  }

  /// after returns where the next value is: an opening bracket knows what follows its closing one.
  [[nodiscard]] std::size_t after(std::size_t at) const noexcept {
    if (is_container(at)) return static_cast<std::uint32_t>(words[at]);
    return at + (is_number(at) ? 2 : 1);
  }

  /// string_size is the length in bytes of the string at `at`.
  [[nodiscard]] std::uint32_t string_size(std::size_t at) const noexcept {
    std::uint32_t size = 0;
    std::memcpy(&size, strings + payload(at), sizeof size);
    return size;
  }
  [[nodiscard]] std::string_view string(std::size_t at) const noexcept {
    return {reinterpret_cast<const char*>(strings + payload(at) + sizeof(std::uint32_t)), string_size(at)};
  }
};

}  // namespace signet::json

#include "json/writer.h"

#include <simdjson.h>

#include <array>
#include <charconv>

#include "base/json_text.h"
#include "base/utf8.h"

namespace signet::json {

bool is_utf8(std::string_view text) noexcept {
  return simdjson::validate_utf8(text.data(), text.size());
}

Writer& Writer::key(std::string_view name) {
  string(name);
  text_ += ':';
  needs_comma_ = false;
  return *this;
}

Writer& Writer::string(std::string_view value) {
  separate();
  if (is_utf8(value)) {
    append_json_string(text_, value);
  } else {
    append_json_string(text_, mended_utf8(value));
  }
  return *this;
}

Writer& Writer::integer(std::int64_t value) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return raw({digits.data(), end});
}

Writer& Writer::number(double value) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return raw({digits.data(), end});
}

Writer& Writer::raw(std::string_view json) {
  separate();
  text_ += json;
  return *this;
}

Writer& Writer::open(char bracket) {
  separate();
  text_ += bracket;
  needs_comma_ = false;
  return *this;
}

Writer& Writer::close(char bracket) {
  text_ += bracket;
  needs_comma_ = true;
  return *this;
}

void Writer::separate() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

}  // namespace signet::json

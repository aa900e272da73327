#include "http/form.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "http/ascii.h"

namespace signet::http {
namespace {

std::optional<char> hex_byte(std::string_view digits) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc() || digits.size() != 2 || end != digits.data() + 2) return std::nullopt;
  return static_cast<char>(value);
}

std::optional<std::string> decode(std::string_view text, char plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? plus : text[i];
      continue;
    }
    const auto byte = hex_byte(text.substr(i + 1, 2));
    if (!byte) return std::nullopt;
    out += *byte;
    i += 2;
  }
  if (!is_utf8(out) || std::ranges::any_of(out, is_control)) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  return decode(text, '+');
}

std::optional<std::vector<Field>> parse_form(std::string_view text) {
  std::vector<Field> fields;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    if (fields.size() == kMostFields) return std::nullopt;
    const std::string_view name = pair.substr(0, pair.find('='));
    auto decoded_name = decode(name, ' ');
    auto decoded_value = decode(pair.substr(std::min(name.size() + 1, pair.size())), ' ');
    if (!decoded_name || !decoded_value) return std::nullopt;
    fields.emplace_back(std::move(*decoded_name), std::move(*decoded_value));
  }
  return fields;
}

}  // namespace signet::http

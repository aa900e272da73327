#include "cli/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "json/writer.h"

namespace signet::cli {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t length = 0;  // 0: not UTF-8
};

Character first_character(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (!json::is_utf8(text.substr(0, length))) continue;
    const auto lead = static_cast<unsigned char>(text[0]);
    char32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (const char c : text.substr(1, length - 1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3F);
    return {code, length};
  }
  return {};
}

struct Range {
  char32_t first, last;
};

/// Control characters and Unicode's format characters (general categories Cc, Cf, Zl, Zp): none has a glyph.
constexpr std::array<Range, 17> kUnsafe = {{{0x00, 0x1F},
                                            {0x7F, 0x9F},
                                            {0xAD, 0xAD},
                                            {0x600, 0x605},
                                            {0x61C, 0x61C},
                                            {0x6DD, 0x6DD},
                                            {0x70F, 0x70F},
                                            {0x180E, 0x180E},
                                            {0x200B, 0x200F},
                                            {0x2028, 0x202E},
                                            {0x2060, 0x206F},
                                            {0xFEFF, 0xFEFF},
                                            {0xFFF9, 0xFFFB},
                                            {0x110BD, 0x110CD},
                                            {0x1BCA0, 0x1BCA3},
                                            {0x1D173, 0x1D17A},
                                            {0xE0000, 0xE0FFF}}};

bool is_unsafe(char32_t code) {
  return std::any_of(kUnsafe.begin(), kUnsafe.end(),
                     [&](const Range& range) { return range.first <= code && code <= range.last; });
}

/// As JSON spells it: beyond the first plane, two halves (RFC 8259 §7).
std::string json_escape(char32_t code) {
  if (code < 0x10000) return fmt::format("\\u{:04x}", static_cast<unsigned>(code));
  const auto rest = static_cast<unsigned>(code - 0x10000);
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
}

std::string plain_escape(char32_t code) {
  if (code < 0x80) return fmt::format("\\x{:02x}", static_cast<unsigned>(code));
  return fmt::format("\\u{:04x}", static_cast<unsigned>(code));
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::size_t length = std::max<std::size_t>(character.length, 1);
    if (character.length == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else if (is_unsafe(character.code)) {
      out += plain_escape(character.code);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string printable_json_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::size_t length = std::max<std::size_t>(character.length, 1);
    if (text[0] == '"' || text[0] == '\\') {
      out += '\\';
      out += text[0];
    } else if (character.length == 0) {
      out += "\\ufffd";
    } else if (is_unsafe(character.code)) {
      out += json_escape(character.code);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out + '"';
}

void print_line(std::string_view text) {
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout));
  static_cast<void>(std::fputc('\n', stdout));
}

void note(std::string_view text) {
  const std::string line = "signet: " + printable(text) + '\n';
  static_cast<void>(std::fflush(stdout));
  static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
}

std::string error_json(Errc code, std::string_view what) {
  json::Writer json;
  json.begin_object().key("error").begin_object();
  return json.member("code", errc_name(code)).member("what", what).end_object().end_object().take();
}

void report(const Trouble& trouble, bool json) {
  note(trouble.what);
  if (json) print_line(error_json(trouble.code, trouble.what));
}

bool finish_output() {
  return std::fflush(stdout) == 0 && !std::ferror(stdout);
}

bool is_terminal(Stream stream) {
  return isatty(static_cast<int>(stream)) == 1;
}

}  // namespace signet::cli

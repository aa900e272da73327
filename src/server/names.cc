#include "server/names.h"

#include <algorithm>

#include "base/ascii.h"

namespace signet::server {
namespace {

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::optional<std::string> normal_username(std::string_view text) {
  if (text.empty() || text.size() > kMaxUsername) return std::nullopt;
  std::string name(text);
  for (char& c : name) {
    c = to_lower(c);
    if (!is_lower_or_digit(c) && !std::string_view("._-@+").contains(c)) return std::nullopt;
  }
  return name;
}

bool is_service_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxServiceName && is_lower_or_digit(text.front()) &&
         std::ranges::all_of(
             text, [](char c) { return is_lower_or_digit(c) || std::string_view("._-").contains(c); });
}

bool is_word(std::string_view text) {
  // RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

std::vector<std::string> split_words(std::string_view text, std::size_t most) {
  std::vector<std::string> words;
  while (!text.empty() && words.size() < most) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string join_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

bool has_word(std::string_view text, std::string_view word) {
  const auto words = split_words(text);
  return std::ranges::find(words, word) != words.end();
}

bool has_duplicates(std::vector<std::string> words) {
  std::ranges::sort(words);
  return std::ranges::adjacent_find(words) != words.end();
}

}  // namespace signet::server

#include "cli/table.h"

#include <algorithm>

#include "cli/output.h"
#include "json/writer.h"

namespace signet::cli {
namespace {

/// How many characters a terminal shows, for text that needs no more than one column each.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

void print_table(std::vector<std::vector<std::string>> rows) {
  std::vector<std::size_t> widths;
  for (auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = printable(row[i]);
      widths[i] = std::max(widths[i], width(row[i]));
    }
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] - width(row[i]) + 2, ' ');
    }
    print_line(line);
  }
}

std::string cell(Json object, const char* member) {
  const auto value = object.member(member);
  if (!value || value->type() == Json::Type::kNull) return "-";
  if (const auto text = value->as_string()) return text->empty() ? "-" : std::string(*text);
  if (value->type() != Json::Type::kArray) return value->text();
  std::string words;
  for (const Json element : value->elements()) {
    words += (words.empty() ? "" : " ") + std::string(element.as_string().value_or("?"));
  }
  return words.empty() ? "-" : words;
}

}  // namespace signet::cli

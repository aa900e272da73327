#include "server/config_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <tuple>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "base/try.h"

namespace signet::server {
namespace {

using Kind = FileSetting::Kind;

void collect(const toml::table& table, const std::string& prefix, std::vector<FileSetting>& out) {
  for (const auto& [key, node] : table) {
    std::string name = prefix + std::string(key.str());
    if (const toml::table* inner = node.as_table()) {
      collect(*inner, name + ".", out);
      continue;
    }
    FileSetting setting{
        .name = std::move(name), .value = {}, .kind = Kind::kOther, .line = key.source().begin.line};
    if (const auto text = node.value_exact<std::string>()) {
      setting.value = *text;
      setting.kind = Kind::kText;
    } else if (const auto number = node.value_exact<std::int64_t>()) {
      setting.value = std::to_string(*number);
      setting.kind = Kind::kNumber;
    }
    out.push_back(std::move(setting));
  }
}

OrExplain<std::string> read_all(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  if (in && in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (!in) {
    return explain(Errc::kNotFound,
                   fmt::format("{}: this configuration file is not there, or not to be read", file.string()));
  }
  return std::move(text).str();
}

}  // namespace

OrExplain<std::vector<FileSetting>> read_config_file(const std::filesystem::path& file) {
  TRY(text, read_all(file));
  const toml::parse_result parsed = toml::parse(text, file.string());
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return explain(Errc::kMalformed, fmt::format("{}:{}: this is not TOML: {}", file.string(),
                                                 error.source().begin.line, error.description()));
  }
  std::vector<FileSetting> settings;
  collect(parsed.table(), "", settings);
  std::ranges::sort(settings, {}, [](const FileSetting& s) { return std::tie(s.line, s.name); });
  return settings;
}

}  // namespace signet::server

// Reads vector files (README.md has the format). The twin of vectors.py; nothing but the standard library.
//
//   for (signet::vectors::Vector& vector : signet::vectors::read("jws/algorithms.txt")) {
//     const std::string token = vector.take("token");
//     ...
//     EXPECT_TRUE(vector.expects(code)) << vector.where();
//     EXPECT_THAT(vector.unread(), IsEmpty()) << vector.where();
//   }
//
// Everything here throws std::runtime_error, with file and line, for what is not of the format.
#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signet::vectors {

/// Vector is one stanza. A field counts as read once it was asked for.
class Vector {
 public:
  Vector(std::string where, std::map<std::string, std::string, std::less<>> fields)
      : where_(std::move(where)), fields_(std::move(fields)), name_(take("name")) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// where is "file:line: name", for messages.
  [[nodiscard]] std::string where() const { return where_ + ": " + name_; }

  /// maybe returns a field's bytes, or nothing when the vector lacks it.
  [[nodiscard]] std::optional<std::string> maybe(std::string_view field) {
    const auto found = fields_.find(field);
    if (found == fields_.end()) return std::nullopt;
    read_.insert(found->first);
    return found->second;
  }

  /// take returns a field's bytes; the vector must have it.
  [[nodiscard]] std::string take(std::string_view field) {
    auto value = maybe(field);
    if (!value) throw std::runtime_error(where_ + ": no field '" + std::string(field) + "'");
    return *std::move(value);
  }

  /// expects tells whether `code` ("ok", "malformed", ...) is among those that `expect` names.
  [[nodiscard]] bool expects(std::string_view code) {
    return ('|' + take("expect") + '|').find('|' + std::string(code) + '|') != std::string::npos;
  }

  /// unread lists the fields that nobody asked for: a test that overlooks one has not tested what the vector
  /// says.
  [[nodiscard]] std::vector<std::string> unread() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : fields_) {
      if (!read_.contains(name)) names.push_back(name);
    }
    return names;
  }

 private:
  std::string where_;
  std::map<std::string, std::string, std::less<>> fields_;
  std::set<std::string, std::less<>> read_;
  std::string name_;
};

/// unescape returns the bytes of a value: JSON stands as it is; anything else knows \n, \r, \t, \\ and \xHH.
/// Nothing for any other escape.
inline std::optional<std::string> unescape(std::string_view value) {
  if (!value.empty() && std::string_view("{[\"").contains(value.front())) return std::string(value);
  constexpr std::string_view kNames = "nrt\\", kMeanings = "\n\r\t\\", kDigits = "0123456789ABCDEF";
  std::string bytes;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\') {
      bytes += value[i];
      continue;
    }
    const char code = ++i < value.size() ? value[i] : '\0';
    if (const auto simple = kNames.find(code); simple != kNames.npos) {
      bytes += kMeanings[simple];
      continue;
    }
    const auto high = i + 2 < value.size() ? kDigits.find(value[i + 1]) : kDigits.npos;
    const auto low = i + 2 < value.size() ? kDigits.find(value[i + 2]) : kDigits.npos;
    if (code != 'x' || high == kDigits.npos || low == kDigits.npos) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return bytes;
}

/// parse returns all the vectors of a file's text.
inline std::vector<Vector> parse(std::string_view text, const std::string& where) {
  if (!text.ends_with('\n')) throw std::runtime_error(where + ": does not end with a newline");
  std::vector<Vector> found;
  std::map<std::string, std::string, std::less<>> fields;
  std::size_t number = 0, start = 0;
  const auto fail = [&](const char* what) {
    throw std::runtime_error(where + ':' + std::to_string(number) + ": " + what);
  };
  const auto end_stanza = [&] {
    if (!fields.empty()) found.emplace_back(where + ':' + std::to_string(start), std::exchange(fields, {}));
  };
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    ++number;
    if (line.empty()) end_stanza();
    if (line.empty() || line.front() == '#') continue;

    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == line.npos ||
        line.substr(0, colon).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != line.npos) {
      fail("not a field");
    }
    const std::string name(line.substr(0, colon));
    const std::string_view rest = line.substr(colon + 1);
    if (!rest.empty() && (rest.front() != ' ' || rest.size() == 1))
      fail("one space belongs between name and value");
    if (fields.empty() != (name == "name")) fail("a stanza begins with its name");
    if (fields.empty()) start = number;
    auto value = unescape(rest.empty() ? rest : rest.substr(1));
    if (!value) fail("an unknown escape");
    if (!fields.emplace(name, *std::move(value)).second) fail("a field twice");
  }
  end_stanza();
  return found;
}

inline std::vector<Vector> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return parse(text, path);
}

}  // namespace signet::vectors

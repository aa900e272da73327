#include "cli/input.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/try.h"

namespace signet::cli {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

std::unexpected<Trouble> unreadable(const std::string& name, int error) {
  return misused("cannot read " + name + ": " + std::strerror(error),
                 error == ENOENT ? Errc::kNotFound : Errc::kInvalidArgument);
}

OrTrouble<std::string> read_all(std::FILE* file, const std::string& name) {
  std::string text;
  char block[16 * 1024];
  while (const std::size_t count = std::fread(block, 1, sizeof block, file)) {
    text.append(block, count);
    if (text.size() > kMaxInput)
      return misused(name + " is larger than 16 MiB, and that is all that is ever read");
  }
  if (std::ferror(file)) return unreadable(name, errno);
  return text;
}

}  // namespace

OrTrouble<void> Input::claim() {
  if (claimed_)
    return misused("standard input can be read only once: give one of the two as a file or an argument");
  claimed_ = true;
  return {};
}

OrTrouble<std::string> Input::read(const std::string& name) {
  if (name == "-") {
    TRY_DO(claim());
    return read_all(stdin, "standard input");
  }
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(name.c_str(), "re"));
  if (!file) return unreadable(name, errno);
  return read_all(file.get(), name);
}

OrTrouble<std::string> Input::read_value(const std::string& value) {
  if (value == "-") return read("-");
  if (value.starts_with('@')) return read(value.substr(1));
  return value;
}

OrTrouble<void> Input::begin_lines() {
  return claim();
}

OrTrouble<std::optional<std::string>> Input::next_line() {
  std::string line;
  for (int c = getc_unlocked(stdin); c != EOF; c = getc_unlocked(stdin)) {
    if (c == '\n') return line;
    if (line.size() == kMaxInput) return misused("a line of standard input is longer than 16 MiB");
    line += static_cast<char>(c);
  }
  if (std::ferror(stdin)) return unreadable("standard input", errno);
  if (line.empty()) return std::nullopt;
  return line;
}

void strip_newline(std::string& text) {
  if (!text.ends_with('\n')) return;
  text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

}  // namespace signet::cli

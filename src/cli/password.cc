#include "cli/password.h"

#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/try.h"
#include "cli/output.h"
#include "json/writer.h"

namespace signet::cli {
namespace {

constexpr std::size_t kMaxPassword = 1024;

/// Terminal is /dev/tty in a mode where keys arrive one by one and are not shown. Ctrl-C arrives as a key
/// too, so that no way out leaves the terminal without its echo.
class Terminal {
 public:
  Terminal() : file_(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
    if (file_ < 0 || tcgetattr(file_, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    is_quiet_ = tcsetattr(file_, TCSAFLUSH, &quiet) == 0;
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    if (is_quiet_) tcsetattr(file_, TCSAFLUSH, &before_);
    if (file_ >= 0) close(file_);
  }

  [[nodiscard]] bool is_quiet() const { return is_quiet_; }
  void show(std::string_view text) const { static_cast<void>(!write(file_, text.data(), text.size())); }
  [[nodiscard]] std::optional<char> next_key() const {
    char key = 0;
    if (read(file_, &key, 1) != 1) return std::nullopt;
    return key;
  }

 private:
  int file_;
  termios before_{};
  bool is_quiet_ = false;
};

/// Removes the last character, all the bytes of it.
std::size_t without_last(ByteView line, std::size_t length) {
  while (length > 0 && (line[--length] & 0xC0) == 0x80) continue;
  return length;
}

OrTrouble<Secret> read_line(const Terminal& terminal) {
  constexpr char kCtrlC = 3, kCtrlD = 4, kBackspace = 8, kCtrlU = 21, kDelete = 127;
  Secret line(kMaxPassword);
  std::size_t length = 0;
  while (const auto key = terminal.next_key()) {
    if (*key == '\r' || *key == '\n') return Secret(line.view().first(length));
    if (*key == kCtrlC || *key == kCtrlD) break;
    if (*key == kCtrlU) {
      length = 0;
    } else if (*key == kBackspace || *key == kDelete) {
      length = without_last(line.view(), length);
    } else if (length == kMaxPassword) {
      return misused("a password is 1024 bytes long at most");
    } else {
      line.writable()[length++] = static_cast<std::uint8_t>(*key);
    }
  }
  return refused(Errc::kInvalidArgument, "given up: no password");
}

}  // namespace

OrTrouble<Secret> read_password(Input& input) {
  TRY(text, input.read("-"));
  strip_newline(text);
  Secret password{std::string_view(text)};
  explicit_bzero(text.data(), text.size());
  TRY_DO(check_text("the password", as_text(password.view())));
  return password;
}

OrTrouble<std::optional<Secret>> ask_password(const char* prompt) {
  if (!is_terminal(Stream::kInput)) return std::nullopt;
  const Terminal terminal;
  if (!terminal.is_quiet()) return std::nullopt;
  terminal.show(prompt);
  auto password = read_line(terminal);
  terminal.show("\n");
  if (!password) return std::unexpected(password.error());
  TRY_DO(check_text("the password", as_text(password->view())));
  return std::move(*password);
}

OrTrouble<std::optional<Secret>> ask_new_password() {
  TRY(first, ask_password("New password: "));
  if (!first) return std::nullopt;
  TRY(second, ask_password("Once more: "));
  if (!second || as_text(first->view()) != as_text(second->view())) {
    return misused("the two passwords differ: nothing was changed");
  }
  return std::move(*first);
}

OrTrouble<void> check_text(const char* name, std::string_view text) {
  if (json::is_utf8(text)) return {};
  return misused(std::string(name) + " is not UTF-8: set the terminal to UTF-8, or type it otherwise",
                 Errc::kMalformed);
}

}  // namespace signet::cli

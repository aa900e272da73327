#include "server/private_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/try.h"
#include "crypto/random.h"

namespace signet::server {
namespace {

constexpr off_t kMostBytes = 64 * 1024;

/// Descriptor closes a file when it goes.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::unexpected<OperatorError> cannot(const char* what, const std::filesystem::path& file) {
  const std::string why = std::generic_category().message(errno);
  return explain(Errc::kUnavailable, fmt::format("{}: cannot {} it: {}", file.string(), what, why));
}

OrExplain<off_t> check_private(const Descriptor& opened, const std::filesystem::path& file) {
  struct stat status{};
  if (::fstat(opened.get(), &status) != 0) return cannot("read", file);
  if (!S_ISREG(status.st_mode) || status.st_size > kMostBytes) {
    return explain(Errc::kInvalidArgument, fmt::format("{}: this is no key file", file.string()));
  }
  if ((status.st_mode & 077) != 0) {
    return explain(
        Errc::kInvalidArgument,
        fmt::format(
            "{}: this secret may be read or changed by others than its owner (mode {:04o}); if nobody "
            "has, close it with: chmod 600 {}",
            file.string(), status.st_mode & 07777, file.string()));
  }
  return status.st_size;
}

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return ::fsync(fd) == 0;
}

/// A new name is on the disk only when its folder is.
bool sync_folder_of(const std::filesystem::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened && ::fsync(opened.get()) == 0;
}

}  // namespace

OrExplain<std::optional<Secret>> read_private_file(const std::filesystem::path& file) {
  const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!opened && errno == ENOENT) return std::nullopt;
  if (!opened) return cannot("read", file);
  TRY(size, check_private(opened, file));
  Secret content(static_cast<std::size_t>(size));
  auto rest = content.writable();
  while (!rest.empty()) {
    const ssize_t got = ::read(opened.get(), rest.data(), rest.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot("read", file);
    if (got == 0)
      return explain(Errc::kUnavailable, fmt::format("{}: somebody is writing this file", file.string()));
    rest = rest.subspan(static_cast<std::size_t>(got));
  }
  return content;
}

OrExplain<void> create_private_file(const std::filesystem::path& file, ByteView content) {
  // Written beside it and linked: whoever else starts at this moment finds all of it or nothing, and only one
  // wins.
  const std::filesystem::path draft = file.string() + "." + crypto::random_id();
  {
    const Descriptor opened(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!opened) return cannot("create", file);
    if (!write_all(opened.get(), content)) {
      auto error = cannot("write", file);
      ::unlink(draft.c_str());
      return error;
    }
  }
  const bool linked = ::link(draft.c_str(), file.c_str()) == 0;
  const int why = errno;
  ::unlink(draft.c_str());
  errno = why;
  if (!linked && why == EEXIST)
    return explain(Errc::kConflict, fmt::format("{}: it exists already", file.string()));
  if (!linked || !sync_folder_of(file)) return cannot("create", file);
  return {};
}

OrExplain<void> make_private_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return cannot("make", folder);
  if (!std::filesystem::is_directory(folder, error)) {
    return explain(Errc::kInvalidArgument, fmt::format("{}: this is a file, not a folder", folder.string()));
  }
  return {};
}

}  // namespace signet::server

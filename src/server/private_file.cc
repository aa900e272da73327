#include "server/private_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/descriptor.h"
#include "base/try.h"
#include "crypto/random.h"

namespace signet::server {
namespace {

constexpr off_t kMostBytes = 64 * 1024;

std::unexpected<OperatorError> cannot(const char* what, const std::filesystem::path& file) {
  const std::string why = std::generic_category().message(errno);
  return explain(Errc::kUnavailable, fmt::format("{}: cannot {} it: {}", file.string(), what, why));
}

/// Whoever owns a file or a folder can open it to themselves at any time.
OrExplain<void> check_owner(const struct stat& status, const std::filesystem::path& path) {
  const uid_t us = ::geteuid();
  if (status.st_uid == us || status.st_uid == 0) return {};
  return explain(
      Errc::kInvalidArgument,
      fmt::format("{0}: this belongs to another user (number {1}), who could read and change what is in it; "
                  "if you trust what is there, take it over with: chown {2} {0}",
                  path.string(), status.st_uid, us));
}

OrExplain<off_t> check_private(const Descriptor& opened, const std::filesystem::path& file, Readers readers) {
  struct stat status{};
  if (::fstat(opened.get(), &status) != 0) return cannot("read", file);
  if (!S_ISREG(status.st_mode) || status.st_size > kMostBytes) {
    return explain(Errc::kInvalidArgument, fmt::format("{}: this is no key file", file.string()));
  }
  TRY_DO(check_owner(status, file));
  const mode_t forbidden = readers == Readers::kOwnerAndGroup ? 037 : 077;
  if ((status.st_mode & forbidden) != 0) {
    return explain(
        Errc::kInvalidArgument,
        fmt::format(
            "{}: this secret may be read or changed by others than its owner (mode {:04o}); if nobody "
            "has, close it with: chmod 600 {}",
            file.string(), status.st_mode & 07777, file.string()));
  }
  return status.st_size;
}

/// Who can write to the folder can put their own keys and database into it.
OrExplain<void> check_folder(const std::filesystem::path& folder) {
  struct stat status{};
  if (::stat(folder.c_str(), &status) != 0) return cannot("look at", folder);
  if (!S_ISDIR(status.st_mode)) {
    return explain(Errc::kInvalidArgument, fmt::format("{}: this is a file, not a folder", folder.string()));
  }
  TRY_DO(check_owner(status, folder));
  if ((status.st_mode & 022) == 0) return {};
  return explain(
      Errc::kInvalidArgument,
      fmt::format(
          "{0}: others than its owner may write to this folder (mode {1:04o}), and so replace the keys "
          "and the database in it; close it with: chmod go-w {0}",
          folder.string(), status.st_mode & 07777));
}

}  // namespace

OrExplain<std::optional<Secret>> read_private_file(const std::filesystem::path& file, Readers readers) {
  const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!opened && errno == ENOENT) return std::nullopt;
  if (!opened) return cannot("read", file);
  TRY(size, check_private(opened, file, readers));
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
    if (!write_durably(opened, content)) {
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

OrExplain<void> make_private_folder(const std::filesystem::path& wanted) {
  const auto folder = wanted.has_filename() ? wanted : wanted.parent_path();  // "data/" is data
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) {
    if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), error);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return cannot("make", folder);
  }
  return check_folder(folder);
}

}  // namespace signet::server

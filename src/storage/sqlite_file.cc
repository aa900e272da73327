#include "storage/sqlite_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace signet::storage {
namespace {

constexpr mode_t kOwnerOnly = 0600;

int make_or_open(const std::string& path) {
  return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
}

std::unexpected<OperatorError> refuse(const std::string& path, const char* deed, const char* way_out) {
  const int cause = errno;
  return explain(Errc::kUnavailable,
                 fmt::format("{} cannot be {}: {}. {}", path, deed, std::strerror(cause), way_out));
}

OrExplain<void> keep_to_owner(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return refuse(path, "examined", "Give it to the user that runs Signet.");
  }
  if ((status.st_mode & 0077) == 0) return {};
  if (::chmod(path.c_str(), kOwnerOnly) != 0) {
    return refuse(path, "closed to other users",
                  "Give it to the user that runs Signet, and run chmod 600 on it.");
  }
  return {};
}

OrExplain<void> make_private(const std::string& path) {
  const int made = make_or_open(path);
  if (made < 0) {
    return refuse(path, "opened for writing", "Give the file and its folder to the user that runs Signet.");
  }
  ::close(made);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    if (auto done = keep_to_owner(path + suffix); !done) return done;
  }
  return {};
}

}  // namespace

OrExplain<SqliteFile> SqliteFile::claim(const std::filesystem::path& file) {
  const std::string lock_path = file.string() + ".lock";
  const int lock = make_or_open(lock_path);
  if (lock < 0) {
    return refuse(lock_path, "made",
                  "Make the folder if it is missing, and let the user that runs Signet write in it.");
  }
  SqliteFile claimed(lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return refuse(lock_path, "locked", "Keep the data on a local disk.");
    return explain(Errc::kConflict,
                   fmt::format("{} is in use: another Signet has it open for writing. Stop that "
                               "one first, or give this one a data folder of its own.",
                               file.string()));
  }
  // Only now: closing any descriptor of a database would drop the locks that a connection of this process
  // holds.
  if (auto done = make_private(file.string()); !done) return std::unexpected(done.error());
  return claimed;
}

SqliteFile::SqliteFile(SqliteFile&& other) noexcept : lock_(std::exchange(other.lock_, -1)) {}

SqliteFile::~SqliteFile() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace signet::storage

#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "base/descriptor.h"
#include "base/try.h"

namespace signet {
namespace {

int open_folder_of(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/// Nobody but this user, or root, can have written there.
bool is_own(int fd) {
  struct stat status{};
  return ::fstat(fd, &status) == 0 && (status.st_uid == ::geteuid() || status.st_uid == 0) &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

Result<std::string> read_all(int fd, std::size_t max) {
  if (fd < 0 && errno == ENOENT) return fail(Errc::kNotFound, "no such file");
  if (fd < 0) return fail(Errc::kUnavailable, "the file cannot be opened");
  std::string content;
  char buffer[16 * 1024];
  while (true) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Errc::kUnavailable, "the file cannot be read");
    if (got == 0) return content;
    if (content.size() + static_cast<std::size_t>(got) > max)
      return fail(Errc::kInvalidArgument, "the file is too long");
    content.append(buffer, static_cast<std::size_t>(got));
  }
}

Result<void> write_new(const std::filesystem::path& file, std::string_view content) {
  const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (out.get() < 0 && errno == EEXIST) return fail(Errc::kConflict, "the file exists already");
  if (out.get() < 0) return fail(Errc::kUnavailable, "the file cannot be created");
  if (!write_durably(out, as_bytes(content))) {
    ::unlink(file.c_str());
    return fail(Errc::kUnavailable, "the file cannot be written");
  }
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& file, std::size_t max) {
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  return read_all(in.get(), max);
}

Result<std::string> read_own_file(const std::filesystem::path& file, std::size_t max) {
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (in.get() >= 0 && !(is_own(in.get()) && is_own(Descriptor(open_folder_of(file)).get()))) {
    return fail(Errc::kInvalidArgument, "others may write to the file or its folder: it is not trusted");
  }
  return read_all(in.get(), max);
}

Result<void> create_file(const std::filesystem::path& file, std::string_view content) {
  TRY_DO(write_new(file, content));
  static_cast<void>(sync_folder_of(file));  // the file stands either way
  return {};
}

Result<void> replace_file(const std::filesystem::path& file, std::string_view content) {
  // Processes and threads that replace one file at once use names of their own.
  static std::atomic<unsigned> count = 0;
  const std::filesystem::path fresh =
      file.string() + ".new." + std::to_string(::getpid()) + "." + std::to_string(++count);
  ::unlink(fresh.c_str());  // left behind by a process that died, with the same number
  TRY_DO(write_new(fresh, content));
  if (::rename(fresh.c_str(), file.c_str()) != 0) {
    ::unlink(fresh.c_str());
    return fail(Errc::kUnavailable, "the file cannot be replaced");
  }
  static_cast<void>(sync_folder_of(file));  // the file stands either way
  return {};
}

}  // namespace signet

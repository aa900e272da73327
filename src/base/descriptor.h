// A file descriptor that closes itself, and what makes bytes and names durable.
#pragma once

#include <filesystem>

#include "base/bytes.h"

namespace signet {

/// Descriptor owns what ::open returned, also its failure.
class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_;
};

/// write_durably writes all of it, and returns whether it is on the disk; errno says why not.
[[nodiscard]] bool write_durably(const Descriptor& file, ByteView content);

/// sync_folder_of makes a new or changed name durable: it is once its folder is. errno says why not.
[[nodiscard]] bool sync_folder_of(const std::filesystem::path& file);

}  // namespace signet

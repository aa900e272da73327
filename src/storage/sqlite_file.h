// The database file as the operating system sees it: who may read it, and which process writes to it.
#pragma once

#include <filesystem>

#include "base/operator_error.h"

namespace signet::storage {

/// SqliteFile is the right to write to a database file: while it lives, no other process gets it. The system
/// gives it up when the process ends, however it ends; `<file>.lock` stays behind and means nothing by
/// itself.
class SqliteFile {
 public:
  /// claim makes the file if there is none (empty, mode 0600), takes everybody else's permissions from it and
  /// from its -wal and -shm (SQLite gives new ones the mode of the file itself), and keeps other processes
  /// out.
  [[nodiscard]] static OrExplain<SqliteFile> claim(const std::filesystem::path& file);

  SqliteFile(SqliteFile&& other) noexcept;
  SqliteFile& operator=(SqliteFile&&) = delete;
  ~SqliteFile();

 private:
  explicit SqliteFile(int lock) : lock_(lock) {}

  int lock_;
};

}  // namespace signet::storage

// Files that are read whole and replaced whole.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "signet/result.h"

namespace signet {

/// read_file returns all bytes of a file. kNotFound; kUnavailable: not readable; kInvalidArgument: longer
/// than `max`.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& file, std::size_t max = 1024 * 1024);

/// read_own_file is read_file for what is trusted because of where it lies. kInvalidArgument also when somebody other than
/// this user or root owns the file, or others may write to it or to its folder; or when it is a link.
[[nodiscard]] Result<std::string> read_own_file(const std::filesystem::path& file,
                                                std::size_t max = 1024 * 1024);

/// replace_file writes a new file with mode 0600 beside the old one, syncs it, and renames it over: readers
/// see the old content or the new, also after a crash. kUnavailable: it could not be written, and the old
/// file stands.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& file, std::string_view content);

/// create_file writes a file with mode 0600 that must not exist yet. kConflict: it does; kUnavailable.
[[nodiscard]] Result<void> create_file(const std::filesystem::path& file, std::string_view content);

}  // namespace signet

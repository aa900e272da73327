// Files that hold secrets: nobody but their owner may read them, and they are whole or not there.
#pragma once

#include <filesystem>
#include <optional>

#include "base/operator_error.h"
#include "base/secret.h"

namespace signet::server {

/// read_private_file returns the file's content, nothing when there is no such file. Refuses, with the way
/// out: one that others than its owner may read or write, one that is no regular file, one past 64 KiB.
[[nodiscard]] OrExplain<std::optional<Secret>> read_private_file(const std::filesystem::path& file);

/// create_private_file writes a new file of mode 0600; it is on the disk when this returns. kConflict: there
/// is one already, which stays as it is.
[[nodiscard]] OrExplain<void> create_private_file(const std::filesystem::path& file, ByteView content);

/// make_private_folder makes the folder, and those above it, with mode 0700 unless it is there.
[[nodiscard]] OrExplain<void> make_private_folder(const std::filesystem::path& folder);

}  // namespace signet::server

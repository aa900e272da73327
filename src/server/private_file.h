// Files that hold secrets: nobody but their owner may read them, and they are whole or not there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/operator_error.h"
#include "base/secret.h"

namespace signet::server {

/// Readers says who may read a secret. The group may where the one who made the file has put nobody into it
/// but us, as systemd does with credentials.
enum class Readers : std::uint8_t { kOwner, kOwnerAndGroup };

/// read_private_file returns the file's content, nothing when there is no such file. Refuses, with the way
/// out: one that others may read or write, one that is neither ours nor root's, one that is no regular file,
/// one past 64 KiB.
[[nodiscard]] OrExplain<std::optional<Secret>> read_private_file(const std::filesystem::path& file,
                                                                 Readers readers = Readers::kOwner);

/// create_private_file writes a new file of mode 0600; it is on the disk when this returns. kConflict: there
/// is one already, which stays as it is.
[[nodiscard]] OrExplain<void> create_private_file(const std::filesystem::path& file, ByteView content);

/// make_private_folder makes the folder with mode 0700, and those above it, unless it is there. Refuses, with
/// the way out: one that others may write to, one that is neither ours nor root's.
[[nodiscard]] OrExplain<void> make_private_folder(const std::filesystem::path& folder);

}  // namespace signet::server

// A file in the guard's own folder: what it knew, for its next start.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "signet/result.h"

namespace signet::guard {

/// CopyFile is named after the URL that its content came from, read only if nobody else can have written it, and replaced
/// as a whole.
class CopyFile {
 public:
  /// `kind` begins the name, `ending` ends it. An empty folder means that no copy is kept.
  CopyFile(const std::filesystem::path& folder, std::string_view kind, std::string_view url,
           std::string_view ending);

  [[nodiscard]] bool is_kept() const noexcept { return !file_.empty(); }

  /// load fails like read_own_file; kNotFound: nothing was saved, or no copy is kept.
  [[nodiscard]] Result<std::string> load(std::size_t max) const;

  /// save makes the folder (mode 0700) if need be. kUnavailable: it cannot be written; the old copy stays.
  [[nodiscard]] Result<void> save(std::string_view content) const;

 private:
  std::filesystem::path file_;
};

}  // namespace signet::guard

// A copy of the key set on disk, so that an API starts while its issuer is down.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "guard/copy_file.h"
#include "signet/result.h"
#include "signet/time.h"

namespace signet::guard {

/// KeyCopy is one CopyFile.
class KeyCopy {
 public:
  /// An empty folder means that no copy is kept.
  KeyCopy(const std::filesystem::path& folder, std::string url);

  struct Content {
    std::string jwks;
    Time saved_at;
  };

  /// load returns what was saved. kNotFound: nothing; kMalformed: not our file, or for another URL.
  [[nodiscard]] Result<Content> load() const;

  /// save fails like CopyFile::save.
  Result<void> save(std::string_view jwks, Time now) const;

 private:
  CopyFile file_;
  std::string url_;
};

}  // namespace signet::guard

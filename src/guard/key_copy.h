// A copy of the key set on disk, so that an API starts while its issuer is down.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "signet/result.h"
#include "signet/time.h"

namespace signet::guard {

/// KeyCopy is one file in a folder, named after the URL that the keys came from, and replaced as a whole.
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

  /// save makes the folder (mode 0700) if need be. kUnavailable: it cannot be written; the old copy stays.
  Result<void> save(std::string_view jwks, Time now) const;

 private:
  std::filesystem::path file_;
  std::string url_;
};

}  // namespace signet::guard

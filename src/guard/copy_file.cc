#include "guard/copy_file.h"

#include "base/base64url.h"
#include "base/files.h"
#include "base/try.h"
#include "crypto/hash.h"

namespace signet::guard {

CopyFile::CopyFile(const std::filesystem::path& folder, std::string_view kind, std::string_view url,
                   std::string_view ending) {
  if (folder.empty()) return;
  const auto digest = crypto::digest(crypto::Hash::kSha256, as_bytes(url));
  std::string name(kind);
  name += '-';
  name += base64url_encode(digest.view().first(12));
  name += ending;
  file_ = folder / name;
}

Result<std::string> CopyFile::load(std::size_t max) const {
  if (!is_kept()) return fail(Errc::kNotFound, "no copy is kept");
  return read_own_file(file_, max);
}

Result<void> CopyFile::save(std::string_view content) const {
  if (!is_kept()) return {};
  std::error_code error;
  if (std::filesystem::create_directories(file_.parent_path(), error)) {
    std::filesystem::permissions(file_.parent_path(), std::filesystem::perms::owner_all, error);
  }
  return replace_file(file_, content);
}

}  // namespace signet::guard

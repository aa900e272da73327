#include "guard/key_copy.h"

#include "base/base64url.h"
#include "base/files.h"
#include "base/try.h"
#include "crypto/hash.h"
#include "json/document.h"
#include "json/writer.h"

namespace signet::guard {
namespace {

std::string file_name(std::string_view url) {
  const auto digest = crypto::digest(crypto::Hash::kSha256, as_bytes(url));
  return "keys-" + base64url_encode(digest.view().first(12)) + ".json";
}

}  // namespace

KeyCopy::KeyCopy(const std::filesystem::path& folder, std::string url) : url_(std::move(url)) {
  if (!folder.empty()) file_ = folder / file_name(url_);
}

Result<KeyCopy::Content> KeyCopy::load() const {
  if (file_.empty()) return fail(Errc::kNotFound, "no copy of the keys is kept");
  TRY(text, read_own_file(file_));
  TRY(document, json::parse_object(text));
  const Json root = json::root(*document);
  const auto url = root.member("url");
  const auto saved_at = root.member("saved_at");
  const auto jwks = root.member("jwks");
  if (!url || url->as_string() != url_ || !saved_at || !saved_at->as_int() || !jwks || !jwks->as_string()) {
    return fail(Errc::kMalformed, "the copy of the keys is damaged, or another URL's");
  }
  return Content{std::string(*jwks->as_string()), from_unix(*saved_at->as_int())};
}

Result<void> KeyCopy::save(std::string_view jwks, Time now) const {
  if (file_.empty()) return {};
  std::error_code error;
  if (std::filesystem::create_directories(file_.parent_path(), error)) {
    std::filesystem::permissions(file_.parent_path(), std::filesystem::perms::owner_all, error);
  }
  json::Writer json;
  json.begin_object()
      .member("url", url_)
      .member("saved_at", unix_seconds(now))
      .member("jwks", jwks)
      .end_object();
  return replace_file(file_, json.take());
}

}  // namespace signet::guard

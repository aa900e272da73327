#include "guard/key_copy.h"

#include "base/try.h"
#include "json/document.h"
#include "json/writer.h"

namespace signet::guard {
constexpr std::size_t kMaxCopy = std::size_t{4} * 1024 * 1024;  // of an answer of 1 MiB, as a JSON string

KeyCopy::KeyCopy(const std::filesystem::path& folder, std::string url)
    : file_(folder, "keys", url, ".json"), url_(std::move(url)) {}

Result<KeyCopy::Content> KeyCopy::load() const {
  TRY(text, file_.load(kMaxCopy));
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
  json::Writer json;
  json.begin_object()
      .member("url", url_)
      .member("saved_at", unix_seconds(now))
      .member("jwks", jwks)
      .end_object();
  return file_.save(json.take());
}

}  // namespace signet::guard

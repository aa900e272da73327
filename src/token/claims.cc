#include <algorithm>
#include <cmath>

#include "base/try.h"
#include "json/document.h"
#include "json/writer.h"
#include "signet/token.h"

namespace signet {

Result<Claims> Claims::from_json(std::string_view object) {
  TRY(document, json::parse_object(object));
  Claims claims;
  for (const auto& [name, value] : json::root(*document).members()) claims.put(name, value.text());
  return claims;
}

Claims& Claims::set(std::string_view name, std::string_view value) {
  is_signable_ = is_signable_ && json::is_utf8(value);
  return put(name, json::Writer().string(value).take());
}

Claims& Claims::set(std::string_view name, bool value) {
  return put(name, json::Writer().boolean(value).take());
}

Claims& Claims::set(std::string_view name, std::int64_t value) {
  return put(name, json::Writer().integer(value).take());
}

Claims& Claims::set(std::string_view name, double value) {
  is_signable_ = is_signable_ && std::isfinite(value);
  return put(name, json::Writer().number(value).take());
}

Claims& Claims::set(std::string_view name, const std::vector<std::string>& values) {
  json::Writer json;
  json.begin_array();
  for (const std::string& value : values) {
    is_signable_ = is_signable_ && json::is_utf8(value);
    json.string(value);
  }
  return put(name, json.end_array().take());
}

Result<void> Claims::set_json(std::string_view name, std::string_view json) {
  TRY(document, json::parse(json));
  put(name, json::root(*document).text());
  return {};
}

std::string Claims::json() const {
  json::Writer json;
  json.begin_object();
  for (const auto& [name, value] : members_) json.key(name).raw(value);
  return json.end_object().take();
}

Claims& Claims::put(std::string_view name, std::string json) {
  is_signable_ = is_signable_ && json::is_utf8(name);
  const auto known =
      std::find_if(members_.begin(), members_.end(), [&](const auto& m) { return m.first == name; });
  if (known != members_.end()) {
    known->second = std::move(json);
  } else {
    members_.emplace_back(name, std::move(json));
  }
  return *this;
}

}  // namespace signet

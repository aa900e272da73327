#include <algorithm>

#include "base/try.h"
#include "json/document.h"
#include "signet/token.h"

namespace signet {

Json VerifiedToken::claims() const noexcept {
  return json::root(*claims_);
}

std::string_view VerifiedToken::text(std::string_view name) const noexcept {
  const auto member = claims().member(name);
  return member ? member->as_string().value_or("") : "";
}

Result<std::string_view> VerifiedToken::string(std::string_view name) const noexcept {
  TRY(value, claim(name));
  return value.as_string();
}

Result<std::int64_t> VerifiedToken::integer(std::string_view name) const noexcept {
  TRY(value, claim(name));
  return value.as_int();
}

Result<double> VerifiedToken::number(std::string_view name) const noexcept {
  TRY(value, claim(name));
  return value.as_double();
}

Result<bool> VerifiedToken::boolean(std::string_view name) const noexcept {
  TRY(value, claim(name));
  return value.as_bool();
}

Result<std::vector<std::string_view>> VerifiedToken::strings(std::string_view name) const {
  TRY(value, claim(name));
  return value.as_strings();
}

std::vector<std::string_view> VerifiedToken::audience() const {
  const auto aud = claims().member("aud");
  if (!aud) return {};
  if (const auto one = aud->as_string()) return {*one};
  return aud->as_strings().value_or(std::vector<std::string_view>{});
}

bool VerifiedToken::has_scope(std::string_view scope) const noexcept {
  std::string_view rest = text("scope");
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (word == scope && !word.empty()) return true;
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return false;
}

bool VerifiedToken::has_role(std::string_view role) const noexcept {
  const auto roles = claims().member("roles");
  if (!roles || roles->type() != Json::Type::kArray) return false;
  for (json::Walk element(*roles); element.next();) {
    if (element.value().as_string() == role) return true;
  }
  return false;
}

Result<VerifiedToken> VerifiedToken::compacted() const noexcept {
  json::DocumentPtr claims = json::compact(claims_);
  if (!claims) return fail(Errc::kInternal, "not enough memory to keep a token");
  VerifiedToken token(std::move(claims), expires_at_, status_);
  if (token.status_) {  // its text must be the copy's
    TRY(status, token.claim("status"));
    TRY(list, status.member("status_list"));
    TRY(uri, list.member("uri"));
    TRY(text, uri.as_string());
    token.status_->uri = text;
  }
  return token;
}

}  // namespace signet

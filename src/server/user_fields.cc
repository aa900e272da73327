#include "server/user_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "server/names.h"
#include "server/passwords.h"
#include "server/setting_values.h"
#include "server/token_maker.h"

namespace signet::server {
namespace {

constexpr int kDefaultPage = 100;
constexpr int kLargestPage = 500;
constexpr std::size_t kMaxScope = 1024;
constexpr std::size_t kMaxRole = 64;
constexpr std::size_t kMaxClaims = 4 * 1024;
constexpr std::string_view kWordRule = "visible ASCII without quotation marks and backslashes";

std::optional<std::string> distinct_words(Body& body, std::string_view field,
                                          const std::vector<std::string>& words) {
  if (has_duplicates(words)) body.refuse(field, fmt::format("{} names one twice", field));
  return join_words(words);
}

}  // namespace

std::optional<std::string> read_password(Body& body) {
  auto password = body.optional_text("password", {.most = kMaxPassword});
  if (password && count_characters(*password) < kMinPassword) {
    body.refuse("password", fmt::format("password must have at least {} characters", kMinPassword));
  }
  return password;
}

std::optional<std::string> read_scope(Body& body) {
  const auto scope = body.optional_text("scope", {.least = 0, .most = kMaxScope});
  if (!scope) return std::nullopt;
  const auto words = split_words(*scope);
  if (!std::ranges::all_of(words, is_word) || join_words(words) != *scope) {
    body.refuse("scope",
                fmt::format("scope must be words of {}, with single spaces between them", kWordRule));
  }
  return distinct_words(body, "scope", words);
}

std::optional<std::string> read_roles(Body& body) {
  const auto roles = body.optional_texts("roles", {.most = kMaxRole});
  if (!roles) return std::nullopt;
  if (!std::ranges::all_of(*roles, is_word))
    body.refuse("roles", fmt::format("a role must be {}", kWordRule));
  return distinct_words(body, "roles", *roles);
}

std::optional<std::string> read_services(Body& body) {
  const auto value = body.optional_value("services");
  if (!value) return std::nullopt;
  if (value->as_string() == std::string_view("*")) return "*";
  if (value->type() != Json::Type::kArray) {
    body.refuse("services", "services must be \"*\", for all, or an array of names");
    return std::nullopt;
  }
  const auto names = body.optional_texts("services", {.most = kMaxServiceName});
  if (!names) return std::nullopt;
  // Above all ["*"], which would come to mean all services.
  if (!std::ranges::all_of(*names, is_service_name)) body.refuse("services", "services names no service");
  return distinct_words(body, "services", *names);
}

std::optional<std::string> read_claims(Body& body) {
  const auto value = body.optional_value("claims");
  if (!value) return std::nullopt;
  if (value->type() != Json::Type::kObject) body.refuse("claims", "claims must be an object");
  for (const auto& [name, member] : value->members()) {
    const std::string field = fmt::format("claims.{}", name.substr(0, 64));
    if (is_reserved_claim(name))
      body.refuse(field, fmt::format("the claim {} is set by the issuer alone", name));
    if (name.empty()) body.refuse("claims", "a claim must have a name");
  }
  std::string text = value->text();
  if (text.size() > kMaxClaims)
    body.refuse("claims", fmt::format("claims must have at most {} bytes", kMaxClaims));
  return text;
}

Step<void> check_services(const App& app, const std::optional<std::string>& services) {
  if (!services || *services == "*") return {};
  const auto known = app.store.list_services();
  if (!known) return std::unexpected(unavailable());
  for (const std::string& name : split_words(*services)) {
    if (std::ranges::find(*known, name, &storage::Service::name) != known->end()) continue;
    return std::unexpected(bad_field("services", fmt::format("there is no service {}", name)));
  }
  return {};
}

Step<Page> read_page(const http::Request& request, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : request.queries) {
    if (std::ranges::find(known, name) != known.end()) continue;
    return std::unexpected(
        bad_field(name.substr(0, 64), fmt::format("this list knows {}", fmt::join(known, ", "))));
  }
  Page page{.after = request.query("after").value_or(""), .size = kDefaultPage};
  const auto limit = request.query("limit");
  if (limit && !set_number(page.size, *limit, 1, kLargestPage)) {
    return std::unexpected(
        bad_field("limit", fmt::format("limit must be a whole number from 1 to {}", kLargestPage)));
  }
  return page;
}

}  // namespace signet::server

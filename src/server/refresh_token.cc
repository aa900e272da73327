#include "server/refresh_token.h"

#include <fmt/core.h>

#include <charconv>

#include "server/mac_text.h"

namespace signet::server {
namespace {

using crypto::MasterKey;

constexpr std::string_view kRefresh = "refresh-token v1";
constexpr std::string_view kCookie = "session-cookie v1";

}  // namespace

std::string write_refresh_token(const MasterKey& key, const RefreshToken& token) {
  return with_mac(key, kRefresh, fmt::format("{}.{}", token.session, token.counter));
}

std::optional<RefreshToken> read_refresh_token(const MasterKey& key, std::string_view text) {
  const auto body = without_mac(key, kRefresh, text);
  if (!body) return std::nullopt;
  const auto dot = body->find('.');
  if (dot == body->npos) return std::nullopt;
  RefreshToken token{.session = std::string(body->substr(0, dot))};
  const auto digits = body->substr(dot + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), token.counter);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return token;
}

std::string write_session_cookie(const MasterKey& key, std::string_view session) {
  return with_mac(key, kCookie, session);
}

std::optional<std::string> read_session_cookie(const MasterKey& key, std::string_view text) {
  const auto session = without_mac(key, kCookie, text);
  return session ? std::optional<std::string>(*session) : std::nullopt;
}

}  // namespace signet::server

#include "server/mac_text.h"

#include <fmt/core.h>

#include "base/base64url.h"
#include "crypto/random.h"

namespace signet::server {
namespace {

constexpr std::size_t kLongest = 256;

}  // namespace

std::string with_mac(const crypto::MasterKey& key, std::string_view purpose, std::string_view text) {
  return fmt::format("{}.{}", text, base64url_encode(key.mac(purpose, text)));
}

std::optional<std::string_view> without_mac(const crypto::MasterKey& key, std::string_view purpose,
                                            std::string_view text) {
  const auto dot = text.rfind('.');
  if (text.size() > kLongest || dot == text.npos) return std::nullopt;
  const auto before = text.substr(0, dot);
  const auto mac = base64url_decode(text.substr(dot + 1));
  if (!mac || !crypto::equal(*mac, key.mac(purpose, before))) return std::nullopt;
  return before;
}

}  // namespace signet::server

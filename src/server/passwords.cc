#include "server/passwords.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "crypto/random.h"

namespace signet::server {
namespace {

constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";  // 32: without l, o, 0 and 1
static_assert(kLetters.size() == 32);
constexpr std::size_t kGroups = 4;
constexpr std::size_t kGroup = 5;

}  // namespace

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string make_password() {
  const Secret random = crypto::random_secret(kGroups * kGroup);
  std::string password;
  for (std::size_t i = 0; i < random.size(); ++i) {
    if (i > 0 && i % kGroup == 0) password += '-';
    password += kLetters[random.view()[i] % kLetters.size()];
  }
  return password;
}

void renew_hash(const App& app, storage::User& user, std::string_view password) {
  if (!crypto::needs_rehash(user.password_hash, app.passwords)) return;
  auto hash = crypto::hash_password(password, app.passwords);
  if (!hash) return;
  if (const auto renewed = app.store.rehash_password(user.id, user.password_hash, *hash); !renewed) {
    spdlog::warn("the password hash of user {} could not be renewed: {}", user.id, renewed.error().what);
    return;
  }
  user.password_hash = std::move(*hash);
}

}  // namespace signet::server

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

void renew_hash(App& app, const storage::User& user, std::string_view password) {
  if (!crypto::needs_rehash(user.password_hash, app.passwords)) return;
  const auto hash = crypto::hash_password(password, app.passwords);
  if (!hash) return;
  const std::lock_guard one_at_a_time(app.user_changes);
  const auto current = app.store.find_user(user.id);
  // A password that was changed meanwhile must not come back.
  if (!current || current->password_hash != user.password_hash) return;
  const auto changed = app.store.change_user(user.id, {.password_hash = *hash}, app.clock.now());
  if (!changed)
    spdlog::warn("the password hash of user {} could not be renewed: {}", user.id, changed.error().what);
}

}  // namespace signet::server

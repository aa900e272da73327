#include "server/passwords.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/try.h"
#include "crypto/random.h"

namespace signet::server {
namespace {

constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";  // 32: without l, o, 0 and 1
static_assert(kLetters.size() == 32);
constexpr std::size_t kGroups = 4;
constexpr std::size_t kGroup = 5;

/// cost_of returns what stands before "$SALT$HASH" in an encoded hash.
std::string_view cost_of(std::string_view hash) {
  const auto last = hash.rfind('$');
  if (last == hash.npos || last == 0) return hash;
  const auto before = hash.rfind('$', last - 1);
  return hash.substr(0, before == hash.npos ? 0 : before);
}

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

OrExplain<std::vector<std::string>> make_dummy_hashes(storage::Store& store, crypto::PasswordCost cost) {
  const auto hash = crypto::hash_password(crypto::random_id(), cost);
  if (!hash) {
    return explain(hash.error().code, fmt::format("passwords.memory_kib = {}, passwords.passes = {}: {}",
                                                  cost.memory_kib, cost.passes, hash.error().what));
  }
  const auto stored = store.list_password_costs();
  if (!stored)
    return explain(stored.error().code, fmt::format("the store cannot be used: {}", stored.error().what));
  const std::string_view today = cost_of(*hash);
  const std::string_view salt_and_hash = std::string_view(*hash).substr(today.size());
  std::vector<std::string> dummies{*hash};
  for (const std::string& other : *stored) {
    if (other != today) dummies.push_back(fmt::format("{}{}", other, salt_and_hash));
  }
  return dummies;
}

void spend_on_refusal(const App& app, std::string_view tried, std::string_view password) {
  for (const std::string& dummy : app.dummy_hashes) {
    if (cost_of(dummy) != cost_of(tried)) static_cast<void>(crypto::password_matches(dummy, password));
  }
}

}  // namespace signet::server

#include "server/first_start.h"

#include <fmt/core.h>

#include "base/try.h"
#include "crypto/random.h"
#include "server/authorize.h"
#include "server/names.h"
#include "server/passwords.h"

namespace signet::server {
namespace {

constexpr std::string_view kAdmin = "admin";

std::unexpected<OperatorError> store_failed(Error error) {
  return explain(error.code, fmt::format("the first administrator cannot be stored: {}", error.what));
}

struct NewPassword {
  std::string text;
  std::string hash;
};

OrExplain<NewPassword> new_password(crypto::PasswordCost cost) {
  std::string text = make_password();
  auto hash = crypto::hash_password(text, cost);
  if (!hash) {
    return explain(hash.error().code, fmt::format("a password cannot be hashed with {} KiB and {} passes: {}",
                                                  cost.memory_kib, cost.passes, hash.error().what));
  }
  return NewPassword{.text = std::move(text), .hash = std::move(*hash)};
}

storage::User administrator(std::string hash, Time now) {
  return {.id = crypto::random_id(),
          .username = std::string(kAdmin),
          .password_hash = std::move(hash),
          .scope = {},
          .roles = std::string(kAdminRole),
          .services = "*",
          .created_at = now};
}

std::string with_admin_role(std::string_view roles) {
  auto words = split_words(roles);
  if (!has_word(roles, kAdminRole)) words.emplace_back(kAdminRole);
  return join_words(words);
}

}  // namespace

OrExplain<std::optional<std::string>> create_first_admin(storage::Store& store, crypto::PasswordCost cost,
                                                         Time now) {
  const auto users = store.count_users();
  if (!users) return store_failed(users.error());
  if (*users > 0) return std::nullopt;
  TRY(password, new_password(cost));
  const auto stored = store.create_user(administrator(password.hash, now));
  if (!stored && stored.error().code == Errc::kConflict) return std::nullopt;  // another node was quicker
  if (!stored) return store_failed(stored.error());
  return password.text;
}

OrExplain<std::string> reset_admin(storage::Store& store, crypto::PasswordCost cost, Time now) {
  TRY(password, new_password(cost));
  const auto known = store.find_user_by_name(kAdmin);
  if (!known && known.error().code != Errc::kNotFound) return store_failed(known.error());
  if (!known) {
    const auto stored = store.create_user(administrator(password.hash, now));
    if (!stored) return store_failed(stored.error());
    return password.text;
  }
  const storage::UserChange change{
      .password_hash = password.hash, .roles = with_admin_role(known->roles), .disabled = false};
  const auto changed = store.change_user(known->id, change, now);
  if (!changed) return store_failed(changed.error());
  return password.text;
}

}  // namespace signet::server

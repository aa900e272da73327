#include "server/administrators.h"

#include <algorithm>

#include "server/authorize.h"
#include "server/names.h"

namespace signet::server {
namespace {

constexpr int kPage = 500;

bool is_administrator(const storage::User& user) {
  return !user.disabled && has_word(user.roles, kAdminRole);
}

Result<bool> has_another(storage::Store& store, std::string_view id) {
  std::string after;
  while (true) {
    const auto users = store.list_users(after, kPage);
    if (!users) return std::unexpected(users.error());
    const auto other = [&](const storage::User& user) { return user.id != id && is_administrator(user); };
    if (std::ranges::any_of(*users, other)) return true;
    if (users->size() < static_cast<std::size_t>(kPage)) return false;
    after = users->back().username;
  }
}

}  // namespace

Step<void> check_another_administrator(storage::Store& store, std::string_view id) {
  const auto user = store.find_user(id);
  if (!user && user.error().code == Errc::kNotFound)
    return std::unexpected(not_found("there is no such user"));
  if (!user) return std::unexpected(unavailable());
  if (!is_administrator(*user)) return {};
  const auto another = has_another(store, id);
  if (!another) return std::unexpected(unavailable());
  if (!*another) {
    return std::unexpected(conflict("this is the last enabled administrator: make another one first"));
  }
  return {};
}

}  // namespace signet::server

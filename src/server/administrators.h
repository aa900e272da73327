// There is always somebody left who can let others in.
#pragma once

#include <string_view>

#include "server/answers.h"
#include "storage/store.h"

namespace signet::server {

/// check_another_administrator answers 409 when `id` is the only enabled administrator, 404 when there is no
/// such user. The caller holds App::user_changes until it has changed the user.
[[nodiscard]] Step<void> check_another_administrator(storage::Store& store, std::string_view id);

}  // namespace signet::server

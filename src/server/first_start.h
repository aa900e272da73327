// The first administrator.
#pragma once

#include <optional>
#include <string>

#include "base/operator_error.h"
#include "crypto/password.h"
#include "storage/store.h"

namespace signet::server {

/// create_first_admin makes the user `admin`, with a random password that it returns, in a store without
/// users; nothing when there are some.
[[nodiscard]] OrExplain<std::optional<std::string>> create_first_admin(storage::Store& store,
                                                                       crypto::PasswordCost cost, Time now);

/// reset_admin gives `admin` a new random password, which it returns, and the role back, enables it and ends
/// its sessions; makes it when it is gone.
[[nodiscard]] OrExplain<std::string> reset_admin(storage::Store& store, crypto::PasswordCost cost, Time now);

}  // namespace signet::server

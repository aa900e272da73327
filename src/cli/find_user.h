// Users as people name them.
#pragma once

#include <string>

#include "cli/api.h"

namespace signet::cli {

/// find_user returns the user as the API knows them, by id. kNotFound when nobody has the name.
[[nodiscard]] OrTrouble<Answer> find_user(const Api& api, const std::string& name);

}  // namespace signet::cli

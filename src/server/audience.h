// For which services a token is.
#pragma once

#include <string>
#include <vector>

#include "server/answers.h"
#include "storage/store.h"

namespace signet::server {

/// choose_audience returns the services that a token for `user` names, in the order of `asked`; when nothing
/// was asked for, all that the user may use and that have no secret of their own. The issuer itself,
/// `signet`, comes only when asked for, and alone: an API that receives a token must not be able to replay it
/// here. A service with a secret of its own stands alone as well, because its tokens are signed with it. Else
/// 400 or 403, field `audience`.
[[nodiscard]] Step<std::vector<storage::Service>> choose_audience(storage::Store& store,
                                                                  const storage::User& user,
                                                                  const std::vector<std::string>& asked);

}  // namespace signet::server
